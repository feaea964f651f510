"""How the log probability of a target piece changes with the vectors of the source's pieces.

Asked about is what `SequenceModel.embed` returns: of a recurrent model the vector of a piece, of a
Transformer that vector, scaled, with the vector of its position added.

Gradient × input       ∂ log p(y_t) / ∂ x_j · x_j (Shrikumar et al. 2016, Not Just a Black Box)
Integrated gradients   (x_j - x'_j) · ∫ ∂ log p(y_t) / ∂ x_j at x' + a (x - x'), a from 0 to 1
                       (Sundararajan et al. 2017, Axiomatic Attribution, equation 1)

Both are in nats and of either sign. The baseline x' of the second has ``<unk>``, with its position,
at each place of a word; other places, such as ``</s>``, stay as they are and get 0. Its row t adds
up to log p(y_t) - log p(y_t | baseline), but for the error of the steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from attnstudio.attribution.example import Example, chosen
from attnstudio.attribution.work import Work
from attnstudio.model.interface import DecoderOutput, Embedded, Encoded, SequenceModel

# With so many steps the midpoint rule misses log p(y_t) - log p(y_t | baseline) by 4%, with 8 by
# 2%, with 16 by under 1% (means over three sentences of a tiny Transformer); Gauss's points, which
# suit smoother paths, miss it by more. Each step costs as much as gradient × input does.
STEPS = 5
_TARGETS_TOGETHER = 8


@dataclass(frozen=True, slots=True)
class Path:
    """Where gradients are taken, and along what they are read.

    Attributes:
        points: (points, src_len, size), sources as vectors.
        direction: (src_len, size); read is the mean slope of all points along it.
    """

    points: Tensor
    direction: Tensor


def input_path(model: SequenceModel, example: Example) -> Path:
    """Of gradient × input."""
    states = _embedded(model, example, example.source)
    return Path(states, states[0])


def integrated_path(model: SequenceModel, example: Example, steps: int = STEPS) -> Path:
    """Of integrated gradients: points in the middle of so many equal steps from the baseline."""
    erased = example.without(range(len(example.words))).unsqueeze(0)
    states = _embedded(model, example, example.source)
    baseline = _embedded(model, example, erased)
    places = (torch.arange(steps, device=states.device) + 0.5) / steps
    points = baseline + places.to(states.dtype).view(-1, 1, 1) * (states - baseline)
    return Path(points, (states - baseline)[0])


def slopes_along(
    model: SequenceModel,
    example: Example,
    paths: Sequence[Path],
    work: Work | None = None,
) -> list[Tensor] | None:
    """Mean over the points of ∂ log p(y_t) / ∂ x_j · direction_j, (tgt_len, src_len) of each path.

    All points go through the model together. The gradient of a target piece has a way of its own
    back. Later pieces have no part in it: a few at a time are predicted, and none behind them.

    Args:
        model: the plain one, in evaluation mode; torch must not be in inference mode.
        example: what is asked about.
        paths: at least one.
        work: who follows it; asked and told at each target piece.

    Returns:
        One of each path; None when stopped.
    """
    work = work or Work()
    points = torch.cat([path.points for path in paths]).detach().requires_grad_()
    mask = torch.ones(points.shape[:2], dtype=torch.bool, device=points.device)
    rows: list[list[Tensor]] = []
    # cuDNN refuses the gradient of a recurrent model in evaluation mode
    with torch.enable_grad(), torch.backends.cudnn.flags(enabled=False):
        embedded = {example.axis: Embedded(points, mask)}
        encoded = model.encode(embedded, intervention=example.intervention)
        for last in _ends(example.targets.size(1)):
            first = len(rows)
            features, slopes = _of_features(model, example, encoded, first, last)
            for place in range(first, last):
                if work.should_stop():
                    return None
                work.progress(place / example.targets.size(1))
                alone = torch.zeros_like(features)
                alone[:, place] = slopes[:, place - first]
                [gradient] = torch.autograd.grad(features, points, alone, retain_graph=True)
                rows.append(_read(gradient, paths))
    return [torch.stack(row) for row in zip(*rows, strict=True)]


def _read(gradient: Tensor, paths: Sequence[Path]) -> list[Tensor]:
    """(src_len,) of each path from (points of all, src_len, size)."""
    apart = torch.split(gradient, [len(path.points) for path in paths])
    return [
        (own.mean(dim=0) * path.direction).sum(dim=-1)
        for own, path in zip(apart, paths, strict=True)
    ]


def _of_features(
    model: SequenceModel, example: Example, encoded: Encoded, first: int, last: int
) -> tuple[Tensor, Tensor]:
    """What ``last`` places are predicted from, and from ``first`` on ∂ log p(y_t) / ∂ features_t.

    What one place is predicted from says nothing of another piece, so that one sum has the
    gradients of all.
    """
    rows = encoded.sources[example.axis].states.size(0)
    inputs = example.inputs[:, :last].expand(rows, -1)
    output = model.decode(encoded, inputs, intervention=example.intervention)
    features = output.features[:, first:].detach().requires_grad_()
    logits = DecoderOutput(features, output.projection).logits
    total = chosen(logits, example.targets[:, first:last].expand(rows, -1)).sum()
    [slopes] = torch.autograd.grad(total, features)
    return output.features, slopes


def _embedded(model: SequenceModel, example: Example, ids: Tensor) -> Tensor:
    """(rows, src_len, size)."""
    with torch.no_grad():
        return model.embed(example.sources_of(ids))[example.axis].states


def _ends(length: int) -> list[int]:
    return [*range(_TARGETS_TOGETHER, length, _TARGETS_TOGETHER), length]
