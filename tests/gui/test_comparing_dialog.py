"""What is to be compared is ticked in the words of the cards, and begun with Enter."""

import pytest
from finding import find, text_in
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from attnstudio.config_text import merge_config
from attnstudio.gui.setup.compared_kinds import compared_kinds, offered_options
from attnstudio.gui.setup.comparing_dialog import ComparingDialog
from attnstudio.gui.setup.comparing_start import ComparingStart, make_comparison
from attnstudio.gui.setup.draft_editing import DraftEditor
from attnstudio.gui.studio.studio import PageName, RunDraft
from attnstudio.presets import find_preset
from attnstudio.project.comparison_queue import entries_of
from attnstudio.project.kept_comparisons import list_comparisons, read_comparison
from attnstudio.project.kind_comparison import kind_config
from attnstudio.training.expected_end import Ending, ExpectedEnd, TimeRange

TEN_MINUTES = ExpectedEnd(Ending.BUDGET, TimeRange(600.0, 600.0))


@pytest.fixture
def editor(studio):
    return editor_of(studio, "tiny")


def editor_of(studio, preset, **changes):
    config = merge_config(find_preset(preset).config, changes)
    return DraftEditor(RunDraft(preset, config), studio.undo_stack, studio)


@pytest.fixture
def ask(qtbot, editor):
    def ask(end=TEN_MINUTES, editor=editor):
        dialog = ComparingDialog(offered_options(editor), end)
        qtbot.addWidget(dialog)
        dialog.show()
        return dialog

    return ask


def tick(dialog, *keys):
    for key in keys:
        dialog.choices.boxes[key].setChecked(True)


def labels(dialog):
    return [kind.label for kind in dialog.kinds]


@pytest.mark.parametrize("preset", ["tiny", "bahdanau"])
def test_each_answer_of_the_cards_is_offered_and_trains_or_says_why_not(studio, preset):
    editor = editor_of(studio, preset)
    for group in offered_options(editor):
        assert sum(option.is_own for option in group.options) >= 1
        for option in group.options:
            if option.is_own:
                continue
            if option.why_not:
                assert option.why_not[0].isupper()
                with pytest.raises(Exception, match=r"cannot be trained"):
                    kind_config(editor.draft.config, option.kind, 1)
            else:
                changed = kind_config(editor.draft.config, option.kind, 1)
                assert changed != editor.draft.config


def test_no_two_options_have_one_name_and_none_is_a_word_of_the_config(studio):
    for preset in ("tiny", "bahdanau"):
        groups = offered_options(editor_of(studio, preset))
        names = [option.kind.label for group in groups for option in group.options]
        assert len(set(names)) == len(names)
        assert not [name for name in names if "_" in name or (name.isalpha() and name.islower())]


def test_a_card_that_does_not_go_with_the_draft_gives_the_reason_of_the_validator(studio, ask):
    editor = editor_of(studio, "tiny", model={"normaliser": "linear"})
    dialog = ask(editor=editor)

    box = dialog.choices.boxes["model.positions=alibi"]
    assert not box.isEnabled()
    assert box.accessibleDescription() == next(
        option.why_not
        for group in offered_options(editor)
        for option in group.options
        if option.key == "model.positions=alibi"
    )
    reasons = [label.text() for label in dialog.findChildren(QLabel)]
    assert box.accessibleDescription() in reasons


def test_the_draft_is_called_by_its_own_answer_where_one_question_is_compared(ask):
    dialog = ask()
    tick(dialog, "model.normaliser=sparsemax", "model.normaliser=entmax15")
    assert labels(dialog) == ["Softmax", "Sparsemax", "1.5-entmax"]
    tick(dialog, "model.own_reach=window")
    assert labels(dialog)[0] == "As set up"
    assert "Window (own sentence)" in labels(dialog)


def test_one_answer_for_both_parts_of_a_question_is_one_kind(editor):
    groups = offered_options(editor)
    key = "model.own_reach+model.source_reach=window"
    [_, both] = compared_kinds(groups, [key])
    assert both.changes == {"model": {"own_reach": "window", "source_reach": "window"}}
    assert both.label == "Window (own sentence and source sentence)"


def test_another_kind_of_model_keeps_what_both_have(studio):
    editor = editor_of(studio, "tiny", model={"dropout": 0.25})
    [_, other] = compared_kinds(offered_options(editor), ["model.kind=recurrent"])
    assert other.label == "Recurrent"
    model = kind_config(editor.draft.config, other, 1).model
    assert (model.kind, model.dropout) == ("recurrent", 0.25)


@pytest.mark.parametrize(
    ("end", "seeds", "words"),
    [
        (TEN_MINUTES, 1, "3 runs, one after another. About 10 min for each, 30 min in all."),
        (
            TEN_MINUTES,
            3,
            "9 runs, one after another: 3 kinds with 3 seeds. "
            "About 10 min for each, 1 h 30 min in all.",
        ),
        (
            ExpectedEnd(Ending.STEPS, TimeRange(60.0, 120.0)),
            1,
            "3 runs, one after another. About 1 min – 2 min for each, 3 min – 6 min in all.",
        ),
        (
            ExpectedEnd(Ending.PATIENCE, TimeRange(60.0, 120.0)),
            2,
            "6 runs, one after another: 3 kinds with 2 seeds. "
            "They take at least 6 min in all, and end by themselves.",
        ),
        (
            ExpectedEnd(Ending.STEPS, None),
            1,
            "3 runs, one after another. How long they take is not measured yet.",
        ),
    ],
)
def test_it_says_how_many_runs_and_how_long(ask, end, seeds, words):
    dialog = ask(end)
    tick(dialog, "model.normaliser=sparsemax", "model.normaliser=entmax15")
    dialog.seeds.setValue(seeds)
    assert dialog.sum.text() == words


def test_nothing_starts_before_a_kind_is_ticked(qtbot, ask):
    dialog = ask()
    assert not find(dialog, QPushButton, "Start").isEnabled()
    with qtbot.assertNotEmitted(dialog.wanted):
        qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert dialog.sum.text() == "Tick a kind."


def test_settings_without_an_end_are_refused(qtbot, ask):
    dialog = ask(ExpectedEnd(Ending.NOTHING, None))
    tick(dialog, "model.normaliser=sparsemax")
    assert "These settings have no end" in text_in(dialog)
    with qtbot.assertNotEmitted(dialog.wanted):
        qtbot.keyClick(dialog, Qt.Key.Key_Return)


def test_with_the_keyboard_alone_a_kind_is_ticked_named_and_started(qtbot, ask):
    dialog = ask()
    qtbot.waitExposed(dialog)
    first = dialog.choices.boxes["model.score=dot"]
    qtbot.waitUntil(lambda: dialog.focusWidget() is first)
    qtbot.keyClick(first, Qt.Key.Key_Space)
    seen = []
    for _ in range(80):
        qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Tab)
        if dialog.focusWidget() is first:
            break
        seen.append(dialog.focusWidget())
    boxes = [box for box in dialog.choices.boxes.values() if box.isEnabled()]
    start, cancel = (find(dialog, QPushButton, name) for name in ("Start", "Cancel"))
    assert seen[: len(boxes) - 1] == boxes[1:]  # in the order in which they stand
    assert seen[len(boxes) - 1 : len(boxes) + 1] == [dialog.seeds, dialog.name]
    assert set(seen[len(boxes) + 1 :]) == {start, cancel}

    dialog.name.setFocus()
    qtbot.keyClicks(dialog.name, "dots")
    with qtbot.waitSignal(dialog.wanted) as wanted:
        qtbot.keyClick(dialog.name, Qt.Key.Key_Return)

    [request] = wanted.args
    assert (request.name, request.seeds) == ("dots", 1)
    assert [kind.label for kind in request.kinds] == ["Scaled dot product", "Dot product"]
    with qtbot.assertNotEmitted(dialog.wanted):  # nobody starts it twice
        qtbot.keyClick(dialog.name, Qt.Key.Key_Return)


def test_escape_closes_and_starts_nothing(qtbot, ask):
    dialog = ask()
    tick(dialog, "model.score=dot")
    with qtbot.assertNotEmitted(dialog.wanted):
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


class Estimate:
    """What the page knows of a run."""

    def __init__(self):
        self.gave_way = 0

    def expected_end(self):
        return TEN_MINUTES

    def give_way(self):
        self.gave_way += 1


@pytest.fixture
def begun(studio, monkeypatch):
    seen = []
    monkeypatch.setattr(studio.comparing, "start", lambda _, name: seen.append(name))
    return seen


def test_start_keeps_the_comparison_and_begins_it(qtbot, studio, project, editor, begun):
    studio.open_project(project.folder)
    estimate = Estimate()
    start = ComparingStart(studio, editor, estimate, studio)
    dialog = start.ask(studio.project, None)
    qtbot.addWidget(dialog)
    tick(dialog, "model.normaliser=sparsemax")
    dialog.seeds.setValue(2)

    with qtbot.waitSignal(studio.page_requested, timeout=20_000) as asked:
        qtbot.keyClick(dialog, Qt.Key.Key_Return)

    assert asked.args == [PageName.COMPARING]
    assert begun == ["comparison-1"]
    assert estimate.gave_way == 1
    comparison = read_comparison(project, "comparison-1")
    seed = editor.draft.config.training.seed
    assert comparison.base == editor.draft.config
    assert comparison.seeds == (seed, seed + 1)
    assert [entry.kind.label for entry in entries_of(project, comparison)] == [
        "Softmax", "Sparsemax",
    ] * 2  # fmt: skip


def test_a_name_that_is_taken_is_refused_in_the_dialog_and_can_be_changed(
    qtbot, studio, project, editor, begun
):
    studio.open_project(project.folder)
    dialog = ComparingStart(studio, editor, Estimate(), studio).ask(studio.project, None)
    qtbot.addWidget(dialog)
    tick(dialog, "model.normaliser=sparsemax")
    request = type("Request", (), {"name": "a", "kinds": dialog.kinds, "seeds": 1})
    make_comparison(project, editor.draft, request, None)
    dialog.name.setText("a")

    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(dialog.reason.text()), timeout=20_000)
    assert "There is a comparison a already." in dialog.reason.text()
    assert begun == []

    dialog.name.setText("b")
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: begun == ["b"], timeout=20_000)
    assert list_comparisons(project) == ["a", "b"]


def test_who_closes_the_dialog_meanwhile_begins_nothing(qtbot, studio, project, editor, begun):
    studio.open_project(project.folder)
    dialog = ComparingStart(studio, editor, Estimate(), studio).ask(studio.project, None)
    tick(dialog, "model.normaliser=sparsemax")

    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    dialog.reject()
    qtbot.waitUntil(lambda: not studio.tasks.running, timeout=20_000)

    assert begun == []
    assert list_comparisons(project) == ["comparison-1"]
