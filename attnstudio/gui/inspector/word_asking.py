"""A sentence that another page asks for, with a word of it to look at."""

from __future__ import annotations

from PySide6.QtCore import QObject

from attnstudio.axes import TextUnits, Units
from attnstudio.corpus.text import clean_text
from attnstudio.gui.inspector.asking import Asking
from attnstudio.gui.inspector.attention_panel import AttentionPanel
from attnstudio.gui.inspector.candidate_list import CandidateList
from attnstudio.gui.inspector.inspection import Inspection
from attnstudio.gui.inspector.question_box import QuestionBox
from attnstudio.gui.studio.studio import Studio, WordRequest
from attnstudio.gui.widgets.token_rows import ChosenToken, Side


class WordAsking(QObject):
    """Shows the translation that was asked for, and chooses the word in it.

    The model translates the sentence itself, so that all there is to see can be seen. Where it
    writes something else than what was asked for, as where a person wrote that, it reads it.

    Args:
        studio: where other pages ask.
        question: takes the sentence.
        asking: answers.
        candidates: whose translations one may be what is asked for.
        panel: shows the word.
        parent: owns it.
    """

    def __init__(
        self,
        studio: Studio,
        question: QuestionBox,
        asking: Asking,
        candidates: CandidateList,
        panel: AttentionPanel,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._question, self._asking = question, asking
        self._candidates, self._panel = candidates, panel
        self._wanted: WordRequest | None = None
        studio.word_requested.connect(self._ask)
        asking.answered.connect(self._take)

    def _ask(self, wanted: WordRequest) -> None:
        if self._asking.run is None:
            return
        self._question.show_pair(wanted.source, wanted.target)
        if wanted.step is not None:
            self._asking.choose_step(wanted.step)
        self._asking.translate()
        self._wanted = wanted  # after what an earlier question, which is dropped, may still tell

    def _take(self, answer: Inspection | None) -> None:
        wanted, asked = self._wanted, self._asking.of_answer
        self._wanted = None
        if wanted is None or answer is None or asked is None or asked.source != wanted.source:
            return
        texts = [clean_text(candidate.text) for candidate in answer.candidates]
        if wanted.target in texts:
            self._candidates.rows.setCurrentRow(texts.index(wanted.target))
        elif wanted.target and asked.forced is None:
            self._asking.read_forced()
            self._wanted = wanted
            return
        self._choose_word(wanted)

    def _choose_word(self, wanted: WordRequest) -> None:
        view = self._panel.shown.view
        if view is None or wanted.place is None:
            return
        side, units = (Side.TARGET, view.rows) if wanted.in_target else (Side.SOURCE, view.columns)
        index = _unit_at(units, wanted.place, wanted.target if wanted.in_target else wanted.source)
        if index is not None:
            self._panel.choose(ChosenToken(side, index))


def _unit_at(units: Units, place: int, text: str) -> int | None:
    """The piece, or joined word, that a character of a text belongs to; None where there is none.

    Args:
        units: of what is shown, which may be another text, as where a source looks at itself.
        place: of the character.
        text: the one that is meant.
    """
    if not isinstance(units, TextUnits) or units.text != text:
        return None
    for index, token in enumerate(units.tokens):
        if token.stands_for_text and token.start <= place < token.end:
            return index
    return None
