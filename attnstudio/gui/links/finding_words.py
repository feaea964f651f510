"""What is said of each kind of finding."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from attnstudio.project.link_findings import FindingKind


def kind_label(kind: FindingKind) -> str:
    """What a kind is called."""
    return {
        FindingKind.NOT_TRANSLATED: _tr("No translations"),
        FindingKind.WEAK: _tr("Weak links"),
        FindingKind.UNLINKED: _tr("Words without a link"),
        FindingKind.UNUSUAL: _tr("Unusual links"),
    }[kind]


def kind_meaning(kind: FindingKind) -> str:
    """What it means that something was found."""
    return {
        FindingKind.NOT_TRANSLATED: _tr(
            "The words of these pairs translate each other much less than is usual: perhaps the "
            "lines are shifted. The score is 1 for a usual pair; Clean on the page of the corpus "
            "drops them."
        ),
        FindingKind.WEAK: _tr(
            "Most links of these pairs are drawn from one side alone: the sentences may be free "
            "translations. The confidence is the mean of the links."
        ),
        FindingKind.UNLINKED: _tr(
            "These words mostly have a partner, and here have none: something may be missing in "
            "the translation. The lower the number, the rarer that is."
        ),
        FindingKind.UNUSUAL: _tr(
            "These two words are linked, but both usually with others: perhaps a mistranslation. "
            "The lower the number, the rarer the two are linked."
        ),
    }[kind]


def figure_label(kind: FindingKind) -> str:
    """What the number that tells how doubtful it is stands for, as the heading of a column."""
    return {
        FindingKind.NOT_TRANSLATED: _tr("Score"),
        FindingKind.WEAK: _tr("Confidence"),
        FindingKind.UNLINKED: _tr("How rare"),
        FindingKind.UNUSUAL: _tr("How rare"),
    }[kind]


def no_findings(kind: FindingKind) -> str:
    """What is said where none of a kind was found."""
    return _tr("None: {kind}").format(kind=kind_label(kind))


def _tr(text: str) -> str:
    return QCoreApplication.translate("finding_words", text)
