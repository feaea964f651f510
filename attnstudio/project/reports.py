"""What each import kept and dropped, kept in the project.

``reports/<number>.json`` is for programs, and ``<number>.txt`` the same for people.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from pydantic import TypeAdapter

from attnstudio.corpus.import_report import ImportReport
from attnstudio.files import read_small, write_text
from attnstudio.plain_values import read_json
from attnstudio.project.project import Project
from attnstudio.project.project_file import ImportedFiles

_REPORT = TypeAdapter(ImportReport)
_NUMBER = re.compile(r"[0-9]{1,9}")


@contextmanager
def kept_report(
    project: Project, imports: Sequence[ImportedFiles], report: ImportReport
) -> Iterator[None]:
    """Keep the report of some imports, unless they fail inside; the caller holds the lock."""
    folder = project.folder / "reports"
    folder.mkdir(exist_ok=True)
    number = 1 + max((int(path.stem) for path in _reports(folder)), default=0)
    paths = [folder / f"{number:04}.{ending}" for ending in ("json", "txt")]
    try:
        for path, text in zip(paths, _texts(imports, report), strict=True):
            storable = text.encode("utf-8", "replace").decode("utf-8")  # a name may be no text
            write_text(path, storable + "\n")
        yield
    except BaseException:
        for path in paths:
            path.unlink(missing_ok=True)
        with suppress(OSError):  # it holds other reports
            folder.rmdir()
        raise


def _reports(folder: Path) -> list[Path]:
    """Those for programs, the oldest first."""
    return sorted(path for path in folder.glob("*.json") if _NUMBER.fullmatch(path.stem))


def _texts(imports: Sequence[ImportedFiles], report: ImportReport) -> tuple[str, str]:
    """The report for programs and for people."""
    content = {
        "imports": [[done.sha256, done.split.value] for done in imports],
        "report": report.to_json(),
    }
    kept = [f"{done.pairs:,} pairs for {done.split.value}" for done in imports]
    lines = [f"Imported {report.pairs:,} pairs: {', '.join(kept)}.", *report.to_lines()]
    return json.dumps(content, ensure_ascii=False, indent=1), "\n".join(lines)


def report_of(project: Project, imported: ImportedFiles) -> ImportReport | None:
    """The report that an import is part of; None where none was kept or it is damaged."""
    for path in _reports(project.folder / "reports"):
        try:
            content = read_json(read_small(path))
            if [imported.sha256, imported.split.value] in content["imports"]:
                return _REPORT.validate_python(content["report"])
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            continue  # a report is worth less than the page that shows it
    return None
