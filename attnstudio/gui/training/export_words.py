"""What was written and how near its numbers are to ours, in words and figures for a person."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QLocale

from attnstudio.gui.look.wording import count, decimals, percent

if TYPE_CHECKING:  # torch takes seconds to load: the window answers before
    from attnstudio.export.ct2_parity import TranslationParity
    from attnstudio.export.onnx_parity import ParityReport
    from attnstudio.project.exporting import Exported

Row = tuple[str, str]  # what it is, and the figure

_MOST_PLACES = 9


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What a person reads at the end.

    Attributes:
        folder: where it lies.
        model: what was written.
        sentences: what else there is to say, one below the other.
        rows: the figures of the comparison; none where there was nothing to compare.
    """

    folder: str
    model: str
    sentences: tuple[str, ...]
    rows: tuple[Row, ...] = ()

    @property
    def plain_text(self) -> str:
        """All of it, for the clipboard."""
        figures = (f"{title}: {figure}" for title, figure in self.rows)
        return "\n".join([self.folder, self.model, *self.sentences, *figures])


def report_of(exported: Exported) -> ExportReport:
    """What is said of an export."""
    # imported here, and long loaded: it is what has just measured
    from attnstudio.export.onnx_parity import ParityReport

    parity = exported.parity
    size = QLocale().formattedDataSize(exported.size_bytes, 1)
    written = _tr("{run} after {n} updates, {size}.").format(
        run=exported.facts.run, n=count(exported.facts.step), size=size
    )
    notice = [exported.notice.message] if exported.notice is not None else []
    readme = _tr("Its README says how others use it, and has a place for your licence.")
    sentences: list[str] = [*notice, readme]
    rows: tuple[Row, ...] = ()
    if isinstance(parity, ParityReport):
        sentences.append(_compared(parity.sentences, parity.engine))
        rows = tuple(_of_graphs(parity))
    elif parity is not None:
        sentences.append(_compared(parity.sentences, parity.engine))
        rows = tuple(_of_translations(parity))
    return ExportReport(str(exported.folder), written, tuple(sentences), rows)


def small(value: float) -> str:
    """A difference with two digits that count: ``0.000012``."""
    if value == 0.0 or not math.isfinite(value):
        return decimals(value, 1)
    places = 1 - math.floor(math.log10(abs(value)))
    return decimals(value, min(_MOST_PLACES, max(1, places)))


def _compared(sentences: int, engine: str) -> str:
    return _tr("Compared with Attention Studio on {n} sentences, computed by {engine}:").format(
        n=count(sentences), engine=engine
    )


def _of_graphs(parity: ParityReport) -> Iterator[Row]:
    yield _tr("Largest difference of a score of the vocabulary"), small(parity.logits)
    looks = (
        (_tr("… of a weight of the attention on the source"), parity.cross_attention),
        (_tr("… of the source on itself"), parity.encoder_attention),
        (_tr("… of the translation on itself"), parity.self_attention),
    )
    yield from ((title, small(value)) for title, value in looks if value is not None)


def _of_translations(parity: TranslationParity) -> Iterator[Row]:
    yield _tr("Same translation, greedy search"), percent(parity.same_greedy)
    yield _tr("Same translation, beam search"), percent(parity.same_beam)
    yield _tr("Largest difference of a log probability"), small(parity.log_prob)
    if parity.attention is not None:
        yield _tr("… of a weight of the attention"), small(parity.attention)
    if parity.bleu is not None and parity.its_bleu is not None:
        words = _tr("{its}, here {ours}")
        yield (
            _tr("BLEU"),
            words.format(its=decimals(parity.its_bleu, 2), ours=decimals(parity.bleu, 2)),
        )
    yield _tr("Weights in, computed in"), f"{parity.quantization}, {parity.compute_type}"


def _tr(text: str) -> str:
    return QCoreApplication.translate("export_words", text)
