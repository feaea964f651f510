"""The shapes of the commands that give a model to other programs, and take one back."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from attnstudio.cli.options import Checkpoint, Folder, Json, RunName
from attnstudio.cli.output import Output


class ExportFormat(StrEnum):
    """What an export is for."""

    WEIGHTS = "weights"
    ONNX = "onnx"
    CTRANSLATE2 = "ctranslate2"


class Quantization(StrEnum):
    """What weights for CTranslate2 are rounded to."""

    INT8 = "int8"
    INT16 = "int16"
    BFLOAT16 = "bfloat16"
    FLOAT16 = "float16"


def export(
    folder: Folder,
    to: Annotated[
        Path,
        typer.Option(
            "-o", "--output", metavar="FOLDER", help="Where it goes; nothing may lie there yet."
        ),
    ],
    format_: Annotated[
        ExportFormat,
        typer.Option(
            "--format",
            metavar="NAME",
            help="weights: safetensors, settings, tokenizers and a README with thirty lines of "
            "plain torch. onnx: a graph that reads and one that writes, with the attention as "
            "outputs, held against this program on 64 sentences. ctranslate2: a folder for its "
            "fast Translator, held against this program on 200.",
        ),
    ] = ExportFormat.WEIGHTS,
    quantization: Annotated[
        Quantization | None,
        typer.Option(
            metavar="NAME",
            help="With ctranslate2: smaller and faster weights, int8, int16, bfloat16 or float16; "
            "float32 by default.",
        ),
    ] = None,
    run_name: RunName = None,
    checkpoint: Checkpoint = "best",
    json: Json = False,
) -> None:
    """Write a model as a folder for other programs.

    What you wrote on the run's card goes with it, nothing of its corpus does.
    """
    from attnstudio.cli import export_commands  # torch stays out of --help
    from attnstudio.cli.trained_model import ModelChoice

    choice = ModelChoice(folder, run_name, checkpoint)
    rounded = None if quantization is None else quantization.value
    export_commands.export(Output(json), choice, to, format_.value, rounded)


def import_run(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="An exported model.")],
    into: Annotated[
        Path,
        typer.Option(metavar="DIR", help="A project of its languages, or a folder to be made one."),
    ],
    name: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Of the run; the name that it had by default."),
    ] = None,
    json: Json = False,
) -> None:
    """Make an exported model a run of a project.

    It translates and shows its attention as any other, and cannot be trained further.
    """
    from attnstudio.cli import export_commands  # torch stays out of --help

    export_commands.import_model(Output(json), folder, into, name)
