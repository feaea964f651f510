"""The shapes of the commands about the heads of a trained model."""

from __future__ import annotations

from typing import Annotated

import typer

from attnstudio.cli.options import Checkpoint, Folder, Json, RunName
from attnstudio.cli.output import Output


def probe(
    folder: Folder,
    sentences: Annotated[
        int, typer.Option(min=2, metavar="N", help="How many sentences, evenly from the split.")
    ] = 200,
    split: Annotated[
        str, typer.Option(metavar="NAME", help="Whose sentences: valid, test or train.")
    ] = "valid",
    bleu: Annotated[
        bool,
        typer.Option("--bleu", help="Translate all of them for each head too, which takes long."),
    ] = False,
    aer: Annotated[
        bool, typer.Option("--aer", help="Link their words for each head too, where links exist.")
    ] = False,
    trust: Annotated[
        bool,
        typer.Option(
            "--trust",
            help="Say how far its attention can be trusted: what the model does without each word "
            "of their sources, which takes long.",
        ),
    ] = False,
    run_name: RunName = None,
    checkpoint: Checkpoint = "best",
    json: Json = False,
) -> None:
    """Say what each head of a model is worth.

    Each head of each layer is switched off in turn, and the loss on held-out sentences is measured.
    """
    from attnstudio.cli import probe_command  # torch stays out of --help
    from attnstudio.cli.trained_model import ModelChoice

    choice = ModelChoice(folder, run_name, checkpoint)
    asked = probe_command.ProbeFlags(sentences, split, bleu=bleu, aer=aer, trust=trust)
    probe_command.probe(Output(json), choice, asked)


def learnt(
    folder: Folder,
    against: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Another run, whose heads are written beside."),
    ] = None,
    words: Annotated[
        bool,
        typer.Option(
            "--words", help="Say which words of the source get exactly nothing, and how often."
        ),
    ] = False,
    least: Annotated[
        int,
        typer.Option(
            min=1, metavar="N", help="With --words: only those that stand there so often."
        ),
    ] = 5,
    control: Annotated[
        bool,
        typer.Option(
            "--control",
            help="With --against: cut the run that leaves nothing out down to as few places as the "
            "other one looks at, and say what that costs.",
        ),
    ] = False,
    bleu: Annotated[
        bool,
        typer.Option(
            "--bleu", help="With --control: translate test sentences too, which takes longer."
        ),
    ] = False,
    sentences: Annotated[
        int,
        typer.Option(min=1, metavar="N", help="Of a checkpoint: how many held-out sentences."),
    ] = 200,
    run_name: RunName = None,
    checkpoint: Annotated[
        str | None,
        typer.Option(
            metavar="WHICH",
            help="Read the heads of this checkpoint: best, last, aligned or a step. By default the "
            "log is asked, and only where that tells nothing the best checkpoint.",
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Say how each head of a model has learnt to look.

    How undecided and how far away it looks, what it leaves out for good, and where the kind of
    attention learns them, how sharply it chooses and how far it may look; over the training as its
    log told it, and head by head at its end.
    """
    from attnstudio.cli import learnt_command  # torch stays out of --help

    flags = learnt_command.LearntFlags(
        run=run_name,
        against=against,
        checkpoint=checkpoint,
        words=words,
        least=least,
        control=control,
        bleu=bleu,
        sentences=sentences,
    )
    learnt_command.learnt(Output(json), folder, flags)
