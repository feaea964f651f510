"""The shape of the command that compares kinds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from attnstudio.cli.options import (
    Backwards,
    ConfigFile,
    Device,
    Folder,
    Json,
    Precision,
    Preset,
    Threads,
)
from attnstudio.cli.output import Output
from attnstudio.training.stop import StopReason


def compare(
    folder: Folder,
    name: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Of the comparison; with that of one that was begun, it goes on.",
        ),
    ] = None,
    each: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY=V,V",
            help="A kind for each value of a setting, such as model.normaliser=softmax,sparsemax; "
            "repeatable.",
        ),
    ] = None,
    kind: Annotated[
        list[str] | None,
        typer.Option(
            metavar="LABEL:KEY=V,KEY=V",
            help="A kind of several settings; LABEL: alone changes nothing; repeatable. The first "
            "kind is what the others are held against.",
        ),
    ] = None,
    seeds: Annotated[
        str | None,
        typer.Option(metavar="N,N", help="Train each kind with each of these; one by default."),
    ] = None,
    preset: Preset = None,
    config: ConfigFile = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="A setting of all kinds; repeatable."),
    ] = None,
    minutes: Annotated[
        float | None,
        typer.Option(metavar="M", help="Plan the training of each run for so many minutes."),
    ] = None,
    max_steps: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Stop each run after so many updates."),
    ] = None,
    max_minutes: Annotated[
        float | None,
        typer.Option(metavar="M", help="Stop each run after so many minutes."),
    ] = None,
    max_epochs: Annotated[
        float | None,
        typer.Option(metavar="E", help="Stop each run after so many passes over the corpus."),
    ] = None,
    reverse: Backwards = False,
    device: Device = None,
    threads: Threads = None,
    precision: Precision = None,
    table: Annotated[
        bool, typer.Option("--table", help="Only show the table as it stands; train nothing.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Make runs anew that were deleted.")
    ] = False,
    to: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="The table as a file, .csv or .md."),
    ] = None,
    json: Json = False,
) -> StopReason | None:
    """Train several kinds in turn and compare them.

    Each has the same seeds and the same budget; the result is a table of BLEU, chrF, loss,
    alignment error, speed and memory, and says which differences are beyond noise. Ctrl-C stops
    with a checkpoint, and the comparison goes on by its name.
    """
    from attnstudio.cli import compare_command  # torch stays out of --help
    from attnstudio.cli.train_command import TrainRequest

    base = TrainRequest(
        preset=preset,
        config_file=config,
        assignments=tuple(set_ or ()),
        minutes=minutes,
        max_steps=max_steps,
        max_minutes=max_minutes,
        max_epochs=max_epochs,
        reverse=reverse,
        device=device,
        threads=threads,
        precision=precision,
    )
    request = compare_command.CompareRequest(
        name=name,
        kinds=tuple(kind or ()),
        each=tuple(each or ()),
        seeds=seeds,
        base=base,
        table=table,
        again=again,
        to=to,
    )
    return compare_command.compare(Output(json), folder, request)
