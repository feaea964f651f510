"""Which engine translates documents: what can be chosen, and what is said of it."""

from importlib.util import find_spec

import pytest
from finding import press
from PySide6.QtCore import Qt

from attnstudio.gui.translating import engine_box
from attnstudio.gui.translating.segment_table import SegmentColumn
from attnstudio.project.document_translation import translate_document
from attnstudio.project.engines import Engine

ct2 = pytest.mark.skipif(
    find_spec("ctranslate2") is None, reason="an extra: pip install 'attnstudio[ct2]'"
)


def choose(page, engine):
    box = page.engines.box
    box.setCurrentIndex(box.findData(engine))
    box.activated.emit(box.currentIndex())


def can_be_chosen(page, engine):
    box = page.engines.box
    return bool(box.model().flags(box.model().index(box.findData(engine), 0)) & _ENABLED)


_ENABLED = Qt.ItemFlag.ItemIsEnabled


def test_the_names_are_those_of_the_engines(page):
    box = page.engines.box
    assert [box.itemData(place) for place in range(box.count())] == [each.value for each in Engine]
    assert page.engines.engine == Engine.AUTO


def test_where_it_is_not_installed_ctranslate2_rests_and_says_why(monkeypatch, ready):
    monkeypatch.setattr(engine_box, "is_installed", lambda: False)
    page = ready()
    page.engines.rest(page.engines._not_installed())

    assert not can_be_chosen(page, Engine.CTRANSLATE2)
    assert "pip install 'attnstudio[ct2]'" in page.engines.box.accessibleDescription()


@ct2
def test_a_model_that_it_cannot_compute_lets_it_rest_and_another_brings_it_back(
    ready, settled, studio, trained
):
    page = ready("tiny")
    assert can_be_chosen(page, Engine.CTRANSLATE2)
    choose(page, Engine.CTRANSLATE2)

    studio.select_run(trained.run("bahdanau"))
    settled()
    assert not can_be_chosen(page, Engine.CTRANSLATE2)
    assert "kind = recurrent" in page.engines.box.toolTip()
    assert page.engines.engine == Engine.AUTO

    studio.select_run(trained.run("tiny"))
    settled()
    assert page.engines.engine == Engine.CTRANSLATE2  # as it was chosen


@ct2
def test_what_is_chosen_translates_and_is_named(ready, settled, studio, trained, notes):
    page = ready("tiny")
    page.take([notes])
    settled()
    choose(page, Engine.CTRANSLATE2)
    press(page.card, "Translate")
    settled()

    loaded = studio.engine.load_run(trained, trained.run("tiny"))
    found = translate_document(
        trained, loaded, page.state.document, engine=Engine.CTRANSLATE2
    ).filled
    assert page.state.filled == list(found)
    assert page.state.engines == {"ctranslate2"}
    assert "3 segments translated by tiny with CTranslate2" in page.card.outcome.text()


def test_our_own_is_not_named_after_another(ready, settled, notes):
    page = ready("tiny")
    page.take([notes])
    settled()
    choose(page, Engine.OWN)
    press(page.card, "Translate")
    settled()

    assert page.state.engines == {"own"}
    assert "CTranslate2" not in page.card.outcome.text()
    assert page.table.segments.index(0, SegmentColumn.STATE).data() == "translated"
