"""Setting up a run: every knob, its undo, its mistakes, and the run that comes of it."""

import html
import itertools
import shlex
import threading
from functools import partial

import pytest
from finding import find, press, rests
from PySide6.QtCore import QCoreApplication, QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QPushButton, QScrollArea
from torch.distributed.run import parse_args as torchrun_arguments

from attnstudio.cli.train_command import TrainRequest
from attnstudio.config import RunConfig
from attnstudio.config_fields import describe_fields, value_of
from attnstudio.config_knob import Level
from attnstudio.config_text import merge_config
from attnstudio.config_training import Device
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.errors import ProjectError
from attnstudio.gui.setup import command_copying, pace_finder, run_start
from attnstudio.gui.setup.all_cards_note import AllCardsNote
from attnstudio.gui.setup.attention_section import AttentionSection
from attnstudio.gui.setup.changed_settings import ChangedSettings
from attnstudio.gui.setup.choice_cards import ChoiceCards
from attnstudio.gui.setup.command_line import command_of, quoted, shared_command_of
from attnstudio.gui.setup.draft_editing import DraftEditor
from attnstudio.gui.setup.draft_keeping import keep_draft, kept_draft
from attnstudio.gui.setup.page import SetupPage
from attnstudio.gui.setup.piece_section import PieceSection
from attnstudio.gui.setup.questions import questions_of
from attnstudio.gui.setup.run_summary import RunSummary
from attnstudio.gui.setup.segmentation_preview import SegmentationPreview
from attnstudio.gui.setup.shared_start import SharedStart, shared_start
from attnstudio.gui.studio.actions import ActionRegistry
from attnstudio.gui.studio.engine import Hardware
from attnstudio.gui.studio.studio import PageName, RunDraft
from attnstudio.gui.studio.training_session import SessionState
from attnstudio.gui.widgets.link_label import LinkLabel
from attnstudio.presets import PRESETS, find_preset
from attnstudio.project.estimate import estimate
from attnstudio.project.probe import Probed
from attnstudio.project.project import Project
from attnstudio.tokenizer import Token, Tokenizer

WITH_CARDS = {part.path for asked in questions_of("transformer") for part in asked.parts}
FORM_FIELDS = [f for f in describe_fields("transformer") if f.path not in WITH_CARDS]


@pytest.fixture
def actions():
    return ActionRegistry()


@pytest.fixture
def on_linux(monkeypatch):
    """What this machine is, is told by the test; of the system nothing is assumed."""
    told = partial(shared_start, platform="linux")
    monkeypatch.setattr(command_copying, "shared_start", told)


PROBED = Probed(0.5, 1.0, 100.0, 345 << 20, False, 16, "cpu")


@pytest.fixture
def page(qtbot, studio, actions, project, monkeypatch):
    monkeypatch.setattr(pace_finder, "probe", lambda *_: PROBED)
    studio.open_project(project.folder)
    page = SetupPage(studio, actions)
    qtbot.addWidget(page)
    page.resize(1100, 700)
    page.show()
    yield page
    page.hide()  # what takes a while waits until it is seen again


def set_knob(page, path, value):
    """As though it had been entered in the form, whatever the level shows."""
    page.form.edited.emit(path, value)


def presets(page):
    return find(page, ChoiceCards, "Preset")


def choose(page, path, value):
    """Click a card of a knob."""
    section = find(page, AttentionSection).section_of(path)
    section.open()
    section.cards(path).button(value).click()


def rows_of(form):
    """What shows each knob and all that belongs to it."""
    return [form.field(path).editor.parentWidget() for path in form.paths]


def cutting(studio):
    """The tasks that learn how a sentence is cut."""
    return [task for task in studio.tasks.running if task.title == "Trying the pieces"]


def other_value(field, config):
    """A valid value that is not the one there is."""
    value = value_of(config, field.path)
    if field.choices:
        allowed = {"training.schedule": "constant", "training.device": "cpu"}
        return allowed.get(field.path, next(c for c in field.choices if c != value))
    if isinstance(value, bool):
        return not value
    special = {
        "model.heads": 8, "model.dropout": 0.4, "model.attention_dropout": 0.1,
        "training.report_every": 5, "training.label_smoothing": 0.2, "training.adam_beta2": 0.9,
        "training.weight_decay": 0.5, "tokenizer.character_coverage": 0.5,
        "tokenizer.sampling_alpha": 0.5, "training.learning_rate": 0.25,
        "training.average_decay": 0.5, "training.source_masking": 0.25,
        "guidance.layers_after": 1, "guidance.head": 1,
    }  # fmt: skip
    if field.path in special:
        return special[field.path]
    return 16 if value is None else value * 2 or 7


def enter(qtbot, editor, value):
    match editor:
        case QCheckBox():
            editor.click()
        case QComboBox():
            editor.setCurrentIndex(editor.findData(value))
            editor.activated.emit(editor.currentIndex())
        case QLineEdit():
            editor.selectAll()
            qtbot.keyClicks(editor, "" if value is None else f"{value:g}")
            qtbot.keyClick(editor, Qt.Key.Key_Return)


def test_beside_the_cards_of_attention_a_link_leads_to_what_each_costs(qtbot, page, studio):
    link = next(label for label in page.findChildren(LinkLabel) if 'href="lab"' in label.text())
    with qtbot.waitSignal(studio.page_requested) as asked:
        link.linkActivated.emit("lab")
    assert asked.args == [PageName.LAB]


def test_every_knob_stands_in_the_form_once_or_has_its_cards(page):
    page.form.set_level(Level.EXPERT)

    assert page.form.paths == [field.path for field in FORM_FIELDS]
    for path in page.form.paths:
        assert page.form.field(path).editor.isVisibleTo(page)
        assert page.form.field(path).editor.accessibleName()


@pytest.mark.parametrize("field", FORM_FIELDS, ids=lambda field: field.path)
def test_an_editor_changes_its_knob_and_no_other_and_reset_and_undo_bring_it_back(
    qtbot, page, studio, field
):
    page.form.set_level(Level.EXPERT)
    before = page.draft.config
    value = other_value(field, before)

    enter(qtbot, page.form.field(field.path).editor, value)
    group, name = field.path.split(".")
    assert page.draft.config == merge_config(before, {group: {name: value}})
    assert page.form.field(field.path).reset.isVisibleTo(page)

    page.form.field(field.path).reset.click()
    assert page.draft.config == before
    studio.undo_stack.undo()
    studio.undo_stack.setClean()
    assert page.draft.config in (before, merge_config(before, {group: {name: value}}))


def test_undo_and_redo_name_what_they_do(page, studio):
    before = page.draft
    set_knob(page, "training.seed", 5)
    set_knob(page, "training.seed", 6)
    presets(page).button("bahdanau").click()

    assert studio.undo_stack.undoText() == "preset bahdanau"
    studio.undo_stack.undo()
    assert studio.undo_stack.undoText() == "change seed"
    studio.undo_stack.undo()  # both edits of the seed are one
    assert page.draft == before
    studio.undo_stack.redo()
    assert page.draft.config.training.seed == 6


@pytest.mark.parametrize(
    ("path", "typed", "said"),
    [
        ("training.learning_rate", "fast", "a number"),
        ("training.learning_rate", "0", "above 0"),
        ("training.batch_tokens", "12.5", "a whole number"),
        ("model.heads", "3", "3 heads do not divide"),
        ("model.dropout", "1", "Dropout must be below 1"),
        ("model.feedforward_size", "2", "Feed-forward size must be at least 4"),
        ("training.batch_tokens", "2000000", "Batch size must be at most 1,000,000"),
    ],
)
def test_a_wrong_value_is_marked_and_kept_and_start_says_why_not(
    qtbot, page, actions, path, typed, said
):
    page.form.set_level(Level.EXPERT)
    before = page.draft
    field = page.form.field(path)

    field.editor.selectAll()
    qtbot.keyClicks(field.editor, typed)
    qtbot.keyClick(field.editor, Qt.Key.Key_Return)

    assert said in field.error.text()
    assert field.error.isVisibleTo(page)
    assert field.editor.property("invalid") == "true"
    assert field.editor.text() == typed
    assert page.draft == before
    assert not actions["train.start"].isEnabled()
    assert path in find(page, RunSummary).reason.text()  # as a link
    assert html.escape(field.error.text()) in find(page, RunSummary).reason.text()
    assert path not in field.error.text()
    page.form.set_level(Level.SIMPLE)
    assert field.editor.isVisibleTo(page)  # what is wrong is never hidden

    field.reset.click()

    assert actions["train.start"].isEnabled()
    assert not field.error.isVisibleTo(page)


def test_a_value_that_was_wrong_counts_once_what_it_depends_on_is_right(page):
    set_knob(page, "training.schedule", "linear")
    error = page.form.field("training.schedule").error
    assert error.text() == "A linear schedule needs a horizon after its 400 warm-up steps."

    set_knob(page, "training.horizon_steps", 5000)

    assert error.isHidden()
    assert page.draft.config.training.schedule == "linear"


@pytest.mark.parametrize("typed", ["12,288", "12.288", "12 288", "12\N{NO-BREAK SPACE}288"])
def test_a_whole_number_may_be_typed_with_the_marks_that_it_is_shown_with(qtbot, page, typed):
    editor = page.form.field("training.batch_tokens").editor
    editor.selectAll()
    qtbot.keyClicks(editor, typed)
    qtbot.keyClick(editor, Qt.Key.Key_Return)

    assert page.draft.config.training.batch_tokens == 12_288


def test_a_decimal_comma_is_a_point(qtbot, page):
    page.form.set_level(Level.EXPERT)
    editor = page.form.field("training.learning_rate").editor
    editor.selectAll()
    qtbot.keyClicks(editor, "0,002")
    qtbot.keyClick(editor, Qt.Key.Key_Return)

    assert page.draft.config.training.learning_rate == 0.002


def test_levels_hide_knobs_and_keep_their_values(page):
    page.form.set_level(Level.EXPERT)
    set_knob(page, "training.weight_decay", 0.2)
    page.form.set_level(Level.SIMPLE)

    assert not page.form.field("training.weight_decay").editor.isVisibleTo(page)
    assert page.form.field("training.budget_minutes").editor.isVisibleTo(page)
    assert find(page.form, QLabel, "When to stop").isVisibleTo(page)
    assert page.draft.config.training.weight_decay == 0.2


@pytest.mark.parametrize("level", list(Level))
def test_knobs_that_are_not_shown_leave_no_holes(page, level):
    page.form.set_level(level)
    page.layout().activate()
    QCoreApplication.processEvents()
    rows = sorted(
        (
            QRect(row.mapTo(page.form, QPoint(0, 0)), row.size())
            for row in rows_of(page.form)
            if row.isVisibleTo(page)
        ),
        key=QRect.top,
    )

    holes = [lower.top() - upper.bottom() for upper, lower in itertools.pairwise(rows)]

    assert max(holes) < 50  # the heading of a group
    assert all(row.height() < 90 for row in rows)  # four lines of help
    assert page.form.height() < rows[-1].bottom() + 50


def test_all_settings_fit_a_small_screen_without_scrolling_sideways(page):
    page.resize(1095, 640)  # beside the sidebar, on a screen of 1280 x 720
    for level in Level:
        press(page, level.value.capitalize())
        QCoreApplication.processEvents()

        assert find(page, QScrollArea).horizontalScrollBar().maximum() == 0


def test_a_limit_and_a_time_budget_do_not_look_alike_and_zero_is_a_word(qtbot, page):
    page.form.set_level(Level.EXPERT)
    budget, limit = (
        page.form.field(path) for path in ("training.budget_minutes", "limits.max_minutes")
    )
    assert (budget.editor.text(), budget.editor.placeholderText()) == ("", "no plan")
    assert (limit.editor.text(), limit.editor.placeholderText()) == ("", "no limit")
    assert (budget.label.text(), limit.label.text()) == ("Time budget", "Most minutes")

    enter(qtbot, budget.editor, 20)
    assert page.draft.config.training.budget_minutes == 20
    budget.editor.clear()
    qtbot.keyClick(budget.editor, Qt.Key.Key_Return)

    assert page.draft.config.training.budget_minutes == 0
    assert find(page, ChangedSettings).text() == "All settings are as the preset small has them."


def test_somebody_who_knows_nothing_of_this_is_told_to_press_start(page):
    told = [label.text() for label in page.findChildren(QLabel) if label.isVisibleTo(page)]

    assert any("Leave everything as it is and press Start training" in text for text in told)


def test_a_change_out_of_sight_is_named_and_leads_there(page):
    changed = find(page, ChangedSettings)
    set_knob(page, "training.weight_decay", 0.2)
    assert "1 setting differs from the preset small" in changed.text()
    assert 'href="training.weight_decay"' in changed.text()
    assert "Weight decay 0.2" in changed.text()

    changed.linkActivated.emit("training.weight_decay")

    field = page.form.field("training.weight_decay")
    assert field.editor.isVisibleTo(page)
    corners = (field.rect().topLeft(), field.rect().bottomRight())
    viewport = find(page, QScrollArea).viewport()
    assert all(viewport.rect().contains(field.mapTo(viewport, corner)) for corner in corners)
    assert find(page, QPushButton, "Expert").isChecked()
    assert "Not shown" not in changed.text()

    changed.linkActivated.emit("back")

    assert page.draft.config == find_preset("small").config
    assert changed.text() == "All settings are as the preset small has them."


def test_a_preset_is_ticked_only_while_the_run_is_what_it_says(qtbot, page):
    presets(page).button("tiny").click()
    card = presets(page).button("tiny")
    qtbot.waitUntil(lambda: "1.3" in card.note or "1.2" in card.note, timeout=120_000)
    assert not card.is_changed

    choose(page, "model.kind", "recurrent")

    assert card.is_changed
    expected = estimate(page.draft.config).parameters / 1e6
    qtbot.waitUntil(lambda: f"{expected:.1f} million" in card.note, timeout=120_000)
    assert card.note.startswith("Changed")
    assert "Changed since" in card.accessibleDescription()

    card.click()  # once more: as it was

    assert page.draft.config == find_preset("tiny").config
    assert not card.is_changed


def test_what_arrives_late_moves_nothing(qtbot, page):
    page.layout().activate()
    before = page.form.mapTo(page, QPoint(0, 0))
    assert presets(page).button("base").note == "… million parameters"

    qtbot.waitUntil(lambda: "60" in presets(page).button("base").note, timeout=120_000)
    qtbot.waitUntil(lambda: bool(find(page, SegmentationPreview).source.pieces), timeout=120_000)
    page.layout().activate()
    QCoreApplication.processEvents()

    assert page.form.mapTo(page, QPoint(0, 0)) == before


def test_a_shorter_sentence_leaves_the_preview_as_high_as_it_was(qtbot):
    preview = SegmentationPreview()
    qtbot.addWidget(preview)
    preview.resize(400, 300)
    preview.show()
    preview.show_pieces([Token("a long piece", 0, 1)] * 40, [], "said")
    high = preview.minimumHeight()

    preview.show_pieces([Token("short", 0, 1)], [], "said")

    assert preview.minimumHeight() == high > 3 * preview.heightForWidth(400) / 2


def test_sizes_are_those_of_the_model_that_would_be_built(qtbot, page):
    qtbot.waitUntil(lambda: find(page, RunSummary).parameters.text() != "…", timeout=120_000)

    shown = int("".join(filter(str.isdigit, find(page, RunSummary).parameters.text())))
    assert shown == estimate(page.draft.config).parameters
    assert "million" in presets(page).button("base").note


def test_time_and_memory_are_those_that_were_found_for_the_very_settings(
    qtbot, page, studio, monkeypatch
):
    asked = []
    monkeypatch.setattr(pace_finder, "probe", lambda request, _: asked.append(request) or PROBED)
    set_knob(page, "tokenizer.vocabulary_size", 300)
    set_knob(page, "model.dropout", 0.25)
    set_knob(page, "limits.max_steps", 600)
    find(page, RunSummary).direction_chosen.emit(True)
    forecast = find(page, RunSummary).forecast

    qtbot.waitUntil(lambda: bool(asked) and "Measured" in forecast.about.text(), timeout=120_000)

    [request] = asked
    assert (request.config.model, request.reverse) == (page.draft.config.model, True)
    assert request.corpus == studio.project.corpus().folder
    assert request.config.tokenizer.vocabulary_size == 300
    assert find(page, RunSummary).memory.text() == "340 MB"
    assert forecast.time.text() == "5 min – 11 min"

    set_knob(page, "limits.max_steps", 1200)  # it trains as fast: nothing is measured again

    assert forecast.time.text() == "10 min – 22 min"
    assert len(asked) == 1


def test_start_ends_what_is_being_measured(qtbot, page, actions, monkeypatch):
    stopped = []

    def refuse(*_):
        raise ProjectError("No.", hint="Never.")

    def measure(_, should_stop):
        while not should_stop():
            threading.Event().wait(0.01)
        stopped.append(True)

    monkeypatch.setattr(pace_finder, "probe", measure)
    set_knob(page, "tokenizer.vocabulary_size", 300)
    about = find(page, RunSummary).forecast.about
    qtbot.waitUntil(lambda: "are being tried" in about.text(), timeout=120_000)
    monkeypatch.setattr(run_start, "make_run", refuse)  # so that nothing begins to train

    actions["train.start"].trigger()

    qtbot.waitUntil(lambda: bool(stopped), timeout=120_000)
    qtbot.waitUntil(actions["train.start"].isEnabled, timeout=120_000)
    find(page, RunSummary).forecast.cancel_asked.emit()


def target_in_pieces(page):
    return "".join(find(page, SegmentationPreview).target.pieces).replace("▁", " ").strip()


def test_the_preview_shows_the_pieces_that_the_tokenizer_gives(qtbot, page, studio):
    set_knob(page, "tokenizer.vocabulary_size", 300)
    qtbot.waitUntil(lambda: bool(find(page, SegmentationPreview).source.pieces), timeout=120_000)

    cutters = find(page, PieceSection).cutters(page.draft.config.tokenizer)
    pair = studio.project.corpus()[0]
    expected = Tokenizer(cutters.source.model).tokens(pair.source)
    assert find(page, SegmentationPreview).source.pieces == tuple(token.text for token in expected)
    assert target_in_pieces(page) == pair.target


def test_another_sentence_that_is_asked_for_while_one_is_cut_is_the_one_that_comes(
    qtbot, page, studio
):
    set_knob(page, "tokenizer.vocabulary_size", 300)
    qtbot.waitUntil(lambda: bool(cutting(studio)), timeout=120_000)
    press(page, "Next sentence")
    qtbot.waitUntil(lambda: bool(find(page, SegmentationPreview).target.pieces), timeout=120_000)
    assert target_in_pieces(page) == studio.project.corpus()[1].target


def test_what_was_learnt_from_a_corpus_that_is_gone_is_not_shown(
    qtbot, page, studio, project, tmp_path
):
    other = Project.create(tmp_path / "other", "en", "de")
    with other.changing(), other.corpus_writer() as writer:
        for number, pair in enumerate(list(project.corpus())[::-1] * 2):
            writer.add(pair, Split.VALID if number < 2 else Split.TRAIN)
        other.set_corpus(writer.finish())
    set_knob(page, "tokenizer.vocabulary_size", 300)
    qtbot.waitUntil(lambda: bool(cutting(studio)), timeout=120_000)
    [first] = cutting(studio)
    studio.open_project(other.folder)
    set_knob(page, "tokenizer.vocabulary_size", 300)

    def cutters():
        return find(page, PieceSection).cutters(page.draft.config.tokenizer)

    qtbot.waitUntil(lambda: cutters() is not None, timeout=120_000)
    qtbot.waitUntil(lambda: not first.is_running, timeout=120_000)

    assert cutters().pairs == len(other.corpus()) - 2
    assert target_in_pieces(page) == other.corpus()[0].target != project.corpus()[0].target


@pytest.mark.parametrize("preset", sorted(PRESETS))
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"limits": {"max_minutes": 2.5}, "training": {"learning_rate": 3e-4, "seed": 9}},
        {"model": {"kind": "recurrent", "attention": "general", "input_feeding": False}},
        {"tokenizer": {"kind": "bpe", "shared": False}, "model": {"kind": "transformer"}},
    ],
)
def test_the_copied_command_trains_the_same(tmp_path, preset, changes):
    config = merge_config(find_preset(preset).config, changes)
    draft = RunDraft(preset, config, reverse=True, name="my run")

    words = shlex.split(quoted(command_of(tmp_path / "a folder", draft)))

    assert words[:3] == ["attnstudio", "train", str(tmp_path / "a folder")]
    options = dict(itertools.pairwise(words))
    assert options["--run"] == "my run"
    assert "--reverse" in words
    assignments = [words[i + 1] for i, word in enumerate(words) if word == "--set"]
    request = TrainRequest(preset=options["--preset"], assignments=tuple(assignments))
    assert request.run_config() == config


def test_the_command_is_copied(page, studio, actions):
    set_knob(page, "training.seed", 77)

    actions["train.copy_command"].trigger()

    copied = QGuiApplication.clipboard().text()
    assert copied.startswith(f"attnstudio train {shlex.quote(str(studio.project.folder))}")
    assert "--set training.seed=77" in copied


def test_the_command_for_several_processes_gives_the_same_words_to_each(tmp_path):
    draft = RunDraft("tiny", find_preset("tiny").config, name="my run")
    alone = command_of(tmp_path / "a folder", draft)

    words = shlex.split(quoted(shared_command_of(tmp_path / "a folder", draft, 3)))
    told = torchrun_arguments(words[1:])

    assert words[0] == "torchrun"
    assert (told.standalone, told.nproc_per_node, told.module) == (True, "3", True)
    assert [told.training_script, *told.training_script_args] == alone


@pytest.mark.parametrize("platform", ["linux", "darwin"])
@pytest.mark.parametrize(
    ("hardware", "device", "start"),
    [
        (Hardware("cuda", 16, 4), "auto", SharedStart(4, is_on_cards=True)),
        (Hardware("cuda", 16, 2), "cuda", SharedStart(2, is_on_cards=True)),
        (Hardware("cuda", 16, 4), "cpu", SharedStart(4)),
        (Hardware("cpu", 1), "auto", SharedStart(2)),
        (Hardware("cpu", 3), "auto", SharedStart(3)),
        (Hardware("mps", 10), "auto", SharedStart(4)),
    ],
)
def test_each_card_gets_a_process_or_each_of_some_cores(hardware, device, start, platform):
    assert shared_start(hardware, Device(device), platform) == start


@pytest.mark.parametrize(
    ("hardware", "device", "platform", "why_not"),
    [
        (Hardware("cuda", 16, 1), "auto", "linux", "There is one graphics card"),
        (Hardware("mps", 10), "mps", "darwin", "cannot share the device mps"),
        (Hardware("cuda", 16, 4), "auto", "win32", "On Windows"),
        (None, "auto", "linux", "still being looked at"),
    ],
)
def test_where_there_can_be_no_several_processes_that_is_said(hardware, device, platform, why_not):
    start = shared_start(hardware, Device(device), platform)

    assert start.processes == 0
    assert why_not in start.why_not


def menu_entries(page):
    """The entries under the button that copies, by what they say."""
    button = find(find(page, RunSummary), QPushButton, "Copy as command line")
    return {action.text(): action for action in button.menu().actions()}


@pytest.mark.usefixtures("on_linux")
def test_the_command_for_several_processes_is_copied(page, studio, actions):
    assert not menu_entries(page)["For several processes"].isEnabled()
    assert not actions["train.copy_shared_command"].isEnabled()
    assert "still being looked at" in actions["train.copy_shared_command"].statusTip()

    studio.take_hardware(Hardware("cpu", 2))
    menu_entries(page)["For 2 processes"].trigger()
    copied = QGuiApplication.clipboard().text()
    menu_entries(page)["For one process"].trigger()
    alone = QGuiApplication.clipboard().text()

    assert alone.startswith("attnstudio train ")
    begin = "torchrun --standalone --nproc-per-node 2 -m attnstudio -- "
    assert copied == begin + alone.removeprefix("attnstudio ")
    assert find(page, AllCardsNote).isHidden()


@pytest.mark.usefixtures("on_linux")
def test_several_cards_are_told_of_with_the_command_for_all(page, studio, actions):
    note = find(page, AllCardsNote)
    studio.take_hardware(Hardware("cuda", 16, 4))

    assert "4 graphics cards" in note.words.text()
    assert not note.isHidden()
    press(note, "Copy the command for 4 cards")
    assert "--nproc-per-node 4 " in QGuiApplication.clipboard().text()

    set_knob(page, "training.device", "cpu")
    assert note.isHidden()
    actions["train.copy_shared_command"].trigger()
    assert "--set training.device=cpu" in QGuiApplication.clipboard().text()


def test_start_makes_the_run_that_was_set_up_and_trains_it(qtbot, page, studio, actions):
    pages = []
    studio.page_requested.connect(pages.append)
    tiny = {
        "model": {"model_size": 16, "heads": 2, "feedforward_size": 32},
        "tokenizer": {"vocabulary_size": 320},
        "training": {"threads": 1, "batch_tokens": 200, "precision": "fp32"},
        "limits": {"max_steps": 2},
    }
    config = merge_config(find_preset("tiny").config, tiny)
    studio.setup_requested.emit(RunDraft("tiny", config, reverse=True, name="erster"))

    actions["train.start"].trigger()
    qtbot.waitUntil(lambda: bool(pages), timeout=120_000)

    run = studio.project.run("erster")
    assert pages == [PageName.TRAINING]
    assert studio.run.name == "erster"
    assert page.draft == RunDraft("tiny", config, reverse=True)  # the name is taken now
    assert run.definition().config == config
    assert (run.definition().source.language, run.definition().preset) == ("de", "tiny")
    assert not actions["train.start"].isEnabled()  # one training at a time
    qtbot.waitUntil(lambda: studio.session.state is SessionState.IDLE, timeout=120_000)
    assert actions["train.start"].isEnabled()


def test_a_name_that_is_taken_is_told_before_anybody_presses_start(page, actions, small_run):
    taken = small_run().name

    find(page, RunSummary).name_edited.emit(taken)
    assert not actions["train.start"].isEnabled()
    assert f"There is a run {taken} already" in find(page, RunSummary).reason.text()

    find(page, RunSummary).name_edited.emit(f"{taken}a")
    assert actions["train.start"].isEnabled()


def test_a_run_that_cannot_be_made_is_told_and_can_be_tried_again(
    qtbot, page, studio, actions, monkeypatch
):
    said = []
    studio.notifier.posted.connect(said.append)

    def refuse(*_):
        raise ProjectError("No.", hint="Never.")

    monkeypatch.setattr(run_start, "make_run", refuse)
    actions["train.start"].trigger()
    qtbot.waitUntil(lambda: bool(said), timeout=120_000)

    assert said[0].text == "No."
    assert actions["train.start"].isEnabled()
    assert page.draft.config == find_preset("small").config


def test_a_name_may_have_several_words(qtbot, page):
    name = find(page, QLineEdit, "Name of the run")
    qtbot.keyClicks(name, "my second")

    assert name.text() == page.draft.name == "my second"


def test_without_a_project_the_page_says_what_to_do(qtbot, studio, actions):
    page = SetupPage(studio, actions)
    qtbot.addWidget(page)
    asked = []
    studio.page_requested.connect(asked.append)

    press(page, "Go home")

    assert asked == [PageName.HOME]
    assert not actions["train.start"].isEnabled()


def test_an_editor_alone_begins_anew_without_a_way_back(studio):
    editor = DraftEditor(RunDraft("small", RunConfig()), studio.undo_stack, studio)
    editor.set_knob("training.seed", 3, "seed")
    editor.restart(RunDraft("tiny", find_preset("tiny").config))

    assert editor.draft.preset == "tiny"
    assert editor.preset_config == find_preset("tiny").config


def test_what_takes_a_while_waits_until_the_page_is_seen(
    qtbot, studio, actions, project, monkeypatch
):
    monkeypatch.setattr(pace_finder, "probe", lambda *_: PROBED)
    page = SetupPage(studio, actions)
    qtbot.addWidget(page)
    begun = []
    studio.tasks.begun.connect(begun.append)
    studio.open_project(project.folder)
    qtbot.waitUntil(lambda: rests(page))
    assert begun == []

    page.show()

    qtbot.waitUntil(lambda: bool(begun))
    qtbot.waitUntil(lambda: not studio.tasks.running, timeout=120_000)


def test_beside_a_training_the_page_leads_to_it(qtbot, page, studio, project, small_run):
    asked = []
    studio.page_requested.connect(asked.append)
    studio.session.start(project, small_run())
    [reason] = [label for label in page.findChildren(QLabel) if "under way" in label.text()]

    reason.linkActivated.emit("training")

    assert asked == [PageName.TRAINING]
    assert studio.run.name == studio.session.run.name
    studio.session.stop()
    qtbot.waitUntil(lambda: studio.session.state is SessionState.IDLE, timeout=120_000)


def test_what_was_set_up_outlives_the_page_and_is_its_projects(
    qtbot, page, studio, project, tmp_path
):
    set_knob(page, "training.weight_decay", 0.2)
    find(page, RunSummary).name_edited.emit("later")
    other = Project.create(tmp_path / "other", "en", "de")
    with other.changing(), other.corpus_writer() as writer:
        writer.add(SentencePair("a", "b"), Split.TRAIN)
        other.set_corpus(writer.finish())
    studio.open_project(other.folder)
    assert page.draft == RunDraft("small", find_preset("small").config)

    anew = SetupPage(studio, ActionRegistry())
    qtbot.addWidget(anew)
    studio.open_project(project.folder)

    assert anew.draft.name == "later"
    assert anew.draft.config.training.weight_decay == 0.2


def test_what_is_set_up_is_written_once_it_rests(qtbot, page, settings, project, monkeypatch):
    qtbot.waitUntil(lambda: rests(page), timeout=120_000)
    written = []
    write = settings.set_value
    monkeypatch.setattr(settings, "set_value", lambda *what: written.append(what) or write(*what))
    name = find(page, QLineEdit, "Name of the run")

    qtbot.keyClicks(name, "night")

    assert written == []
    qtbot.waitUntil(lambda: len(written) == 1)
    assert kept_draft(settings, project.folder).name == "night"


def test_what_was_typed_last_is_written_at_the_end(qtbot, page, studio, settings, project):
    qtbot.keyClicks(find(page, QLineEdit, "Name of the run"), "night")

    studio.close()

    assert kept_draft(settings, project.folder).name == "night"


@pytest.mark.parametrize("stored", ["", "{", "[1, {}]", '[{"folder": 3}]'])
def test_what_cannot_be_read_of_what_was_set_up_is_left(settings, stored, tmp_path):
    settings.set_value("setup/drafts", stored)
    assert kept_draft(settings, tmp_path) is None

    draft = RunDraft("tiny", find_preset("tiny").config, reverse=True)
    for number in range(25):
        keep_draft(settings, tmp_path / str(number), draft)
    assert kept_draft(settings, tmp_path / "4") is None
    assert kept_draft(settings, tmp_path / "5") == draft


def test_a_setting_that_is_none_any_more_leaves_the_presets(settings, tmp_path):
    keep_draft(settings, tmp_path, RunDraft("tiny", find_preset("tiny").config))
    stored = settings.value("setup/drafts", "")
    settings.set_value("setup/drafts", stored.replace('"weight_decay"', '"weight"'))

    assert kept_draft(settings, tmp_path) is None


def test_where_attention_cannot_be_taught_it_is_said_beside_start(page, studio):
    note = page.findChild(RunSummary).note

    assert note.isHidden()  # it is taught

    set_knob(page, "tokenizer.sampling", True)
    assert note.text() == "Attention is not taught here: the words are cut anew each time."
    assert note.isVisibleTo(page)

    set_knob(page, "guidance.weight", 0)
    assert note.isHidden()  # nobody asked for it

    studio.undo_stack.undo()
    set_knob(page, "tokenizer.sampling", False)
    set_knob(page, "guidance.most_pairs", 100)
    assert "more than 100 training pairs" in note.text()
