"""How long a run will take here and what ends it, in words."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from attnstudio.config import RunConfig
from attnstudio.gui.look.theme import SMALL_SPACE, set_role
from attnstudio.gui.look.wording import count, decimals, duration
from attnstudio.gui.setup.pace_finder import FinderState, PaceSearch
from attnstudio.gui.widgets.link_label import LinkLabel
from attnstudio.project.probe import Probed
from attnstudio.training.expected_end import Ending, ExpectedEnd, TimeRange, expected_end

_LINES = 8  # that the text may take; what stands below does not move
_CANCEL, _AGAIN = "cancel", "again"


class RunForecast(QWidget):
    """A time, and a few sentences about it.

    Signals:
        cancel_asked: do not measure.
        measuring_asked: measure now.
    """

    cancel_asked = Signal()
    measuring_asked = Signal()

    def __init__(self, width: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.time = QLabel("…")
        set_role(self.time, "number")
        self.about = LinkLabel()
        self.about.setWordWrap(True)
        self.about.setFixedWidth(width)
        self.about.setMinimumHeight(_LINES * self.about.fontMetrics().lineSpacing())
        self.about.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.about.linkActivated.connect(self._follow)
        set_role(self.about, "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SMALL_SPACE)
        column.addWidget(self.time)
        column.addWidget(self.about)

    def show_forecast(self, config: RunConfig, finding: PaceSearch) -> None:
        """Say when a run of this config ends, as far as its pace is known."""
        pace = finding.probed.pace if finding.probed is not None else None
        end = expected_end(config, pace)
        self.time.setText(self._time(end))
        self.about.setText(" ".join((*self._what_ends_it(end, config), *self._measured(finding))))

    def _time(self, end: ExpectedEnd) -> str:
        if end.ending is Ending.NOTHING:
            return self.tr("until you stop it")
        if end.time is None:
            return "…"
        if end.ending is Ending.PATIENCE:
            least = duration(end.time.shortest_s)
            return self.tr("at least {duration}").format(duration=least)
        return time_range(end.time)

    def _what_ends_it(self, end: ExpectedEnd, config: RunConfig) -> list[str]:
        training, limits = config.training, config.limits
        patience = (
            self.tr("a test on other sentences brings nothing better")
            if training.patience == 1
            else self.tr("{n} tests in a row on other sentences bring nothing better").format(
                n=count(training.patience)
            )
        )
        words = {
            Ending.BUDGET: self.tr("Planned: it is done when this time is over."),
            Ending.MINUTES: self.tr("It stops then, wherever it is, and can go on later."),
            Ending.STEPS: self.tr("It stops after {n} updates.").format(
                n=count(limits.max_steps or 0)
            ),
            Ending.EPOCHS: self.tr("It stops after {n} passes over the corpus.").format(
                n=f"{limits.max_epochs or 0:g}"
            ),
            Ending.PATIENCE: self.tr(
                "It stops by itself once {patience}. When that is shows only as it learns; a time "
                "budget sets the end."
            ).format(patience=patience),
            Ending.NOTHING: self.tr("It has no limit, no time budget and no patience."),
        }
        sentences = [words[end.ending]]
        if end.earliest is not None and end.ending is not Ending.PATIENCE:
            soonest = duration(end.earliest.shortest_s)
            sentences.append(
                self.tr("Sooner if {patience}, which can be after {duration}.").format(
                    patience=patience, duration=soonest
                )
            )
        return sentences

    def _measured(self, finding: PaceSearch) -> list[str]:
        match finding.state:
            case FinderState.FOUND if finding.probed is not None:
                return [*self._speed(finding.probed), _link(_AGAIN, self.tr("Measure again"))]
            case FinderState.MEASURING:
                words = self.tr("A few updates are being tried on this machine…")
                return [words, _link(_CANCEL, self.tr("Cancel"))]
            case FinderState.TRAINING:
                return [self.tr("How fast it goes is measured once the other training has ended.")]
            case FinderState.FAILED:
                return [finding.reason, _link(_AGAIN, self.tr("Measure again"))]
            case FinderState.CANCELLED:
                return [
                    self.tr("How fast it goes was not measured."),
                    _link(_AGAIN, self.tr("Measure")),
                ]
        return [self.tr("How fast it goes is measured when the settings rest.")]

    def _speed(self, probed: Probed) -> list[str]:
        pace = probed.pace
        update = TimeRange(pace.quickest_s, pace.slowest_s)
        each = f"{_seconds(update.shortest_s)}–{_seconds(update.longest_s)}"
        epoch = time_range(pace.seconds(pace.updates_an_epoch))
        words = (
            self.tr("Measured here: an update takes {each} s, a pass over the corpus {epoch}.")
            if probed.updates
            else self.tr(
                "Judged by a part of an update: a whole one takes {each} s, a pass over the corpus "
                "{epoch}."
            )
        )
        return [words.format(each=each, epoch=epoch)]

    def _follow(self, link: str) -> None:
        if link == _CANCEL:
            self.cancel_asked.emit()
        else:
            self.measuring_asked.emit()


def time_range(time: TimeRange) -> str:
    """In words: ``20 min – 28 min``, or one time where both are said alike."""
    least, most = duration(time.shortest_s), duration(time.longest_s)
    return least if least == most else f"{least} – {most}"


def _seconds(seconds: float) -> str:
    return decimals(seconds, 0 if seconds >= 10 else 1 if seconds >= 1 else 2)


def _link(target: str, words: str) -> str:
    return f'<a href="{target}">{words}</a>'
