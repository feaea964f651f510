"""The setup page: choose the attention, the preset and every knob, and start."""

from __future__ import annotations

import html
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from attnstudio.config import Level, RecurrentConfig
from attnstudio.config_fields import FieldDescription, describe_fields, value_of
from attnstudio.corpus.parallel_corpus import ParallelCorpus
from attnstudio.gui.look.theme import PAGE_MARGIN, SMALL_SPACE, SPACE, set_role
from attnstudio.gui.setup.attention_cards import MULTI_HEAD, attention_cards
from attnstudio.gui.setup.changed_settings import ChangedSettings, HiddenSetting
from attnstudio.gui.setup.choice_cards import Card, ChoiceCards
from attnstudio.gui.setup.draft_editing import DraftEditor, changes_of
from attnstudio.gui.setup.draft_keeping import keep_draft, kept_draft
from attnstudio.gui.setup.level_buttons import LevelButtons
from attnstudio.gui.setup.model_sizes import ModelSize, ModelSizes
from attnstudio.gui.setup.pace_finder import FinderState, PaceFinder, PaceSearch
from attnstudio.gui.setup.piece_section import PieceSection
from attnstudio.gui.setup.run_start import RunStart, why_not_start
from attnstudio.gui.setup.run_summary import RunSummary
from attnstudio.gui.studio.actions import ActionRegistry, MenuName
from attnstudio.gui.studio.studio import PageName, RunDraft, Studio
from attnstudio.gui.studio.training_status import TRAINING_LINK
from attnstudio.gui.widgets.config_form import ConfigForm
from attnstudio.gui.widgets.empty_state import EmptyState
from attnstudio.presets import DEFAULT_PRESET, PRESETS, find_preset
from attnstudio.project.probe import ProbeRequest
from attnstudio.project.project import Project

_SETTLED_AFTER_MS = 400  # without an edit
_FEWEST_PAIRS = 4
_ADVICE_WIDTH = 680
_SAMPLE_PRESET = "tiny"


class SetupPage(QWidget):
    """A run is set up here."""

    def __init__(
        self, studio: Studio, actions: ActionRegistry, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._studio, self._actions = studio, actions
        self._corpus: ParallelCorpus | None = None
        self._drafted_for: Path | None = None
        fresh = RunDraft(DEFAULT_PRESET, find_preset(DEFAULT_PRESET).config)
        self._editor = DraftEditor(fresh, studio.undo_stack, self)
        self._settled = QTimer(self, singleShot=True, interval=_SETTLED_AFTER_MS)
        self._settled.timeout.connect(self._work_out)
        self._is_due = False  # it was not seen when it was time to work it out
        self._is_kept = True
        self._make_widgets()
        self._sizes = ModelSizes(studio.tasks, self._presets, lambda: self.draft.config, self)
        self._run_start = RunStart(studio, self._editor, self)
        self._start = actions.add(
            "train.start",
            self.tr("&Start training"),
            self._start_training,
            menu=MenuName.TRAIN,
            shortcut="Ctrl+R",
            tip=self.tr("Train with these settings"),
        )
        self._copy = actions.add(
            "train.copy_command",
            self.tr("&Copy as command line"),
            self._run_start.copy_command,
            menu=MenuName.TRAIN,
            tip=self.tr("The command that trains the same without the window"),
        )
        self._lay_out()
        self._connect()
        self._open_corpus()
        QTimer.singleShot(0, self, self._show_fields)  # in a turn of its own: there are many

    @property
    def draft(self) -> RunDraft:
        """The run as it would be started."""
        return self._editor.draft

    @property
    def form(self) -> ConfigForm:
        """Every knob."""
        return self._form

    def _make_widgets(self) -> None:
        self._presets = ChoiceCards(
            self.tr("Preset"),
            [Card(name, name, "", preset.reason, "") for name, preset in PRESETS.items()],
            columns=4,
        )
        self._attention = ChoiceCards(self.tr("Attention"), attention_cards(), columns=4)
        self._levels = LevelButtons()
        self._form = ConfigForm()
        self._changed = ChangedSettings()
        self._pieces = PieceSection(self._studio.tasks, _heading(self.tr("How a sentence is cut")))
        self._summary = RunSummary()
        self._finder = PaceFinder(self._studio.tasks, self._studio.session, self)
        self._finding = PaceSearch(FinderState.WAITING)

    def _lay_out(self) -> None:
        self._empty = EmptyState("", "", "")
        self._empty.acted.connect(self._leave_empty)
        content = QWidget()
        row = QHBoxLayout(content)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._scrolled_column(), stretch=1)
        row.addWidget(self._beside())
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(content)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)

    def _scrolled_column(self) -> QScrollArea:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(PAGE_MARGIN, 2 * SPACE, PAGE_MARGIN, PAGE_MARGIN)
        column.setSpacing(SPACE)
        column.addWidget(self._advice())
        column.addWidget(_heading(self.tr("Start from")))
        column.addWidget(self._presets)
        column.addWidget(_heading(self.tr("Attention")))
        column.addWidget(self._attention)
        column.addLayout(self._settings_heading())
        column.addWidget(self._changed)
        column.addWidget(self._form)
        column.addWidget(self._pieces)  # last: what is cut arrives late and has its own height
        column.addStretch()
        self._scroll = QScrollArea(widgetResizable=True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(inside)
        return self._scroll

    def _advice(self) -> QLabel:
        """What somebody needs to know who knows nothing of all this."""
        label = QLabel(
            self.tr(
                "New to this? Leave everything as it is and press Start training: you can watch it "
                "learn, stop at any time and go on later."
            )
        )
        label.setWordWrap(True)
        label.setFixedWidth(_ADVICE_WIDTH)
        return label

    def _settings_heading(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(SMALL_SPACE)
        row.addWidget(_heading(self.tr("Settings")))
        row.addStretch()
        row.addWidget(self._levels)
        return row

    def _beside(self) -> QFrame:
        outer = QFrame()
        around = QVBoxLayout(outer)
        around.setContentsMargins(SPACE, 2 * SPACE, PAGE_MARGIN, 2 * SPACE)
        around.addWidget(self._summary)
        outer.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        return outer

    def _connect(self) -> None:
        studio = self._studio
        studio.project_changed.connect(self._open_corpus)
        studio.corpus_changed.connect(self._open_corpus)
        studio.setup_requested.connect(self._take_draft)
        studio.session.state_changed.connect(self._say_whether_ready)
        studio.access.changed.connect(self._say_whether_ready)
        self._editor.changed.connect(self._show_draft)
        self._presets.chosen.connect(self._choose_preset)
        self._attention.chosen.connect(self._choose_attention)
        self._levels.chosen.connect(self._choose_level)
        self._form.edited.connect(self._edit)
        self._form.reset_asked.connect(self._reset)
        self._summary.direction_chosen.connect(self._choose_direction)
        self._summary.name_edited.connect(self._choose_name)
        self._summary.knob_asked.connect(self._show_knob)
        self._changed.knob_asked.connect(self._show_knob)
        self._changed.preset_asked.connect(lambda: self._choose_preset(self.draft.preset))
        self._summary.start_asked.connect(self._start.trigger)
        self._summary.command_asked.connect(self._run_start.copy_command)
        self._summary.forecast.cancel_asked.connect(self._finder.cancel)
        self._summary.forecast.measuring_asked.connect(self._finder.measure_again)
        self._finder.changed.connect(self._take_finding)
        self._pieces.learnt.connect(self._ask_for_pace)
        self._sizes.counted.connect(self._show_size)
        self._run_start.failed.connect(self._stay)
        studio.about_to_save.connect(self._keep)

    # the project

    def _open_corpus(self) -> None:
        project = self._studio.project
        has_corpus = project is not None and bool(project.file.corpus)
        self._corpus = project.corpus() if project is not None and has_corpus else None
        self._pieces.set_corpus(self._corpus)
        self._stack.setCurrentIndex(1 if self._corpus is not None else 0)
        if project is None:
            self._empty.say(
                self.tr("No project is open"),
                self.tr("Open a project, or a sample, to set up a model for it."),
                self.tr("Go home"),
            )
        else:
            self._empty.say(
                self.tr("No sentence pairs yet"),
                self.tr("Drop two text files on the window, or open them, to begin."),
                self.tr("Go to the corpus"),
            )
        if project is not None and self._corpus is not None:
            file = project.file
            self._summary.list_directions(file.source_language, file.target_language)
            if self._drafted_for != project.folder:  # else what was set stays for another corpus
                self._keep()
                self._drafted_for = project.folder
                preset = _SAMPLE_PRESET if _is_sample(project) else DEFAULT_PRESET
                kept = kept_draft(self._studio.settings, project.folder)
                self._editor.restart(kept or RunDraft(preset, find_preset(preset).config))
        self._say_whether_ready()

    def _leave_empty(self) -> None:
        self._studio.go_to(PageName.CORPUS if self._studio.project else PageName.HOME)

    # the draft

    def _take_draft(self, draft: RunDraft) -> None:
        self._editor.set_draft(draft, self.tr("take over settings"), "taken")

    def _show_draft(self) -> None:
        draft, preset = self.draft, self._editor.preset_config
        model = draft.config.model
        changed = len(changes_of(draft))
        self._presets.show_choice(draft.preset, changed=changed > 0)
        self._attention.show_choice(
            model.attention.value if isinstance(model, RecurrentConfig) else MULTI_HEAD
        )
        fields = self._show_fields()
        self._form.show_values(
            {field.path: value_of(draft.config, field.path) for field in fields},
            {field.path: value_of(preset, field.path) for field in fields},
            self._editor.wrong,
        )
        for path, mistake in self._editor.wrong.items():
            self._form.show_error(path, mistake.message, mistake.typed)
        self._show_changes()
        self._sizes.show()
        self._summary.show_choice(reverse=draft.reverse, name=draft.name)
        self._show_forecast()
        self._say_whether_ready()
        self._is_kept = False
        self._settled.start()

    def _show_changes(self) -> None:
        hidden = [
            HiddenSetting(path, field.field.label, field.value_in_words())
            for path in self._form.out_of_sight()
            for field in (self._form.field(path),)
        ]
        self._changed.show_changes(self.draft.preset, len(changes_of(self.draft)), hidden)

    def _choose_level(self, level: Level) -> None:
        self._levels.choose(level)
        self._form.set_level(level)
        self._show_changes()

    def _show_knob(self, path: str) -> None:
        """Go to a knob, at a level that shows it, or to the training that is in the way."""
        if path == TRAINING_LINK:
            self._studio.show_training()
            return
        if path in self._form.out_of_sight():
            self._choose_level(self._form.field(path).field.level)
        self._form.focus(path)
        if (inside := self._scroll.widget()) is not None:
            inside.adjustSize()  # a level that was just chosen moves the knob's place
        self._scroll.ensureWidgetVisible(self._form.field(path), 0, PAGE_MARGIN)

    def _show_fields(self) -> list[FieldDescription]:
        fields = describe_fields(self.draft.config.model.kind)
        # attention has its cards
        self._form.show_fields(field for field in fields if field.path != "model.attention")
        return fields

    def _choose_preset(self, name: str) -> None:
        draft = replace(self.draft, preset=name, config=find_preset(name).config)
        self._editor.set_draft(draft, self.tr("preset {name}").format(name=name), "preset")

    def _choose_attention(self, value: str) -> None:
        changes = (
            {"kind": "transformer"}
            if value == MULTI_HEAD
            else {"kind": "recurrent", "attention": value}
        )
        self._editor.set_model(changes, self.tr("attention"))

    def _choose_direction(self, reverse: bool) -> None:
        draft = replace(self.draft, reverse=reverse)
        self._editor.set_draft(draft, self.tr("direction"), "direction")

    def _choose_name(self, name: str) -> None:
        self._editor.set_draft(replace(self.draft, name=name.strip()), self.tr("name"), "name")

    def _edit(self, path: str, value: object) -> None:
        label = self._form.field(path).field.label
        self._editor.set_knob(path, value, self.tr("change {knob}").format(knob=label.lower()))

    def _reset(self, path: str) -> None:
        value = value_of(self._editor.preset_config, path)
        label = self._form.field(path).field.label
        self._editor.set_knob(path, value, self.tr("reset {knob}").format(knob=label.lower()))

    # what follows from it

    def _say_whether_ready(self) -> None:
        reason = why_not_start(self._studio, self._corpus, self._editor)
        self._start.setEnabled(not reason)
        self._copy.setEnabled(self._corpus is not None and not self._editor.wrong)
        self._actions.explain("train.start", html.unescape(reason.partition(" <a ")[0]))
        self._summary.show_ready(reason, can_copy=not self._editor.wrong)

    def _keep(self) -> None:
        """For the next start; not at each letter that is typed, since all drafts are written."""
        if self._drafted_for is not None and not self._is_kept:
            keep_draft(self._studio.settings, self._drafted_for, self.draft)
        self._is_kept = True

    def _work_out(self) -> None:
        """What takes a while follows when the person rests, and sees it."""
        self._keep()
        self._is_due = not self.isVisible()
        if not self._is_due:
            self._sizes.count()
            self._pieces.cut(self.draft.config.tokenizer)
            self._ask_for_pace()

    def _ask_for_pace(self) -> None:
        """Try the settings once there are pieces of text to try them with."""
        draft = self.draft
        cutters = self._pieces.cutters(draft.config.tokenizer)
        if self._corpus is None or cutters is None:
            self._finder.ask(None)
            return
        models = cutters.models[::-1] if draft.reverse else cutters.models
        self._finder.ask(ProbeRequest(self._corpus.folder, draft.reverse, *models, draft.config))

    def _take_finding(self, finding: PaceSearch) -> None:
        self._finding = finding
        if finding.probed is not None:
            self._summary.show_memory(finding.probed.memory_bytes)
        self._show_forecast()

    def _show_size(self, size: ModelSize) -> None:
        self._summary.show_size(size.parameters)
        if self._finding.probed is None:
            self._summary.show_memory(size.memory_bytes)

    def _show_forecast(self) -> None:
        self._summary.forecast.show_forecast(self.draft.config, self._finding)

    # what leaves the page

    def _start_training(self) -> None:
        project = self._studio.project
        if project is None or why_not_start(self._studio, self._corpus, self._editor):
            return
        self._finder.give_way()
        self._start.setEnabled(False)
        self._summary.show_starting()
        self._run_start.start(project)

    def _stay(self) -> None:
        self._say_whether_ready()
        self._finder.go_on()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_due:
            self._settled.start()


def _is_sample(project: Project) -> bool:
    imports = project.file.imports
    return bool(imports) and imports[0].files[0].startswith("sample ")


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    label.setContentsMargins(0, SPACE, 0, 0)
    set_role(label, "heading")
    return label
