"""Changes that are kept outlast the window, and what the disk refuses is said."""

import pytest
from what_if_pages import assert_shows, compared_by_hand, settled

from attnstudio.gui.inspector.kept_sets import KeptSets
from attnstudio.gui.studio.notify import Notifier
from attnstudio.model.intervention import HeadAddress, Intervention
from attnstudio.project.kept_changes import NAME, Change, keep_changes, read_kept_changes
from attnstudio.reading import Reading
from attnstudio.sites import CROSS

OFF = Intervention(ablated_heads=frozenset({HeadAddress(CROSS, 1, 0)}))


def kept_off(qtbot, studio, page, name):
    page.what_if.show_page(page.what_if.attention)
    page.panel.shown.read_as(Reading(1, 0))
    page.what_if.attention.head.click()
    settled(qtbot, studio)
    page.what_if.attention.name.setText(name)
    page.what_if.attention.keep.click()


def test_what_is_kept_is_on_the_disk(qtbot, studio, asked, trained):
    kept_off(qtbot, studio, asked("tiny"), "upper & first")
    [(name, [kept])] = read_kept_changes(trained.folder).items()
    assert (name, kept.words, kept.intervention) == ("upper & first", "off: layer 1, head 0", OFF)


def test_a_window_has_what_another_one_kept_and_shows_the_same(qtbot, studio, asked, trained):
    keep_changes(trained.folder, "upper & first", [Change("key", "off: layer 1, head 0", OFF)])
    page = asked("tiny")
    attention = page.what_if.attention
    page.what_if.show_page(attention)
    assert attention.kept.isVisible()
    assert "upper & first" in attention.kept.itemText(1)
    attention.kept.activated.emit(1)
    settled(qtbot, studio)
    assert_shows(page, compared_by_hand(page, trained, OFF))
    assert attention.changes.text() == "• off: layer 1, head 0"


def test_what_is_forgotten_is_gone_from_the_disk(qtbot, studio, asked, trained):
    page = asked("tiny")
    kept_off(qtbot, studio, page, "upper & first")
    attention = page.what_if.attention
    [action] = attention.forget.menu().actions()
    assert action.text() == "upper && first"
    action.trigger()
    assert read_kept_changes(trained.folder) == {}
    assert not attention.kept.isVisible()
    assert not attention.forget.isVisible()


@pytest.fixture
def told():
    notifier, posted = Notifier(), []
    notifier.posted.connect(lambda each: posted.append(each.text))
    return KeptSets(notifier), posted


CHANGES = (Change("key", "off", OFF),)


def test_a_project_that_cannot_be_written_keeps_them_for_now(told, tmp_path, write_protect):
    kept, posted = told
    keep_changes(tmp_path, "on the disk", CHANGES)
    write_protect(tmp_path)
    kept.open(tmp_path)
    kept.keep("for now", CHANGES)
    assert kept.sets == {"on the disk": CHANGES, "for now": CHANGES}
    assert "could not be written" in posted[0]
    assert "until the window is closed" in posted[1]
    kept.open(tmp_path)  # another sentence
    assert list(kept.sets) == ["on the disk", "for now"]
    kept.forget("for now")
    assert list(kept.sets) == ["on the disk"]
    assert len(posted) == 2


def test_a_damaged_file_is_told_once_and_stays(told, tmp_path):
    kept, posted = told
    (tmp_path / NAME).write_text("{", "utf-8")
    for _ in range(3):
        kept.open(tmp_path)
    assert len(posted) == 1
    assert "cannot be read" in posted[0]
    kept.keep("mine", CHANGES)
    assert kept.sets == {"mine": CHANGES}
    assert len(posted) == 3, "why it is not kept, and for how long it is"
    assert (tmp_path / NAME).read_text("utf-8") == "{"


def test_each_project_has_its_own(told, tmp_path):
    kept, posted = told
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        kept.open(tmp_path / name)
        kept.keep(f"of {name}", CHANGES)
    assert list(kept.sets) == ["of b"]
    kept.open(tmp_path / "a")
    assert list(kept.sets) == ["of a"]
    kept.keep(" \n ", CHANGES)
    kept.keep("nothing", ())
    assert list(kept.sets) == ["of a"]
    assert posted == []
