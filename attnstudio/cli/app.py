"""The headless commands: their shapes, their help and their exit codes.

Exit codes: 0 done, 1 failed while running, 2 wrong use or input, 130 stopped by Ctrl-C.

The modules that do the work are imported inside the commands: ``--help`` then needs neither
torch nor pydantic and answers at once.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import TyperException

from attnstudio import __version__
from attnstudio.cli.interruption import INTERRUPTED
from attnstudio.cli.options import (
    AligningCheckpoint,
    Beam,
    Checkpoint,
    Details,
    Folder,
    GoldBase,
    GoldReversed,
    JoinMethod,
    Json,
    MeasureName,
    ReverseRun,
    RunName,
)
from attnstudio.cli.output import Output, use_utf8
from attnstudio.cli.unexpected import say_what_was_not_expected
from attnstudio.errors import AttentionStudioError, UsageError
from attnstudio.logs import write_down
from attnstudio.search_defaults import DEFAULT_BEAM
from attnstudio.training.stop import StopReason

DONE, FAILED, WRONG_USE = 0, 1, 2

app = typer.Typer(
    name="attnstudio",
    help="Train an attention translator on your own machine and see what it looks at.\n\n"
    "Without a command, or with files or a project, the window opens: with --safe-mode no project "
    "in it, with --reset-settings as if for the first time.",
    add_help_option=False,  # typer's own loads pydantic before a command can show its help
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

_logger = logging.getLogger(__name__)


def run(arguments: Sequence[str]) -> int:
    """Run one command.

    Returns:
        Its exit code.
    """
    use_utf8()
    output = Output(as_json="--json" in arguments)
    try:
        ending = app(args=list(arguments), prog_name="attnstudio", standalone_mode=False)
    except AttentionStudioError as error:
        write_down(error)
        output.failure(error)
        return error.exit_code
    except TyperException as error:
        context = getattr(error, "ctx", None)
        command = context.command_path if context else "attnstudio"
        _logger.error("wrong use of %s", command)
        output.error(error.format_message(), f"{command} --help shows how to use it.")
        return WRONG_USE
    except Exception as error:  # noqa: BLE001 - the last catcher: a bug still answers in JSON
        write_down(error)
        say_what_was_not_expected(output, error)
        return FAILED
    if ending == INTERRUPTED:  # what typer makes of Ctrl-C in a command that does not listen to it
        output.error("Stopped.", "")
        return INTERRUPTED
    if ending is StopReason.REQUESTED:
        return INTERRUPTED
    return ending if isinstance(ending, int) else DONE


def command_names() -> set[str]:
    """What the first word of a command may be."""
    commands = app.registered_commands
    return {info.name or str(getattr(info.callback, "__name__", "")) for info in commands}


@app.callback(invoke_without_command=True)
def main(
    context: typer.Context,
    show_help: Annotated[bool, typer.Option("--help", help="Show this message and exit.")] = False,
    version: Annotated[bool, typer.Option("--version", help="Say the version.")] = False,
) -> None:
    """Train an attention translator on your own machine and see what it looks at."""
    output = Output(as_json=False)
    if version:
        output.line(f"attnstudio {__version__}")
    elif show_help:
        output.line(context.get_help())
    elif context.invoked_subcommand is None:
        output.say(context.get_help())
        raise typer.Exit(WRONG_USE)
    else:
        return
    raise typer.Exit


@app.command()
def new(
    folder: Folder,
    source: Annotated[
        str, typer.Option(metavar="CODE", help="Language of the source, such as en or English.")
    ] = "",
    target: Annotated[
        str, typer.Option(metavar="CODE", help="Language of the target, such as de or German.")
    ] = "",
    sample: Annotated[
        str, typer.Option(metavar="NAME", help="A sample corpus instead: en-de or en-zh.")
    ] = "",
    json: Json = False,
) -> None:
    """Make a project, empty or with a sample corpus."""
    from attnstudio.cli import corpus_commands  # pydantic stays out of --help

    corpus_commands.new(Output(json), folder, source, target, sample)


@app.command("import")
def import_(
    folder: Folder,
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE",
            help=(
                "Two line-aligned text files, subtitles, or files with keys (JSON, Android); a "
                "table (TSV, CSV, Excel, JSON, Parquet); a translation file (TMX, XLIFF, PO, "
                "Wordfast, WMT); or a folder or archive of these."
            ),
        ),
    ],
    split: Annotated[
        str,
        typer.Option(
            "--as",
            metavar="SPLIT",
            help="train, valid or test; else what the names of files and folders say, or train.",
        ),
    ] = "",
    links: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Gold word links, in Pharaoh or NAACL format."),
    ] = None,
    gold_base: GoldBase = None,
    gold_reversed: GoldReversed = False,
    source_column: Annotated[
        str,
        typer.Option(metavar="COLUMN", help="Source column of a table: its name or number."),
    ] = "",
    target_column: Annotated[
        str,
        typer.Option(metavar="COLUMN", help="Target column of a table: its name or number."),
    ] = "",
    encoding: Annotated[
        str, typer.Option(metavar="NAME", help="Encoding of the files, such as cp1252 or gb18030.")
    ] = "",
    source_file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Which one of two files is the source side."),
    ] = None,
    json: Json = False,
) -> None:
    """Add sentence pairs to a project's corpus.

    Files may be packed (.gz, .bz2, .xz, .zip). The sides are recognised by the languages in the
    names (train.de, deu_Latn.dev, Deutsch.txt), else by order: source first. Translation files
    (TMX, XLIFF) say their languages.
    """
    from attnstudio.cli import corpus_commands  # pydantic stays out of --help
    from attnstudio.corpus.gold_reader import GoldNotation

    corpus_commands.import_(
        Output(json),
        folder,
        files,
        split,
        links,
        gold=GoldNotation(gold_base, gold_reversed),
        columns=(source_column, target_column),
        encoding=encoding,
        source_file=source_file,
    )


@app.command()
def clean(
    folder: Folder,
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="A rule, such as max_length=100 or leaks=loose; repeatable.",
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Take the last cleaning back.")] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Clean as before, for pairs imported since.")
    ] = False,
    remove_overlap: Annotated[
        bool,
        typer.Option(
            "--remove-overlap",
            help="Drop training pairs that share a sentence with valid or test, and no others.",
        ),
    ] = False,
    examples: Annotated[
        int, typer.Option(min=0, max=1000, metavar="N", help="Pairs shown for each rule.")
    ] = 3,
    json: Json = False,
) -> None:
    """Drop training pairs that would do harm, or show them."""
    from attnstudio.cli import cleaning_commands  # pydantic stays out of --help

    wish = cleaning_commands.CleaningRequest(
        settings=set_ or (),
        only_overlap=remove_overlap,
        dry_run=dry_run,
        undo=undo,
        again=again,
        examples=examples,
    )
    cleaning_commands.clean(Output(json), folder, wish)


@app.command()
def info(folder: Folder, json: Json = False) -> None:
    """Say what a project holds: languages, pairs and runs."""
    from attnstudio.cli import corpus_commands  # pydantic stays out of --help

    corpus_commands.info(Output(json), folder)


@app.command()
def sweep(
    folder: Folder,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Bring back what the last took.")] = False,
    empty_trash: Annotated[
        bool, typer.Option("--empty-trash", help="Delete all that is in the trash, for good.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Empty the trash without asking.")] = False,
    json: Json = False,
) -> None:
    """Move what nothing needs any more to the project's trash.

    That is corpora, tokenizers and datasets that neither the project nor a run goes by.
    """
    from attnstudio.cli import room_commands  # pydantic stays out of --help

    wish = room_commands.SweepRequest(dry_run=dry_run, undo=undo, empty_trash=empty_trash, yes=yes)
    room_commands.sweep(Output(json), folder, wish)


@app.command()
def train(
    folder: Folder,
    preset: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="tiny, small, base or bahdanau; small by default."),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A TOML file with settings on top of the preset."),
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="KEY=VALUE", help="A setting, such as model.heads=2; repeatable."
        ),
    ] = None,
    minutes: Annotated[
        float | None,
        typer.Option(metavar="M", help="Plan the training for so many minutes."),
    ] = None,
    max_steps: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Stop after so many updates in all."),
    ] = None,
    max_minutes: Annotated[
        float | None,
        typer.Option(metavar="M", help="Stop after so many minutes in all."),
    ] = None,
    max_epochs: Annotated[
        float | None,
        typer.Option(metavar="E", help="Stop after so many passes over the corpus."),
    ] = None,
    reverse: Annotated[
        bool, typer.Option("--reverse", help="Translate from the target to the source.")
    ] = False,
    name: Annotated[
        str | None,
        typer.Option("--run", metavar="NAME", help="Name of the new run."),
    ] = None,
    resume: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Go on with this run, perhaps with new limits."),
    ] = None,
    rate_scale: Annotated[
        float | None,
        typer.Option(
            min=1e-6, max=1e3, metavar="X", help="With --resume: all learning rates times X."
        ),
    ] = None,
    from_checkpoint: Annotated[
        int | None,
        typer.Option(
            min=0, metavar="STEP", help="With --resume: go on from this checkpoint, not the last."
        ),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(min=0, metavar="N", help="Where all randomness starts."),
    ] = None,
    device: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="auto, cpu, cuda or mps."),
    ] = None,
    threads: Annotated[
        int | None,
        typer.Option(min=0, metavar="N", help="Processor threads; 0 for the physical cores."),
    ] = None,
    precision: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Of matrix products: auto, fp32 or bf16."),
    ] = None,
    watch: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TEXT",
            help="A source sentence whose translation and attention are kept too; repeatable.",
        ),
    ] = None,
    json: Json = False,
) -> StopReason:
    """Train a translator. Ctrl-C stops it and keeps a checkpoint."""
    from attnstudio.cli import train_command  # torch stays out of --help

    request = train_command.TrainRequest(
        preset=preset,
        config_file=config,
        assignments=tuple(set_ or ()),
        minutes=minutes,
        max_steps=max_steps,
        max_minutes=max_minutes,
        max_epochs=max_epochs,
        reverse=reverse,
        name=name,
        resume=resume,
        from_checkpoint=from_checkpoint,
        rate_scale=rate_scale,
        seed=seed,
        device=device,
        threads=threads,
        precision=precision,
        watch=tuple(watch or ()),
    )
    return train_command.train(Output(json), folder, request)


@app.command()
def translate(
    folder: Folder,
    file: Annotated[
        Path | None,
        typer.Argument(metavar="INPUT", help="A text file; - or nothing for standard input."),
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FILE", help="Where the translations go; stdout by default."
        ),
    ] = None,
    run_name: RunName = None,
    checkpoint: Checkpoint = "best",
    beam: Beam = DEFAULT_BEAM,
    nbest: Annotated[
        int, typer.Option(min=1, max=100, metavar="N", help="Translations a line.")
    ] = 1,
    json: Json = False,
) -> None:
    """Translate text line by line.

    As many lines come out as go in.
    """
    from attnstudio.cli import translation_commands  # torch stays out of --help
    from attnstudio.cli.trained_model import ModelChoice

    choice = ModelChoice(folder, run_name, checkpoint)
    translation_commands.translate(Output(json), choice, file, to, beam=beam, n_best=nbest)


@app.command()
def align(
    folder: Folder,
    source_file: Annotated[
        Path | None,
        typer.Argument(metavar="SOURCE_FILE", help="Tokenised sentences, one a line."),
    ] = None,
    target_file: Annotated[
        Path | None, typer.Argument(metavar="TARGET_FILE", help="Their tokenised translations.")
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FILE", help="Where the links go; stdout by default."
        ),
    ] = None,
    run_name: RunName = None,
    method: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="naive or shifted."),
    ] = None,
    layer: Annotated[
        int | None,
        typer.Option(min=0, metavar="L", help="Decoder layer, counted from 0; all by default."),
    ] = None,
    head: Annotated[
        int | None,
        typer.Option(min=0, metavar="H", help="Head, counted from 0; all by default."),
    ] = None,
    measure: MeasureName = None,
    reverse: ReverseRun = None,
    join: JoinMethod = None,
    gold: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Gold links to measure against, Pharaoh or NAACL."),
    ] = None,
    gold_base: GoldBase = None,
    gold_reversed: GoldReversed = False,
    details: Details = False,
    from_text: Annotated[
        bool,
        typer.Option(
            "--from-text",
            help="Learn the links from the project's corpus and these files, without a model.",
        ),
    ] = False,
    best: Annotated[
        bool,
        typer.Option(
            "--best",
            help="Link all pairs of the project's corpus from its text, and keep the links.",
        ),
    ] = False,
    form: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="NAME",
            help="With --best: pharaoh (by default), naacl, giza, tsv, tmx, or words, which is a "
            "bilingual word list.",
        ),
    ] = None,
    checkpoint: AligningCheckpoint = None,
    json: Json = False,
) -> None:
    """Link the words of sentence pairs; one Pharaoh line a pair.

    The links are read from a model's attention: without --method, --layer, --head and --measure by
    the reading stored with the run, or else by the one that agrees most with the links that the
    text itself gives. With --from-text no model is needed, and the links are mostly better. With
    --best no files are given: it is the project's own corpus that is linked.
    """
    if best:
        from attnstudio.cli.corpus_alignment import align_best

        asked_of_model = (run_name, method, layer, head, measure, checkpoint, reverse, join)
        of_files = (source_file, target_file, gold, gold_base)
        given = (*asked_of_model, *of_files) != (None,) * 12
        if given or from_text or gold_reversed or details:
            raise UsageError(
                "--best links the project's own corpus and asks no model.",
                hint="Give the project alone, and -o and --format to write the links.",
            )
        align_best(Output(json), folder, to, form)
        return
    if source_file is None or target_file is None or form is not None:
        raise UsageError(
            "align needs two files of sentences, and writes Pharaoh lines.",
            hint="Or give --best for the project's own corpus, in any --format.",
        )
    from attnstudio.cli.aligning import AlignedFiles  # torch stays out of --help
    from attnstudio.corpus.gold_reader import GoldNotation

    notation = GoldNotation(gold_base, gold_reversed)
    files = AlignedFiles(source_file, target_file, gold, notation, to, details=details)
    if from_text:
        from attnstudio.cli.text_alignment import align_from_text

        asked_of_model = (run_name, method, layer, head, measure, checkpoint, reverse, join)
        if asked_of_model != (None,) * 8:
            raise UsageError(
                "--from-text asks no model.",
                hint="Leave --run, --checkpoint, --method, --layer, --head, --measure, --reverse "
                "and --join out.",
            )
        align_from_text(Output(json), folder, files)
        return
    from attnstudio.cli import attention_commands
    from attnstudio.cli.trained_model import ModelChoice

    choice = ModelChoice(folder, run_name, checkpoint)
    reading = attention_commands.ReadingFlags(method, layer, head, measure)
    both = attention_commands.OtherDirection(reverse, join)
    attention_commands.align(Output(json), choice, files, reading, both)


@app.command()
def gold(
    folder: Folder,
    to: Annotated[
        Path,
        typer.Option(
            "-o", "--output", metavar="NAME", help="Of the files: NAME.en, NAME.de and NAME.gold."
        ),
    ],
    form: Annotated[
        str, typer.Option("--format", metavar="NAME", help="Of the links: pharaoh or naacl.")
    ] = "pharaoh",
    corrected: Annotated[
        bool, typer.Option("--corrected", help="Only pairs that were corrected in the window.")
    ] = False,
    json: Json = False,
) -> None:
    """Write the gold links of a project to files.

    They hold the words that are linked as well. Import them again with --links NAME.gold, or give
    them to another program.
    """
    from attnstudio.cli import gold_command  # pydantic stays out of --help

    gold_command.gold(Output(json), folder, to, form, corrected=corrected)


@app.command()
def findings(
    folder: Folder,
    to: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="A table of all of them (TSV)."),
    ] = None,
    examples: Annotated[
        int, typer.Option(min=0, max=1000, metavar="N", help="Findings shown of each kind.")
    ] = 5,
    json: Json = False,
) -> None:
    """List doubtful pairs and words of the corpus, by its word links.

    Pairs that are perhaps no translations, pairs whose links are weak, words without a link and
    words with another than usual. The links are found first where nobody did so yet.
    """
    from attnstudio.cli import findings_command  # pydantic stays out of --help

    findings_command.findings(Output(json), folder, to, examples=examples)


@app.command()
def readings(
    folder: Folder,
    run_name: RunName = None,
    checkpoint: AligningCheckpoint = None,
    json: Json = False,
) -> None:
    """Say how well each layer and head of a model links words.

    Its links are held against gold links of the project's pairs, not of its test pairs; where fewer
    than 20 pairs have any, against those that the program finds in the text.
    """
    from attnstudio.cli import reading_choice  # torch stays out of --help
    from attnstudio.cli.trained_model import ModelChoice

    reading_choice.readings(Output(json), ModelChoice(folder, run_name, checkpoint))


@app.command()
def attend(
    folder: Folder,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="A source sentence.")],
    to: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE", help="A .json, .csv, .svg or .png.")
    ],
    forced: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="Read this translation instead of the model's own."),
    ] = None,
    site: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Which attention: cross (target over source), encoder_self (source over itself) "
            "or decoder_self (target over itself).",
        ),
    ] = None,
    run_name: RunName = None,
    checkpoint: Checkpoint = "best",
    beam: Beam = DEFAULT_BEAM,
    json: Json = False,
) -> None:
    """Write down what a model looks at for one sentence.

    The sentence is translated, or read with the translation given by --forced.
    """
    from attnstudio.cli import attention_commands  # torch stays out of --help
    from attnstudio.cli.trained_model import ModelChoice

    choice = ModelChoice(folder, run_name, checkpoint)
    attention_commands.attend(Output(json), choice, text, to, forced=forced, beam=beam, site=site)


@app.command()
def evaluate(
    folder: Folder,
    source_file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Source sentences; the test split by default."),
    ] = None,
    reference_file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Their translations by people."),
    ] = None,
    run_name: RunName = None,
    checkpoint: Checkpoint = "best",
    beam: Beam = DEFAULT_BEAM,
    save_hypotheses: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Where the translations go."),
    ] = None,
    details: Details = False,
    json: Json = False,
) -> None:
    """Score translations with BLEU and chrF.

    Where gold links exist, the links are scored with the alignment error rate.
    """
    from attnstudio.cli import translation_commands  # torch stays out of --help
    from attnstudio.cli.trained_model import ModelChoice

    choice = ModelChoice(folder, run_name, checkpoint)
    files = translation_commands.EvaluationFiles(source_file, reference_file, save_hypotheses)
    translation_commands.evaluate(Output(json), choice, files, beam=beam, details=details)
