"""What each import kept and dropped, kept in the project.

``reports/<number>.json`` is for programs, and ``<number>.txt`` the same for people.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from attnstudio.corpus.import_report import ImportReport, Problem, Reason
from attnstudio.files import write_text
from attnstudio.project.project import ImportedFiles, Project


@contextmanager
def kept_report(
    project: Project, imports: Sequence[ImportedFiles], report: ImportReport
) -> Iterator[None]:
    """Keep the report of some imports, unless they fail inside; the caller holds the lock."""
    folder = project.folder / "reports"
    folder.mkdir(exist_ok=True)
    number = 1 + max((int(path.stem) for path in folder.glob("[0-9]*.json")), default=0)
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
    for path in sorted((project.folder / "reports").glob("[0-9]*.json")):
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            if [imported.sha256, imported.split.value] in content["imports"]:
                return _read(content["report"])
        except (OSError, ValueError, KeyError, TypeError):
            continue  # a report is worth less than the page that shows it
    return None


def _read(values: dict[str, Any]) -> ImportReport:
    return ImportReport(
        pairs=values["pairs"],
        dropped={Reason(reason): count for reason, count in values["dropped"].items()},
        problems=tuple(
            Problem(p["file"], p["line"], Reason(p["reason"]), p["text"])
            for p in values["problems"]
        ),
        source=tuple(values["source"]),
        target=tuple(values["target"]),
        notices=tuple(values["notices"]),
        mended={Reason(reason): n for reason, n in values.get("mended", {}).items()},
    )
