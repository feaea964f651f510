"""The shapes of the commands that train a model and let it translate."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from attnstudio.cli.options import (
    Backwards,
    Beam,
    Checkpoint,
    ConfigFile,
    Details,
    Device,
    Folder,
    Json,
    Precision,
    Preset,
    Processes,
    RunName,
    Threads,
)
from attnstudio.cli.output import Output
from attnstudio.search_defaults import DEFAULT_BEAM
from attnstudio.training.stop import StopReason


class Engine(StrEnum):
    """What translates."""

    AUTO = "auto"
    OWN = "own"
    CTRANSLATE2 = "ctranslate2"


def train(
    folder: Folder,
    preset: Preset = None,
    config: ConfigFile = None,
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
    reverse: Backwards = False,
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
    device: Device = None,
    threads: Threads = None,
    precision: Precision = None,
    watch: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TEXT",
            help="A source sentence whose translation and attention are kept too; repeatable.",
        ),
    ] = None,
    json: Json = False,
) -> StopReason:
    """Train a translator. Ctrl-C stops it and keeps a checkpoint.

    Several processes train one run by: torchrun --standalone --nproc-per-node 2 -m attnstudio --
    train FOLDER. They share its batches and, on each machine, its threads.
    """
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


def translate(
    folder: Folder,
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="INPUT", help="A text file or a document; - or nothing for standard input."
        ),
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
    processes: Processes = None,
    engine: Annotated[
        Engine,
        typer.Option(
            metavar="NAME",
            help="own; ctranslate2, which is faster and gives no attention: pip install "
            "'attnstudio[ct2]'; or auto, which takes that where it is there and pays.",
        ),
    ] = Engine.AUTO,
    json: Json = False,
) -> None:
    """Translate text line by line, or a document.

    As many lines come out as go in. Of a document (TSV, TMX, XLIFF, SDLXLIFF, Word) what is
    not translated yet is filled in, tags are put back by the attention, and all else stays.
    """
    from attnstudio.cli import translation_commands  # torch stays out of --help
    from attnstudio.cli.trained_model import ModelChoice

    choice = ModelChoice(folder, run_name, checkpoint)
    translation_commands.translate(
        Output(json),
        choice,
        file,
        to,
        beam=beam,
        n_best=nbest,
        processes=processes,
        engine=engine.value,
    )


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
    processes: Processes = None,
    json: Json = False,
) -> None:
    """Score translations with BLEU and chrF.

    Where gold links exist, the links are scored with the alignment error rate.
    """
    from attnstudio.cli import evaluate_command  # torch stays out of --help
    from attnstudio.cli.trained_model import ModelChoice

    choice = ModelChoice(folder, run_name, checkpoint)
    files = evaluate_command.EvaluationFiles(source_file, reference_file, save_hypotheses)
    evaluate_command.evaluate(
        Output(json), choice, files, beam=beam, details=details, processes=processes
    )


def lab(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[DIR]", help="A project, to see where its sentences lie."),
    ] = None,
    kinds: Annotated[
        list[str] | None,
        typer.Option(
            "--kinds",
            metavar="NAME",
            help="A kind of attention, such as transformer or transformer.score=additive; "
            "repeatable. One of each part by default.",
        ),
    ] = None,
    lengths: Annotated[
        list[int] | None,
        typer.Option(
            "--lengths",
            min=4,
            max=65_536,
            metavar="N",
            help="Pieces of each sentence; repeatable. 8, 16, 32 and so on to 4096 by default.",
        ),
    ] = None,
    preset: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Whose sizes the models have; small by default."),
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="A picture, SVG: the time of training; those of memory and decoding beside it.",
        ),
    ] = None,
    json: Json = False,
) -> StopReason | None:
    """Measure what each kind of attention costs here.

    A training step and decoding, in time and memory, against the length of sentences; kept with the
    machine. Ctrl-C ends it with what was measured.
    """
    from attnstudio.cli import lab_command  # pydantic stays out of --help

    flags = lab_command.LabFlags(
        kinds=tuple(kinds or ()), lengths=tuple(lengths or ()), preset=preset, to=to
    )
    return lab_command.lab(Output(json), folder, flags)
