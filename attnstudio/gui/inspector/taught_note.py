"""A line that says where attention was taught, with a way to what was not."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from attnstudio.gui.inspector.shown_attention import ShownAttention
from attnstudio.gui.look.theme import set_role
from attnstudio.gui.widgets.link_label import LinkLabel
from attnstudio.interpretation.teaching import is_taught, teaching_words, untaught
from attnstudio.reading import Reading
from attnstudio.sites import SiteRole


class TaughtNote(LinkLabel):
    """Says whether what is looked at was taught; its link looks at the other kind of head.

    Where the training taught no head, it says that alone; it is hidden without cross-attention,
    and of what no head does.

    Args:
        shown: what is looked at.
        parent: owns the line.
    """

    def __init__(self, shown: ShownAttention, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._shown = shown
        self._other: Reading | None = None
        set_role(self, "muted")
        self.hide()
        shown.changed.connect(self._refresh)
        self.linkActivated.connect(self._look_at_other)

    def _refresh(self) -> None:
        record, view = self._shown.record, self._shown.view
        is_seen = record is not None and view is not None and record.cross is not None
        is_seen = is_seen and self._shown.reading.site.role is not SiteRole.ANALYSIS
        self.setVisible(is_seen)
        self._other = None
        if record is None or not is_seen:
            return
        taught = record.taught
        if taught is None:
            self.setText(self.tr("No head of this run was taught where to look."))
            return
        reading = self._shown.reading
        if is_taught(record, reading):
            other = untaught(record, reading)
            self._other = other and self._shown.of_head(other.layer, other.head)
            words = self.tr("This head was taught to look at the words that a word translates.")
            link = self.tr("Show one that was not")
        else:
            self._other = taught
            words = (
                self.tr("One of the heads in this average was taught where to look.")
                if teaching_words(record, reading)
                else self.tr("Nobody taught this attention where to look.")
            )
            link = self.tr("Show the head that was")
        self.setText(f'{words} <a href="other">{link}</a>' if self._other is not None else words)

    def _look_at_other(self) -> None:
        if self._other is not None:
            self._shown.read_as(self._other)
