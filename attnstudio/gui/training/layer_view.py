"""Whether a run learns in all its layers: a sentence, and the picture of their gradients."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from attnstudio.errors import RunningError
from attnstudio.gui.charts.drawn_picture import ENDINGS
from attnstudio.gui.charts.layer_chart import LayerChart
from attnstudio.gui.charts.layer_export import write_layers
from attnstudio.gui.charts.layer_picture import stack_name
from attnstudio.gui.look.theme import SPACE, set_role
from attnstudio.gui.look.wording import count, decimals
from attnstudio.gui.widgets.file_dialogs import choose_save_path
from attnstudio.training.events import Validation
from attnstudio.training.layer_norms import Spread, layer_norms, widest_spread

_UNREADABLE = 1e9
_WIDE = 1_000  # times; more than that, and the layer hardly learns (Xiong et al. 2020, figure 3)


class LayerView(QWidget):
    """Shows the gradient norms of one run.

    Args:
        show_error: what becomes of a file that cannot be written.
        choose_path: asks for a file to write.
        parent: owns it.
    """

    def __init__(
        self,
        show_error: Callable[[BaseException], None],
        choose_path: Callable[[QWidget, str, str, str], str] = choose_save_path,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._show_error, self._choose_path = show_error, choose_path
        self.verdict, self.reading, self.nothing = QLabel(), QLabel(), QLabel()
        for label in (self.verdict, self.nothing):
            label.setWordWrap(True)
        set_role(self.nothing, "muted")
        set_role(self.reading, "muted")
        self.chart = LayerChart()
        self.chart.read.connect(self._say)
        self._save = QPushButton(self.tr("Save…"))
        self._save.clicked.connect(self._ask_and_save)
        row = QHBoxLayout()
        row.addWidget(self.reading, stretch=1)
        row.addWidget(self._save)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE, 0, 0)
        column.setSpacing(SPACE)
        for part in (self.nothing, self.verdict):
            column.addWidget(part)
        column.addWidget(self.chart, stretch=1)
        column.addLayout(row)
        column.addStretch()
        self.show_validations((), norm="")

    def show_validations(self, validations: Sequence[Validation], *, norm: str) -> None:
        """Show what a run has told so far.

        Args:
            validations: ascending.
            norm: where the norms of its layers are; empty where that is not known.
        """
        stacks = layer_norms(validations)
        for part in (self.verdict, self.chart, self.reading, self._save):
            part.setVisible(bool(stacks))
        self.nothing.setVisible(not stacks)
        self.nothing.setText(self._why_nothing(validations))
        spread = widest_spread(stacks)
        self.verdict.setText(self._in_words(spread, norm) if spread is not None else "")
        self.chart.show_norms(stacks)
        self._say("")

    def _why_nothing(self, validations: Sequence[Validation]) -> str:
        if not validations:
            return self.tr(
                "Here stands, from the first validation on, how hard training pulls at each layer."
            )
        return self.tr(
            "This run has not told how hard training pulls at each layer: recurrent models and "
            "older runs do not."
        )

    def _in_words(self, spread: Spread, norm: str) -> str:
        times = _about(spread.ratio)
        if spread.ratio <= _WIDE:
            words = self.tr(
                "Training pulls at all layers: within the {stack}, at most {times} times more at "
                "one than at another."
            )
            return words.format(stack=stack_name(spread.stack), times=times)
        words = self.tr(
            "Training pulls {times} times less at {least} of the {stack} than at {most}."
        ).format(
            times=times,
            least=self._layer_name(spread.least, spread.layers),
            most=self._layer_name(spread.most, spread.layers),
            stack=stack_name(spread.stack),
        )
        if norm == "deep":
            return words
        return f"{words} {self.tr('DeepNorm is made for that: Norm in the settings.')}"

    def _layer_name(self, layer: int, layers: int) -> str:
        if layer == 0:
            return self.tr("the lowest layer")
        return (
            self.tr("the highest") if layer == layers - 1 else self.tr("layer {n}").format(n=layer)
        )

    def _say(self, words: str) -> None:
        hint = self.tr("Point at a layer, or use the arrow keys, to read its gradient norm.")
        self.reading.setText(words or hint)

    def _ask_and_save(self) -> None:
        kinds = ";;".join(f"*.{ending}" for ending in ENDINGS)
        path = self._choose_path(self, self.tr("Save the layers"), "layers.svg", kinds)
        if path:
            try:
                write_layers(self.chart, Path(path))
            except RunningError as error:
                self._show_error(error)


def _about(ratio: float) -> str:
    """Two digits: from one update to the next more of them would change."""
    if ratio < 10:
        return decimals(ratio, 1)
    return count(int(float(f"{ratio:.2g}"))) if ratio < _UNREADABLE else decimals(ratio, 0)
