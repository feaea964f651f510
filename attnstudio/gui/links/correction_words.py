"""What corrections tell so far, in a sentence."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from attnstudio.gui.look.wording import count, decimals
from attnstudio.project.correction_progress import CorrectionProgress, FoundScore

_ENOUGH = 2  # pairs: an interval over one tells nothing


def progress_words(progress: CorrectionProgress, sentences: int, *, are_doubtful: bool) -> str:
    """``12 of 1,500 sentences corrected · in these 1 in 8 links was wrong or missing · …``.

    Args:
        progress: of the corrections.
        sentences: how many the corpus has.
        are_doubtful: whether the corrected ones are those that the program was least certain of.
    """
    corrected = progress.corrected
    if not corrected.pairs:
        return _tr("Nothing corrected yet.")
    words = _tr("{n} of {total} sentences corrected, the least certain ones")
    if not are_doubtful:
        words = _tr("{n} of {total} sentences corrected")
    parts = [words.format(n=count(corrected.pairs), total=count(sentences)), _wrong(corrected)]
    parts.append(_error(_tr("error {aer}"), corrected))
    if progress.held_out.pairs:
        words = _tr("on {n} held out {aer}").format(n=count(progress.held_out.pairs), aer="{aer}")
        parts.append(_error(words, progress.held_out))
    return " · ".join(parts)


def progress_tip() -> str:
    """What the figures mean."""
    return _tr(
        "The error (AER) is that of the links that were found, against yours; in brackets where it "
        "lies with 95 %. It tells of the corrected sentences alone, not of the whole text: those "
        "that the program is least certain of come first, and are worse than the others. A link "
        "that you made possible counts as no error, whether it was found or not. A tenth of all "
        "sentences is held out: no model is taught your links of these."
    )


def _wrong(score: FoundScore) -> str:
    counts = score.score
    missing = counts.sure - counts.links_sure
    wrong = counts.links - counts.links_possible + missing
    if not wrong:
        return _nothing_wrong(counts.possible - counts.sure)
    each = round((counts.links + missing) / wrong)
    if each == 1:
        return _tr("in these most links were wrong or missing")
    return _tr("in these 1 in {n} links was wrong or missing").format(n=count(each))


def _nothing_wrong(only_possible: int) -> str:
    if only_possible == 1:
        return _tr("in these no link was wrong or missing, one is only possible")
    if only_possible:
        words = _tr("in these no link was wrong or missing, {n} are only possible")
        return words.format(n=count(only_possible))
    return _tr("in these no link was wrong or missing")


def _error(template: str, score: FoundScore) -> str:
    words = template.format(aer=decimals(score.score.aer, 2))
    if score.pairs < _ENOUGH:
        return words
    low, high = decimals(score.aer.low, 2), decimals(score.aer.high, 2)
    return _tr("{error} ({low} to {high})").format(error=words, low=low, high=high)


def _tr(text: str) -> str:
    return QCoreApplication.translate("correction_words", text)
