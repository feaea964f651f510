"""Arguments and options that several commands have."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Annotated

import typer

_logger = logging.getLogger(__name__)


def _write_down_folder(folder: Path) -> Path:
    _logger.info("project %s", folder.absolute())
    return folder


Folder = Annotated[
    Path,
    typer.Argument(metavar="DIR", help="The project's folder.", callback=_write_down_folder),
]
Json = Annotated[bool, typer.Option("--json", help="Answer with JSON on stdout.")]
RunName = Annotated[
    str | None,
    typer.Option("--run", metavar="NAME", help="Which run; the last trained by default."),
]
Preset = Annotated[
    str | None,
    typer.Option(
        "--preset", metavar="NAME", help="tiny, small, base or bahdanau; small by default."
    ),
]
ConfigFile = Annotated[
    Path | None,
    typer.Option(
        "--config", metavar="FILE", help="A TOML file with settings on top of the preset."
    ),
]
Backwards = Annotated[
    bool, typer.Option("--reverse", help="Translate from the target to the source.")
]
Device = Annotated[
    str | None, typer.Option("--device", metavar="NAME", help="auto, cpu, cuda or mps.")
]
Threads = Annotated[
    int | None,
    typer.Option(
        "--threads", min=0, metavar="N", help="Processor threads; 0 for the physical cores."
    ),
]
Processes = Annotated[
    int | None,
    typer.Option(
        "--processes",
        min=1,
        metavar="N",
        help="Processes that translate side by side; as many as pay by default.",
    ),
]
Precision = Annotated[
    str | None,
    typer.Option("--precision", metavar="NAME", help="Of matrix products: auto, fp32 or bf16."),
]
Checkpoint = Annotated[
    str, typer.Option(metavar="WHICH", help="Which checkpoint: best, last, aligned or a step.")
]
AligningCheckpoint = Annotated[
    str | None,
    typer.Option(
        "--checkpoint",
        metavar="WHICH",
        help="Which checkpoint: aligned (that links words best, the default where gold links told "
        "it), best, last or a step.",
    ),
]
GoldBase = Annotated[
    int | None,
    typer.Option(
        min=0, max=1, metavar="N", help="The number that gold links have for the first word."
    ),
]
GoldReversed = Annotated[
    bool,
    typer.Option("--gold-reversed", help="Gold links name the word of the target first."),
]
Details = Annotated[
    bool,
    typer.Option(
        "--details", help="Say the alignment error for words, signs, frequent and rare words apart."
    ),
]
ReverseRun = Annotated[
    str | None,
    typer.Option(
        "--reverse",
        metavar="NAME",
        help="A run of the other direction, to read the links from both. With --join alone it is "
        "the only one that there is.",
    ),
]
JoinMethod = Annotated[
    str | None,
    typer.Option(
        "--join",
        metavar="HOW",
        help="How the links of two directions are joined: product (by default), mean, intersection "
        "or grow-diag-final-and.",
    ),
]
MeasureName = Annotated[
    str | None,
    typer.Option(
        "--measure",
        metavar="NAME",
        help="weights: how much is looked at each place; norms: how much is taken from there; "
        "alti: how much that contributes to what a layer gives, all its heads together.",
    ),
]
MethodName = Annotated[
    str | None,
    typer.Option(
        "--method",
        metavar="NAME",
        help="What a word of the source does for the target. Read of the attention: attention, "
        "norm (how much is taken from there) or alti (what that contributes). Worked out of the "
        "model: erasure (what is lost without the word), gradient (times input), integrated "
        "(gradients) or value_zeroing.",
    ),
]
Beam = Annotated[
    int, typer.Option(min=1, max=100, metavar="N", help="Hypotheses kept side by side.")
]
Ablated = Annotated[
    list[str] | None,
    typer.Option(
        "--ablate",
        metavar="L[.H]",
        help="Switch off a head, such as 1.0, or a layer, such as 1; repeatable.",
    ),
]
MaskedWords = Annotated[
    list[int] | None,
    typer.Option(
        "--mask-source", min=0, metavar="I", help="Hide a word of the source; repeatable."
    ),
]
SetRows = Annotated[
    list[str] | None,
    typer.Option(
        "--set-row",
        metavar="L.H.T=ROW",
        help="Where a head looks for target token T: uniform, word:J or weights with commas "
        "between; repeatable.",
    ),
]
Temperature = Annotated[
    float | None,
    typer.Option(
        "--temperature",
        metavar="X",
        help="Divide all scores by X before they become weights: below 1 sharpens, above 1 evens "
        "out.",
    ),
]
