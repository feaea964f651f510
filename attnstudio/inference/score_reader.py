"""From the parts of an attention to the arrays of `score_arrays`."""

from __future__ import annotations

from torch import Tensor

from attnstudio.errors import UsageError
from attnstudio.inference.score_arrays import (
    ComparedArrays,
    PlaceArrays,
    PredictedArrays,
    ReachArrays,
    ScoreArrays,
    SlopeArrays,
    VectorArrays,
    WaveArrays,
    WeightArrays,
)
from attnstudio.inference.score_numbers import Numbers, WeightForm
from attnstudio.model.attention.alibi import Alibi, alibi_slopes
from attnstudio.model.attention.normaliser import (
    Entmax15,
    LearntEntmax,
    Normaliser,
    Share,
    Softmax,
    Sparsemax,
)
from attnstudio.model.attention.positions import NoPositions
from attnstudio.model.attention.predicted_reach import PredictedWindow
from attnstudio.model.attention.reach import Everything, SoFar, Window
from attnstudio.model.attention.relative import Relative
from attnstudio.model.attention.rotary import Rotary
from attnstudio.model.attention.score import FeatureDot, features
from attnstudio.model.attention.span import RAMP, LearntSpan
from attnstudio.model.attention.trace import AttentionTrace
from attnstudio.model.attention.transformer_xl import TransformerXl
from attnstudio.model.input_positions import sinusoidal_positions


def scores_of(trace: AttentionTrace, layer: int) -> ScoreArrays:
    """What makes the scores of a layer, and what is made of them.

    Raises:
        UsageError: a part of it has no formula that is written out.
    """
    return ScoreArrays(
        tuple(array(term.values[0, layer]) for term in trace.terms),
        _reach_of(trace, layer),
        _weights_of(trace.workings[layer].normaliser),
        _compared_of(trace, layer),
        _places_of(trace, layer),
    )


def not_written(part: object) -> UsageError:
    """That the formula of a part is not written out."""
    return UsageError(
        "The formulas of this model are not written out: there are none of {part} yet.",
        hint="The map and the tables show the weights all the same.",
        part=type(part).__name__,
    )


def array(tensor: Tensor) -> Numbers:
    """The same numbers; weights are shared with the model, which is not trained any more."""
    numbers: Numbers = tensor.detach().float().cpu().numpy()
    return numbers


def _weights_of(normaliser: Normaliser) -> WeightArrays:
    match normaliser:
        case Softmax():
            return WeightArrays(WeightForm.SOFTMAX)
        case Sparsemax():
            return WeightArrays(WeightForm.ENTMAX)
        case Entmax15():
            return WeightArrays(WeightForm.ENTMAX, (1.5,))
        case LearntEntmax():
            alphas, learned = normaliser.alphas(), normaliser.raw_alphas
            return WeightArrays(WeightForm.ENTMAX, alphas.tolist(), learned.tolist())
        case Share():
            return WeightArrays(WeightForm.SHARE)
    raise not_written(normaliser)


def _compared_of(trace: AttentionTrace, layer: int) -> ComparedArrays | None:
    workings = trace.workings[layer]
    queries, keys = trace.queries[0, layer], trace.keys[0, layer]
    if isinstance(workings.score, FeatureDot):
        asked, offered = features(queries.float()), features(keys.float())
        made = array(asked), array(offered)
        return ComparedArrays(array(queries), array(keys), *made, are_turned=False)
    if not isinstance(workings.positions, Rotary):
        return None
    before, before_keys = (  # the trace has them turned
        array(project(workings.asking)[0].unflatten(-1, (len(queries), -1)).transpose(0, 1))
        for project in (workings.query, workings.key)
    )
    return ComparedArrays(before, before_keys, array(queries), array(keys), are_turned=True)


def _places_of(trace: AttentionTrace, layer: int) -> PlaceArrays | None:
    positions, keys = trace.workings[layer].positions, trace.keys
    match positions:
        case NoPositions() | Rotary():
            return None
        case Alibi():
            return SlopeArrays(alibi_slopes(keys.size(2)))
        case Relative():
            return VectorArrays(array(positions.vectors))
        case TransformerXl():
            key_len = keys.size(3)
            width = trace.queries.size(3) + key_len - 1
            waves = sinusoidal_positions(1 - key_len, width, positions.model_size, keys.device)
            weight = positions.distance.weight
            return WaveArrays(
                array(waves),
                array(weight),
                array(waves @ weight.T),
                array(positions.content),
                array(positions.place),
            )
    raise not_written(positions)


def _reach_of(trace: AttentionTrace, layer: int) -> ReachArrays:
    reach = trace.workings[layer].reach
    match reach:
        case Everything() | SoFar():
            return ReachArrays(reach.is_causal)
        case Window():
            return ReachArrays(reach.is_causal, reach.size)
        case LearntSpan():
            return ReachArrays(reach.is_causal, spans=reach.spans.tolist(), ramp=RAMP)
        case PredictedWindow():
            assert trace.places is not None  # such a reach says them
            hidden = reach.hidden(trace.queries[0, layer].float()).tanh()
            predicted = PredictedArrays(
                array(reach.hidden.weight),
                array(hidden),
                array(reach.vector.weight[0]),
                array(trace.places[0, layer]),
            )
            return ReachArrays(reach.is_causal, reach.window, predicted)
    raise not_written(reach)
