"""Whether graphs of ONNX compute what our model does: measured on sentences after each export."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from attnstudio.export.onnx_graphs import READER, WRITER
from attnstudio.export.weights import Progress
from attnstudio.model.attention.trace import AttentionTrace
from attnstudio.model.interface import SequenceModel
from attnstudio.model.padding import pad_ids, source_batch
from attnstudio.sites import CROSS, DECODER_SELF, ENCODER_SELF, SOURCE, Site
from attnstudio.tokenizer import START_ID

MOST_SENTENCES = 64
TOLERANCE = 1e-4

_TOGETHER = 8
_LONGEST_SOURCE, _LONGEST_TARGET = 80, 40

IdPair = tuple[Sequence[int], Sequence[int]]  # of a source, ``</s>`` included, and its target


@dataclass(frozen=True, slots=True)
class ParityReport:
    """How far the numbers of two engines lie apart, at most.

    Attributes:
        sentences: on how many it was measured.
        steps: how many pieces were predicted for them.
        logits: of the scores of the vocabulary.
        cross_attention: of the weights over the source; None where there are none.
        encoder_attention: of those of the source over itself; None where there are none.
        self_attention: of those of the target over itself; None where there are none.
        engine: what computed the other numbers, with its version.
    """

    sentences: int
    steps: int
    logits: float
    cross_attention: float | None
    encoder_attention: float | None
    self_attention: float | None
    engine: str

    @property
    def attention(self) -> float | None:
        """Of all weights of the attention; None of a model that never looks."""
        parts = (self.cross_attention, self.encoder_attention, self.self_attention)
        return max((part for part in parts if part is not None), default=None)

    @property
    def is_close(self) -> bool:
        """Whether all lie as near as they should."""
        return self.logits <= TOLERANCE and (self.attention or 0.0) <= TOLERANCE

    def __str__(self) -> str:
        looks = "" if self.attention is None else f", of attention weights {self.attention:.0e}"
        return f"{self.sentences} sentences: largest difference of logits {self.logits:.0e}{looks}"


class _Graphs:
    """The two graphs of a folder in onnxruntime, run as its README runs them."""

    def __init__(self, folder: Path, runtime: ModuleType) -> None:
        self._reader, self._writer = (
            runtime.InferenceSession(str(folder / name), providers=["CPUExecutionProvider"])
            for name in (READER, WRITER)
        )

    def read(self, source_ids: NDArray[np.int64]) -> dict[str, NDArray[Any]]:
        given = {"source_ids": source_ids}
        return given | _run(self._reader, given)

    def step(
        self, known: Mapping[str, NDArray[Any]], token: NDArray[np.int64]
    ) -> dict[str, NDArray[Any]]:
        given = {**known, "token": token}
        return _run(
            self._writer, {each.name: given[each.name] for each in self._writer.get_inputs()}
        )


def measure_parity(
    folder: Path,
    model: SequenceModel,
    pairs: Sequence[IdPair],
    runtime: ModuleType,
    progress: Progress = lambda _: None,
) -> ParityReport:
    """Hold the graphs of a folder against the model that they were made of.

    The targets are fed to both, several sentences of different lengths together.

    Args:
        folder: with both graphs.
        model: on the processor.
        pairs: ids of sentences; at least one, of which the first `MOST_SENTENCES` are taken.
        runtime: the module ``onnxruntime``.
        progress: told what share of the sentences is done, after some of them.
    """
    graphs = _Graphs(folder, runtime)
    worst: dict[str, float] = {}
    steps, chosen = 0, list(pairs[:MOST_SENTENCES])
    for start in range(0, len(chosen), _TOGETHER):
        batch = chosen[start : start + _TOGETHER]
        sources = [np.array([*s[: _LONGEST_SOURCE - 1], s[-1]], np.int64) for s, _ in batch]
        inputs = pad_ids(
            [(START_ID, *target[:_LONGEST_TARGET]) for _, target in batch], torch.device("cpu")
        )
        steps += sum(1 + len(target[:_LONGEST_TARGET]) for _, target in batch)
        for name, difference in _differences(graphs, model, sources, inputs):
            worst[name] = max(worst.get(name, 0.0), difference)
        progress(min(1.0, (start + _TOGETHER) / len(chosen)))
    return ParityReport(
        len(chosen),
        steps,
        worst["logits"],
        worst.get("cross_attention"),
        worst.get("encoder_attention"),
        worst.get("self_attention"),
        f"onnxruntime {runtime.__version__}",
    )


@torch.no_grad()
def _differences(
    graphs: _Graphs, model: SequenceModel, sources: Sequence[NDArray[np.int64]], inputs: Tensor
) -> Iterator[tuple[str, float]]:
    batch = source_batch(sources, inputs.device)
    encoded = model.read({SOURCE: batch}, trace=True)
    output = model.decode(encoded, inputs, trace=True)
    known = graphs.read(batch.values.numpy())
    if ENCODER_SELF in encoded.traces:
        ours = _weights(encoded.traces, ENCODER_SELF)
        yield "encoder_attention", _apart(known["encoder_attention"], ours)
    for place in range(inputs.size(1)):
        found = graphs.step(known, inputs[:, place].numpy())
        yield "logits", _apart(found["logits"], output.logits[:, place])
        if CROSS in output.traces:
            looks = _weights(output.traces, CROSS)[:, :, :, place]
            yield "cross_attention", _apart(found["cross_attention"], looks)
        if DECODER_SELF in output.traces:
            own = _weights(output.traces, DECODER_SELF)[:, :, :, place, : place + 1]
            yield "self_attention", _apart(found["self_attention"], own)
        known |= {
            name.removeprefix("next_"): value
            for name, value in found.items()
            if name.startswith("next_")
        }


def _weights(traces: Mapping[Site, AttentionTrace], site: Site) -> Tensor:
    return traces[site].weights  # (batch, layers, heads, query_len, key_len)


def _apart(found: NDArray[Any], ours: Tensor) -> float:
    """The largest difference; infinite where the shapes differ or something is no number."""
    if found.shape != tuple(ours.shape):
        return float("inf")
    difference = float(np.abs(found - ours.numpy()).max(initial=0.0))
    return difference if difference == difference else float("inf")


def _run(session: Any, given: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:  # noqa: ANN401 - it has no types
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(None, dict(given)), strict=True))
