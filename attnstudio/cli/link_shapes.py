"""The shapes of the commands about word links, and about the attention that shows them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from attnstudio.cli.options import (
    Ablated,
    AligningCheckpoint,
    Beam,
    Checkpoint,
    Details,
    Folder,
    GoldBase,
    GoldReversed,
    JoinMethod,
    Json,
    MaskedWords,
    MeasureName,
    MethodName,
    ReverseRun,
    RunName,
    SetRows,
    Temperature,
)
from attnstudio.cli.output import Output
from attnstudio.errors import UsageError
from attnstudio.search_defaults import DEFAULT_BEAM


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
    from attnstudio.cli import align_command
    from attnstudio.cli.trained_model import ModelChoice

    choice = ModelChoice(folder, run_name, checkpoint)
    reading = align_command.ReadingFlags(method, layer, head, measure)
    both = align_command.OtherDirection(reverse, join)
    align_command.align(Output(json), choice, files, reading, both)


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
    """List doubtful pairs and words, by the word links of a corpus.

    Pairs that are perhaps no translations, pairs whose links are weak, words without a link and
    words with another than usual. The links are found first where nobody did so yet.
    """
    from attnstudio.cli import findings_command  # pydantic stays out of --help

    findings_command.findings(Output(json), folder, to, examples=examples)


def readings(
    folder: Folder,
    measure: MeasureName = None,
    run_name: RunName = None,
    checkpoint: AligningCheckpoint = None,
    json: Json = False,
) -> None:
    """Say how well each layer and head of a model links words.

    Its links are held against gold links of the project's pairs, not of its test pairs; where fewer
    than 20 pairs have any, against those that the program finds in the text. They are read by
    every measure, or by the one that --measure names.
    """
    from attnstudio.cli import reading_choice  # torch stays out of --help
    from attnstudio.cli.trained_model import ModelChoice

    choice = ModelChoice(folder, run_name, checkpoint)
    reading_choice.readings(Output(json), choice, measure)


def attend(
    folder: Folder,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="A source sentence.")],
    to: Annotated[
        Path,
        typer.Option(
            "-o", "--output", metavar="FILE", help="A .json, .csv, .svg, .png or .html (a page)."
        ),
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
            "or decoder_self (target over itself); of Transformers also each through all layers, "
            "with rollout_ before the name, or flow_, which takes longer (Abnar and Zuidema 2020).",
        ),
    ] = None,
    method: MethodName = None,
    ablate: Ablated = None,
    mask_source: MaskedWords = None,
    set_row: SetRows = None,
    temperature: Temperature = None,
    trace: Annotated[
        str | None,
        typer.Option(
            metavar="LAYER.HEAD.TARGET",
            help="Write every number of one step of one head instead, as JSON: what goes in, "
            "query and keys, scores, weights, values, gates, logits, and how each is made of "
            "those before. All three are counted from 0; TARGET is the place of the piece that "
            "looks.",
        ),
    ] = None,
    run_name: RunName = None,
    checkpoint: Checkpoint = "best",
    against: Annotated[
        str | None,
        typer.Option(
            metavar="WHICH",
            help="Show how much more is looked at than by this checkpoint of the run, which reads "
            "the same translation: best, last or a step.",
        ),
    ] = None,
    beam: Beam = DEFAULT_BEAM,
    json: Json = False,
) -> None:
    """Write down what a model looks at for one sentence.

    The sentence is translated, or read with the translation given by --forced. With --ablate,
    --mask-source, --set-row or --temperature it is read with that change, and what the change did
    is said; all is counted from 0. With --method it is also worked out what the model does without
    each word of the source, and how far its attention can be trusted.
    """
    # torch stays out of --help
    from attnstudio.cli import attend_command, attention_changes, trace_command
    from attnstudio.cli.trained_model import ModelChoice

    choice = ModelChoice(folder, run_name, checkpoint)
    change = attention_changes.ChangeFlags(
        tuple(ablate or ()), tuple(mask_source or ()), tuple(set_row or ()), temperature, site
    )
    if trace is not None:
        trace_command.trace(
            Output(json),
            choice,
            text,
            to,
            trace,
            forced=forced,
            beam=beam,
            site=site,
            asks_more=method is not None or change.is_asked_for or against is not None,
        )
        return
    attend_command.attend(
        Output(json),
        choice,
        text,
        to,
        forced=forced,
        beam=beam,
        site=site,
        method=method,
        change=change,
        against=against,
    )
