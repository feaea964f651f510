"""Which engine computes translations: our own, or CTranslate2 where it gives the same."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

from attnstudio.export.ct2_limits import why_no_ctranslate2
from attnstudio.export.ct2_process import is_installed
from attnstudio.gui.look.theme import SPACE, set_role
from attnstudio.gui.studio.studio import Studio
from attnstudio.gui.studio.tasks import Task, TaskControl
from attnstudio.gui.translating.model_row import ChosenModel
from attnstudio.run_definition import RunDefinition

_SETTING = "translating/engine"
_AUTO, _OWN, _OTHER = "auto", "own", "ctranslate2"  # of `attnstudio.project.engines.Engine`


class EngineBox(QWidget):
    """A choice that is kept; what cannot be chosen rests and says why.

    Args:
        studio: has the settings, and asks behind the window what a model can be computed by.
        parent: owns it.
    """

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._asking: Task | None = None
        self.box = QComboBox()
        self.box.setAccessibleName(self.tr("Engine that translates"))
        for value, text, tip in (
            (_AUTO, self.tr("Automatic"), self.tr("CTranslate2 where it can, else the own engine")),
            (_OWN, self.tr("Own engine"), self.tr("The one that the inspector looks into")),
            (_OTHER, "CTranslate2", self.tr("Fast for many segments without tags")),
        ):
            self.box.addItem(text, value)
            self.box.setItemData(self.box.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        self._show(studio.settings.value(_SETTING, _AUTO))
        self.box.activated.connect(self._keep)
        label = QLabel(self.tr("En&gine"))
        label.setBuddy(self.box)
        set_role(label, "muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        row.addWidget(label)
        row.addWidget(self.box)
        self.rest("" if is_installed() else self._not_installed())

    @property
    def engine(self) -> str:
        """Its name, as `attnstudio.project.engines.Engine` has it."""
        return str(self.box.currentData())

    def follow(self, model: ChosenModel | None) -> None:
        """Find out, behind the window, whether CTranslate2 can compute a model."""
        if self._asking is not None and self._asking.is_running:
            self._asking.cancel()
        if model is None or not is_installed():
            return
        self._asking = self._studio.tasks.run(
            self.tr("Looking at engines"),
            partial(_why_not, model.definition),
            on_done=lambda reason: self.rest(self._not_computed(reason) if reason else ""),
            quiet=True,
        )

    def rest(self, reason: str) -> None:
        """Let CTranslate2 be chosen, or say why it cannot."""
        place = self.box.findData(_OTHER)
        items = self.box.model()
        assert isinstance(items, QStandardItemModel)
        items.item(place).setEnabled(not reason)
        tip = reason or self.tr("Fast for many segments without tags")
        self.box.setItemData(place, tip, Qt.ItemDataRole.ToolTipRole)
        self.box.setToolTip(reason)
        self.box.setAccessibleDescription(reason)
        wanted = self._studio.settings.value(_SETTING, _AUTO)
        self._show(_AUTO if reason and wanted == _OTHER else wanted)

    def _show(self, value: str) -> None:
        self.box.setCurrentIndex(max(0, self.box.findData(value)))

    def _keep(self) -> None:
        self._studio.settings.set_value(_SETTING, self.engine)

    def _not_installed(self) -> str:
        return self.tr("CTranslate2 is not installed: pip install 'attnstudio[ct2]'")

    def _not_computed(self, reason: str) -> str:
        return self.tr(
            "CTranslate2 does not compute this model as it was trained: {reason}"
        ).format(reason=reason)


def _why_not(definition: RunDefinition, _: TaskControl) -> str:
    return why_no_ctranslate2(definition.config.model)
