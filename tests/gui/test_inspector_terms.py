"""What the words of the inspector mean is said where they stand."""

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QWhatsThis

from attnstudio.gui.inspector.attention_panel import AttentionPanel
from attnstudio.gui.inspector.candidate_list import CandidateList
from attnstudio.gui.inspector.inspector_terms import ExplainedTerm, term_words
from attnstudio.gui.inspector.question_box import QuestionBox
from attnstudio.gui.inspector.what_is import WhatIs


@pytest.fixture
def candidates(qtbot):
    page = CandidateList()
    qtbot.addWidget(page)
    return page


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize(
    ("term", "words"),
    [
        (ExplainedTerm.BEAM, ("side by side", "More is slower")),
        (ExplainedTerm.SHOW_BEST, ("listed under Translations", "the best first")),
        (ExplainedTerm.SHIFTED, ("just after writing it", "naive")),
        (ExplainedTerm.MEASURE, ("how much it takes", "written so far", "No measure is best")),
        (
            ExplainedTerm.TRUST,
            ("hidden in turn", "Kendall's τ", "1 is best", "the same source word first"),
        ),
        (ExplainedTerm.SCORE, ("below 0", "nearer to 0 is better", "higher is surer")),
    ],
)
def test_a_term_says_what_it_is_and_what_is_better(term, words):
    for expected in words:
        assert expected in term_words(term).what


def explained(widget):
    return [mark.accessibleName() for mark in widget.findChildren(WhatIs)]


def test_each_term_is_explained_where_it_stands(qtbot, candidates):
    box, panel = QuestionBox(), AttentionPanel()
    for widget in (box, panel):
        qtbot.addWidget(widget)

    assert explained(box) == ["What is Beam?", "What is Show best?"]
    terms = ["What is Measure?", "What is Shifted?", "What is Spread?"]
    assert sorted(explained(panel)) == terms
    assert explained(candidates) == ["What is Score?"]
    [line] = [label.text() for label in candidates.findChildren(QLabel)]
    assert "higher is surer" in line
    assert "nearer to 0 is better" in line


def test_a_question_mark_answers_when_it_is_clicked_and_to_who_cannot_see(candidates):
    candidates.show()
    [mark] = candidates.findChildren(WhatIs)
    assert "nearer to 0 is better" in mark.accessibleDescription()
    mark.click()

    shown = [w for w in QApplication.topLevelWidgets() if w.inherits("QWhatsThat")]
    assert [widget.isVisible() for widget in shown] == [True]
    QWhatsThis.hideText()
