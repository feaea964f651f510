"""Why an action of the page of word links rests, in a sentence."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from attnstudio.gui.look.wording import no_pairs_words
from attnstudio.gui.studio.studio import Studio


def why_no_links_action(name: str, studio: Studio) -> str:
    """What it waits for while a project is open: pairs, links, or the right to write."""
    if studio.project is None or not studio.project.file.corpus:
        return no_pairs_words()
    if name == "links.align":
        return studio.access.reason or _tr("This version of the corpus is aligned, or will be.")
    return _tr("The corpus is not aligned yet.")


def _tr(text: str) -> str:
    return QCoreApplication.translate("action_reasons", text)
