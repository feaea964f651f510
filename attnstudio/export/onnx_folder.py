"""A model in ONNX: a folder with two graphs, what cuts text for them, and how near they are to us.

onnx writes the graphs and onnxruntime measures them. Both are an extra, `attnstudio[onnx]`: with
what they need they take 115 MB on the disk, under the Apache 2.0 and the MIT licence.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

from attnstudio.errors import ExportError
from attnstudio.export.built import built
from attnstudio.export.facts import ExportFacts
from attnstudio.export.file_names import README
from attnstudio.export.onnx_graphs import OPSET, write_graphs
from attnstudio.export.onnx_parity import TOLERANCE, IdPair, ParityReport, measure_parity
from attnstudio.export.onnx_readme import onnx_readme
from attnstudio.export.weights import OpenModel, Progress, part_of, write_folder, write_sides

PARITY = "parity.json"

_NEEDED = ("onnx", "onnxruntime")
_GRAPHS_SHARE = 0.4  # of the time that all takes, roughly


def is_installed() -> bool:
    """Whether both are there; neither is loaded."""
    return all(find_spec(name) is not None for name in _NEEDED)


def refuse_no_onnx() -> None:
    """Refuse at once where nothing can be written; every kind of model can.

    Raises:
        ExportError: what writes ONNX is missing.
    """
    for name in _NEEDED:
        _needed(name)


def write_onnx(
    folder: Path,
    model: OpenModel,
    pairs: Sequence[IdPair],
    *,
    progress: Progress = lambda _: None,
) -> ParityReport:
    """Write the folder, which is there whole and measured or not at all.

    Args:
        folder: that is not there yet.
        model: what is written.
        pairs: ids of sentences on which it is measured.
        progress: see `Progress`.

    Raises:
        ExportError: something lies there, its numbers are other than ours, or what writes ONNX is
            missing.
        StorageError: the disk would not take it; nothing is left then.
    """
    refuse_no_onnx()
    runtime = _needed("onnxruntime")
    ours = built(model.facts, model.weights)
    reports: list[ParityReport] = []

    def write(temporary: Path) -> None:
        write_graphs(ours, temporary)
        progress(_GRAPHS_SHARE)
        measured = part_of(progress, _GRAPHS_SHARE, 1.0)
        report = measure_parity(temporary, ours, pairs, runtime, measured)
        _refuse_far(model.facts, report)
        reports.append(report)
        content = {"tolerance": TOLERANCE, "opset": OPSET, "attention": report.attention}
        text = json.dumps({**asdict(report), **content}, indent=1)
        (temporary / PARITY).write_text(text + "\n", encoding="utf-8", newline="\n")
        readme = onnx_readme(model.facts, report)
        (temporary / README).write_text(readme, encoding="utf-8", newline="\n")
        write_sides(temporary, model)

    write_folder(folder, write)
    return reports[0]


def _refuse_far(facts: ExportFacts, report: ParityReport) -> None:
    if not report.is_close:
        raise ExportError(
            "Run {name} was not written as ONNX: onnxruntime computes other numbers ({report}).",
            hint="Export its open weights instead, and tell those who make Attention Studio.",
            name=facts.run,
            report=str(report),
        )


def _needed(name: str) -> ModuleType:
    """A module of the extra.

    Raises:
        ExportError: it is not installed.
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise ExportError(
            "What writes ONNX is not installed: {name} is missing.",
            hint="Install it with: pip install 'attnstudio[onnx]'",
            name=name,
        ) from error
