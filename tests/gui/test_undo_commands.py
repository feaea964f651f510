"""Cleanings, imports, deletions and edits of settings are taken back in their order."""

import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QMainWindow, QPushButton

from attnstudio.config import CleaningConfig, RunConfig
from attnstudio.corpus.import_plan import plan_import
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.errors import OutdatedError, ProjectError
from attnstudio.gui.corpus.corpus_changing import CorpusChanging
from attnstudio.gui.importing.import_choices import ImportWish
from attnstudio.gui.importing.import_flow import ImportFlow
from attnstudio.gui.setup.draft_editing import DraftEditor
from attnstudio.gui.shell.toasts import Toast
from attnstudio.gui.studio.actions import ActionRegistry
from attnstudio.gui.studio.run_changes import push_deletion
from attnstudio.gui.studio.studio import RunDraft
from attnstudio.gui.studio.undo_commands import UndoActions, Work
from attnstudio.project.cleaning import clean
from attnstudio.project.importing import PlannedItem
from attnstudio.project.project import Project
from attnstudio.project.trash import empty_trash, move_to_trash

NO_REPEATS = CleaningConfig(duplicates=True)


@pytest.fixture
def opened(studio, project, pairs):
    """The project with a pair that stands there twice, open."""
    with project.changing(), project.corpus_writer() as writer:
        writer.add_corpus(project.corpus())
        writer.add(pairs[2], Split.TRAIN)
        project.set_corpus(writer.finish())
    studio.open_project(project.folder)
    return studio.project


@pytest.fixture
def work(studio, opened):
    """On the project that is open."""
    assert studio.project is opened
    return CorpusChanging(studio, studio)


@pytest.fixture
def actions(studio):
    registry = ActionRegistry()
    UndoActions(studio.changes, studio.undo_stack, registry, registry)
    return registry


@pytest.fixture
def said(studio):
    said = []
    studio.notifier.posted.connect(said.append)
    return said


@pytest.fixture
def settle(qtbot, studio):
    def settle():
        qtbot.waitUntil(
            lambda: not studio.tasks.running and not studio.changes.is_busy, timeout=120_000
        )

    return settle


def corpus_on_disk(project):
    return Project.open(project.folder).file.corpus


def test_a_cleaning_is_taken_back_and_made_again_by_the_keys_action(
    opened, work, actions, settle, said
):
    before = opened.file.corpus
    work.clean(NO_REPEATS)
    settle()
    after = corpus_on_disk(opened)
    assert after != before
    assert actions["edit.undo"].text() == "&Undo removal of training pairs"

    actions["edit.undo"].trigger()
    settle()
    assert corpus_on_disk(opened) == before
    assert Project.open(opened.folder).file.cleanings == ()
    assert actions["edit.redo"].text() == "&Redo removal of training pairs"
    actions["edit.redo"].trigger()
    settle()

    assert corpus_on_disk(opened) == after
    assert len(Project.open(opened.folder).file.cleanings) == 1
    assert actions["edit.undo"].isEnabled()
    assert not actions["edit.redo"].isEnabled()
    assert not [told for told in said if told.level == "error"]


def test_settings_and_changes_are_one_row(studio, opened, work, settle):
    editor = DraftEditor(RunDraft("small", RunConfig()), studio.undo_stack, studio)
    editor.set_knob("training.seed", 7, "change seed")
    work.clean(NO_REPEATS)
    settle()
    editor.set_knob("training.seed", 9, "change seed")

    texts = [studio.undo_stack.text(n) for n in range(studio.undo_stack.count())]
    assert texts == ["change seed", "removal of training pairs", "change seed"]
    studio.changes.undo()
    assert editor.draft.config.training.seed == 7
    studio.changes.undo()
    settle()
    assert Project.open(opened.folder).file.cleanings == ()
    assert editor.draft.config.training.seed == 7
    studio.changes.undo()
    assert editor.draft.config.training.seed == RunConfig().training.seed


def test_the_button_of_the_panel_takes_back_what_the_key_would(studio, opened, work, settle):
    work.clean(NO_REPEATS)
    settle()

    work.undo_cleaning()
    settle()

    assert Project.open(opened.folder).file.cleanings == ()
    assert studio.undo_stack.redoText() == "removal of training pairs"


def test_a_cleaning_of_an_earlier_day_is_taken_back_by_the_button(studio, opened, settle):
    clean(opened, NO_REPEATS)
    studio.open_project(opened.folder)
    work = CorpusChanging(studio, studio)

    work.undo_cleaning()
    settle()

    assert Project.open(opened.folder).file.cleanings == ()


def test_a_cut_of_the_splits_is_taken_back(studio, tmp_path, fill_project, settle):
    project = fill_project(tmp_path / "uncut", 40)
    studio.open_project(project.folder)
    before = project.file.corpus
    CorpusChanging(studio, studio).cut_splits()
    settle()
    assert corpus_on_disk(project) != before

    studio.changes.undo()
    settle()

    assert corpus_on_disk(project) == before


@pytest.fixture
def fill_project():
    def fill(folder, count):
        project = Project.create(folder, "en", "de")
        with project.changing(), project.corpus_writer() as writer:
            for number in range(count):
                writer.add(SentencePair(f"sentence {number}", f"Satz {number}"), Split.TRAIN)
            project.set_corpus(writer.finish())
        return project

    return fill


def test_an_import_is_taken_back_and_made_again(qtbot, studio, opened, tmp_path, settle):
    for language in ("en", "de"):
        (tmp_path / f"more.{language}").write_text(f"{language} one\n{language} two\n")
    window = QMainWindow()
    qtbot.addWidget(window)
    flow = ImportFlow(studio)
    flow.attach(window)
    before = opened.file
    flow.start([tmp_path / "more.en", tmp_path / "more.de"])
    qtbot.waitUntil(lambda: flow.panel is not None, timeout=120_000)
    plan = plan_import([tmp_path / "more.en", tmp_path / "more.de"], ("en", "de"))
    items = tuple(PlannedItem(file.item, Split.TRAIN) for file in plan.files)
    flow.panel.wished.emit(ImportWish(None, ("en", "de"), items, ()))
    settle()
    after = Project.open(opened.folder).file
    assert after.imports[-1].pairs == 2
    assert studio.undo_stack.undoText() == "import of 2 pairs"

    studio.changes.undo()
    settle()
    assert Project.open(opened.folder).file == before
    studio.changes.redo()
    settle()

    assert Project.open(opened.folder).file == after
    flow.panel.close()


def test_while_one_change_is_under_way_no_other_begins(studio, actions, settle, said):
    editor = DraftEditor(RunDraft("small", RunConfig()), studio.undo_stack, studio)
    editor.set_knob("training.seed", 7, "change seed")
    may_end = threading.Event()
    studio.changes.make(Work("Waiting", lambda _: may_end.wait(60), lambda _: None))

    assert not actions["edit.undo"].isEnabled()
    studio.changes.undo()
    assert editor.draft.config.training.seed == 7
    assert studio.changes.make(Work("Late", lambda _: 1, lambda _: None)) is None
    assert said[-1].text == "Another change of the project is under way."
    may_end.set()
    settle()

    assert actions["edit.undo"].isEnabled()


def test_what_was_changed_since_leaves_the_stack_and_says_so(
    studio, opened, work, actions, settle, said
):
    editor = DraftEditor(RunDraft("small", RunConfig()), studio.undo_stack, studio)
    editor.set_knob("training.seed", 7, "change seed")
    work.clean(NO_REPEATS)
    settle()
    other = Project.open(opened.folder)
    clean(other, CleaningConfig(max_ratio=1.5, min_script=0.9, min_length=6))
    with other.changing(), other.corpus_writer() as writer:
        writer.add_corpus(other.corpus())
        other.set_cleaned_corpus(writer.finish(), [])

    actions["edit.undo"].trigger()
    settle()

    assert said[-1].text == "The corpus was changed again since, so it stays as it is."
    assert studio.undo_stack.count() == 1
    assert actions["edit.undo"].text() == "&Undo change seed"
    assert not actions["edit.redo"].isEnabled()


def fails(error):
    def function(_):
        raise error

    return Work("Failing", function, lambda _: None)


def test_what_only_failed_stays_where_it_was(studio, settle, said):
    studio.changes.push("it", fails(ProjectError("Busy.")), fails(ProjectError("Busy.")))

    studio.changes.undo()
    settle()
    assert studio.undo_stack.undoText() == "it"
    assert said[-1].text == "Busy."
    studio.changes.undo()
    settle()

    assert [told.text for told in said] == ["Busy.", "Busy."]
    assert studio.undo_stack.count() == 1


def test_what_failed_to_be_made_again_can_still_be(studio, settle):
    studio.changes.push("it", Work("Back", lambda _: 1, lambda _: None), fails(ProjectError("No.")))
    studio.changes.undo()
    settle()

    studio.changes.redo()
    settle()

    assert studio.undo_stack.redoText() == "it"
    assert not studio.undo_stack.canUndo()


def test_what_cannot_be_made_again_leaves_the_stack(studio, settle):
    gone = fails(OutdatedError("Gone."))
    studio.changes.push("it", Work("Back", lambda _: 1, lambda _: None), gone)
    studio.changes.undo()
    settle()

    studio.changes.redo()
    settle()

    assert studio.undo_stack.count() == 0


def test_an_edit_made_while_a_change_is_taken_back_stays(studio, settle):
    editor = DraftEditor(RunDraft("small", RunConfig()), studio.undo_stack, studio)
    may_end = threading.Event()

    def fail(_):
        may_end.wait(60)
        raise ProjectError("Busy.")

    studio.changes.push("it", Work("Back", fail, lambda _: None), fails(ProjectError("Busy.")))
    studio.changes.undo()
    editor.set_knob("training.seed", 7, "change seed")
    may_end.set()
    settle()

    assert studio.undo_stack.undoText() == "change seed"
    assert studio.undo_stack.count() == 1


def test_a_change_that_cannot_be_cancelled_any_more_is_taken_as_made(studio, settle):
    may_end, done = threading.Event(), []
    task = studio.changes.make(
        Work("Waiting", lambda _: may_end.wait(60) and "made", done.append),
        on_cancelled=lambda: done.append("cancelled"),
    )
    task.cancel()
    may_end.set()
    settle()

    assert done == ["made"]


def test_another_project_begins_with_an_empty_stack(studio, work, settle, tmp_path):
    work.clean(NO_REPEATS)
    settle()

    Project.create(tmp_path / "other", "en", "de")
    studio.open_project(tmp_path / "other")

    assert studio.undo_stack.count() == 0


def test_a_change_that_ends_in_another_project_is_not_on_its_stack(studio, work, settle, tmp_path):
    work.clean(NO_REPEATS)
    Project.create(tmp_path / "other", "en", "de")
    studio.open_project(tmp_path / "other")
    settle()

    assert studio.undo_stack.count() == 0


def test_a_deletion_is_taken_back_and_made_again_until_the_trash_is_emptied(
    studio, opened, small_run, settle, said
):
    run = small_run()
    push_deletion(studio, opened, run.name, move_to_trash(opened, run))

    for expected in (1, 0, 1, 0):
        (studio.changes.undo if expected else studio.changes.redo)()
        settle()
        assert len(opened.runs()) == expected
    empty_trash(opened)
    studio.changes.undo()
    settle()

    assert said[-1].text.endswith("is no longer in the trash.")
    assert studio.undo_stack.count() == 0


def test_a_toast_offers_its_undo_until_something_else_was_done(qtbot, studio, work, settle):
    toasts = []
    window = QMainWindow()
    qtbot.addWidget(window)
    studio.notifier.posted.connect(lambda told: toasts.append(Toast(told, window)))
    work.clean(NO_REPEATS)
    settle()
    [undo] = [b for b in toasts[-1].findChildren(QPushButton) if b.text() == "Undo"]
    assert undo.isEnabled()

    editor = DraftEditor(RunDraft("small", RunConfig()), studio.undo_stack, studio)
    editor.set_knob("training.seed", 7, "change seed")

    assert not undo.isEnabled()


def test_a_text_field_keeps_its_own_undo(qtbot, studio, actions):
    window = QMainWindow()
    qtbot.addWidget(window)
    for action in actions:
        window.addAction(action)
    field = QLineEdit(window)
    window.setCentralWidget(field)
    window.show()
    qtbot.waitExposed(window)
    editor = DraftEditor(RunDraft("small", RunConfig()), studio.undo_stack, studio)
    editor.set_knob("training.seed", 7, "change seed")
    field.setFocus()
    qtbot.keyClicks(field, "typed")

    qtbot.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)

    assert field.text() == ""
    assert editor.draft.config.training.seed == 7
