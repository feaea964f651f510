"""A record of attention as a file of the kind that its ending says."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from attnstudio.axes import Record
from attnstudio.children import python_command
from attnstudio.cli.lines import refuse_unwritable, write_output
from attnstudio.errors import ExportError, UsageError
from attnstudio.files import write_bytes
from attnstudio.inference.sentence_numbers import SentenceNumbers
from attnstudio.interpretation.export import record_to_json, view_to_svg, view_to_table
from attnstudio.interpretation.view import view_of
from attnstudio.interpretation.web_page import record_to_page
from attnstudio.reading import Reading

_PNG_BEGINS = b"\x89PNG\r\n\x1a\n"
_PNG_ENDS = b"IEND\xaeB`\x82"
_PAGE = ".html"
_ENDINGS = (".json", ".csv", ".svg", ".png", _PAGE)


def is_page(to: Path) -> bool:
    """Whether a file is to be a page for a browser."""
    return to.suffix.lower() == _PAGE


def refuse_unwritable_record(to: Path) -> None:
    """Refuse a file that could not be written in the end.

    Raises:
        UsageError: its ending says no kind.
        StorageError: it cannot be written there.
        ExportError: it is a picture, and what draws it is not installed.
    """
    if to.suffix.lower() not in _ENDINGS:
        raise UsageError(
            "{name} is none of .json, .csv, .svg, .png and .html.",
            hint="The ending of -o chooses what is written.",
            name=to.name,
        )
    refuse_unwritable(to)
    if to.suffix.lower() == ".png":
        _refuse_without_qt()


def write_record(
    record: Record,
    reading: Reading,
    to: Path,
    *,
    facts: Mapping[str, object],
    origin: str,
    numbers: SentenceNumbers | None,
) -> None:
    """Write what is looked at.

    Args:
        record: of one pair.
        reading: which of its matrices is drawn.
        to: the file.
        facts: what goes beside it into JSON.
        origin: of which model it is, as a picture says it.
        numbers: what a page writes formulas out from; None for a page without.

    Raises:
        StorageError: the disk would not take it.
        ExportError: the picture could not be drawn.
    """
    match to.suffix.lower():
        case ".json":
            content = record_to_json(record, reading) | dict(facts)
            write_output(to, json.dumps(content, ensure_ascii=False, allow_nan=False) + "\n")
        case ".csv":
            write_output(to, view_to_table(view_of(record, reading)))
        case ".svg":
            write_output(to, view_to_svg(record, view_of(record, reading), origin=origin))
        case ".html":
            write_output(to, record_to_page(record, reading, origin=origin, numbers=numbers))
        case _:
            _write_png(view_to_svg(record, view_of(record, reading), origin=origin), to)


def _refuse_without_qt() -> None:
    try:
        installed = find_spec("PySide6") is not None
    except ImportError:  # something in this Python forbids it, which is as good as not there
        installed = False
    if not installed:
        raise ExportError(
            "A PNG needs Qt, which is not installed.",
            hint="Write an .svg instead, or install attnstudio[gui].",
        )


def _write_png(svg: str, to: Path) -> None:
    """Through Qt in a process of its own: the command line itself does not know it."""
    command = python_command("from attnstudio.gui.widgets.rasterise import main; sys.exit(main())")
    done = subprocess.run(command, input=svg.encode(), capture_output=True, check=False)
    whole = done.stdout.startswith(_PNG_BEGINS) and done.stdout.endswith(_PNG_ENDS)
    if done.returncode or not whole:
        reason = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["no reason given"]
        raise ExportError(
            "{path} could not be drawn: {reason}.",
            hint="Write an .svg instead.",
            path=to,
            reason=reason[-1].rstrip("."),
        )
    write_bytes(to.resolve(), done.stdout)
