"""Why an action of the corpus page rests, in a sentence."""

from __future__ import annotations

from attnstudio.gui.look.wording import no_pairs_words
from attnstudio.gui.studio.studio import Studio


def why_no_corpus_action(_name: str, _studio: Studio) -> str:
    """What it waits for while a project is open: all of them want pairs."""
    return no_pairs_words()
