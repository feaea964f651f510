"""A slider through the moments of a training, which can also play."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSlider, QWidget

from attnstudio.gui.look.theme import SPACE

_FRAME_MS = 300


class MomentSlider(QWidget):
    """Goes to a moment, or through all of them one after another.

    It stays at the newest one until the person goes elsewhere.

    Signals:
        moved: the person, or playing, has gone to another moment.
    """

    moved = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_following = True
        self._play = QPushButton()
        self._play.clicked.connect(self._play_or_pause)
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setAccessibleName(self.tr("Time of training"))
        self._slider.setPageStep(1)
        self._slider.valueChanged.connect(self.moved)
        self._slider.sliderMoved.connect(self._stay_here)
        self._slider.actionTriggered.connect(self._stay_here)
        self._timer = QTimer(self, interval=_FRAME_MS)
        self._timer.timeout.connect(self._step_on)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        row.addWidget(self._play)
        row.addWidget(self._slider, stretch=1)
        self._say_what_play_does()
        self._keep_play_wide()

    @property
    def place(self) -> int:
        """The number of the moment, counted from 0."""
        return self._slider.value()

    def follow(self) -> None:
        """Stay at the newest moment from here on."""
        self._is_following = True

    def offer(self, moments: int) -> None:
        """There are so many moments now; nothing is told of going to the newest one."""
        last = max(0, moments - 1)
        self._slider.blockSignals(True)
        self._slider.setRange(0, last)
        if self._is_following:
            self._slider.setValue(last)
        self._slider.blockSignals(False)
        for widget in (self._slider, self._play):
            widget.setEnabled(bool(moments))

    def _stay_here(self) -> None:
        self._is_following = self._slider.sliderPosition() == self._slider.maximum()

    def _play_or_pause(self) -> None:
        if self._timer.isActive():
            self._pause()
            return
        if self._slider.value() == self._slider.maximum():
            self._slider.setValue(0)
        self._is_following = False
        self._timer.start()
        self._say_what_play_does()

    def _pause(self) -> None:
        self._timer.stop()
        self._say_what_play_does()

    def _say_what_play_does(self) -> None:
        is_playing = self._timer.isActive()
        self._play.setText(self.tr("Pause") if is_playing else self.tr("Play"))
        self._play.setToolTip(
            self.tr("Pause at this moment of the training")
            if is_playing
            else self.tr("Play the training from validation to validation")
        )

    def _keep_play_wide(self) -> None:
        """The slider must not move when the word on the button is another."""
        metrics = self._play.fontMetrics()
        words = (self.tr("Play"), self.tr("Pause"))
        narrowest = self._play.sizeHint().width() - metrics.horizontalAdvance(self._play.text())
        self._play.setMinimumWidth(narrowest + max(map(metrics.horizontalAdvance, words)))

    def _step_on(self) -> None:
        if self._slider.value() >= self._slider.maximum():
            self._is_following = True
            self._pause()
        else:
            self._slider.setValue(self._slider.value() + 1)
