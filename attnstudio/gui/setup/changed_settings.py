"""A line about what differs from the preset, also where the form does not show it."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from attnstudio.gui.look.theme import set_role
from attnstudio.gui.look.wording import count
from attnstudio.gui.widgets.link_label import LinkLabel

_WIDTH = 680
_NAMED = 3
_BACK = "back"


class HiddenSetting(NamedTuple):
    """A knob that was changed and is not shown.

    Attributes:
        path: its name, such as ``training.weight_decay``.
        label: what people call it.
        value: what it is now, in words.
    """

    path: str
    label: str
    value: str


class ChangedSettings(LinkLabel):
    """Says how many settings were changed, names those out of sight and leads to them.

    It has room for two lines, so that what stands below stays where it is.

    Signals:
        knob_asked: the name of a knob that the person wants to see.
        preset_asked: back to the preset.
    """

    knob_asked = Signal(str)
    preset_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setWordWrap(True)
        self.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.setFixedWidth(_WIDTH)
        self.setMinimumHeight(2 * self.fontMetrics().lineSpacing())
        set_role(self, "muted")
        self.linkActivated.connect(self._follow)

    def show_changes(self, preset: str, changed: int, hidden: Sequence[HiddenSetting]) -> None:
        """Say what differs.

        Args:
            preset: its name.
            changed: how many settings are not as in the preset.
            hidden: those of them that the form does not show now.
        """
        if not changed:
            self.setText(
                self.tr("All settings are as the preset {name} has them.").format(name=preset)
            )
            return
        words = (
            self.tr("1 setting differs from the preset {name}.")
            if changed == 1
            else self.tr("{n} settings differ from the preset {name}.")
        ).format(n=count(changed), name=preset)
        parts = [words, f'<a href="{_BACK}">{self.tr("Back to the preset")}</a>']
        if hidden:
            named = ", ".join(_link(setting) for setting in hidden[:_NAMED])
            if len(hidden) > _NAMED:
                more = count(len(hidden) - _NAMED)
                named = self.tr("{named} and {n} more").format(named=named, n=more)
            parts.insert(1, self.tr("Not shown at this level: {named}.").format(named=named))
        self.setText(" ".join(parts))

    def _follow(self, link: str) -> None:
        if link == _BACK:
            self.preset_asked.emit()
        else:
            self.knob_asked.emit(link)


def _link(setting: HiddenSetting) -> str:
    words = html.escape(f"{setting.label} {setting.value}")
    return f'<a href="{setting.path}">{words}</a>'
