"""What came of an import, in words."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QCoreApplication

from attnstudio.corpus.import_report import Counted, ImportReport, Problem, Reason
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.gui.look.wording import count, problem_place, split_name
from attnstudio.interpretation.lettering import elide

_SHOWN_PLACES = 3
_TEXT_EM = 30.0


def report_lines(report: ImportReport) -> Iterator[str]:
    """What was kept, what was left out and why, and where the first of it stands."""
    yield _kept(report)
    dropped = [problem for problem in report.problems if not problem.reason.is_mended]
    for reason, number in report.dropped.items():
        counted = next((p.counted for p in dropped if p.reason == reason), Counted.LINE)
        words = _tr("{records} left out: {why}.")
        yield words.format(records=_records(counted, number), why=why_dropped(reason))
    for problem in dropped[:_SHOWN_PLACES]:
        yield f"{problem_place(problem)}: {elide(problem.text, _TEXT_EM)}"
    for reason, number in report.mended.items():
        yield _mended(reason).format(n=count(number))
    yield from report.notices


def problem_words(problem: Problem) -> str:
    """Where a record stands and why it is no pair."""
    words = _tr("{place}: {why}.")
    return words.format(place=problem_place(problem), why=why_dropped(problem.reason))


def why_dropped(reason: Reason) -> str:
    """The reason for leaving a record out, to stand behind a colon."""
    return {
        Reason.EMPTY: _tr("a side was empty"),
        Reason.UNDECODABLE: _tr("no text"),
        Reason.COLUMNS: _tr("too few columns"),
        Reason.LINKS: _tr("the gold links did not fit"),
        Reason.LANGUAGE: _tr("one of the languages was missing"),
        Reason.MALFORMED: _tr("not written as the format says"),
        Reason.FUZZY: _tr("the translation was marked as unconfirmed"),
        Reason.UNTRANSLATED: _tr("not translated yet"),
        Reason.UNPAIRED: _tr("no partner in the other file"),
    }[reason]


def _kept(report: ImportReport) -> str:
    if len(report.splits) < 2:
        return _tr("{n} pairs were imported.").format(n=count(report.pairs))
    each = _tr("{n} for {split}")
    splits = [
        each.format(n=count(n), split=split_name(Split(split)))
        for split, n in report.splits.items()
    ]
    words = _tr("{n} pairs were imported: {splits}.")
    return words.format(n=count(report.pairs), splits=", ".join(splits))


def _records(counted: Counted, number: int) -> str:
    one, many = {
        Counted.LINE: (_tr("1 line"), _tr("{n} lines")),
        Counted.ROW: (_tr("1 row"), _tr("{n} rows")),
        Counted.RECORD: (_tr("1 record"), _tr("{n} records")),
        Counted.UNIT: (_tr("1 unit"), _tr("{n} units")),
        Counted.ENTRY: (_tr("1 entry"), _tr("{n} entries")),
    }[counted]
    return one if number == 1 else many.format(n=count(number))


def _mended(reason: Reason) -> str:
    return {
        Reason.CONTROLS: _tr("Control characters were removed from {n} sentences."),
        Reason.ZERO_WIDTH: _tr("Characters without width were removed from {n} sentences."),
        Reason.NO_BREAK: _tr("No-break spaces became plain spaces in {n} sentences."),
    }[reason]


def _tr(text: str) -> str:
    return QCoreApplication.translate("import_words", text)
