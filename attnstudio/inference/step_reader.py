"""One forced pass over a sentence, and every number of it as plain arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, cast

import torch
from torch import Tensor, nn

from attnstudio.axes import Units
from attnstudio.inference.coverage_numbers import CoverageArrays
from attnstudio.inference.score_reader import array as _array
from attnstudio.inference.score_reader import not_written, scores_of
from attnstudio.inference.sentence_numbers import CellArrays, LayerArrays, SentenceNumbers
from attnstudio.inference.step_numbers import Affine, Norm, OutcomeNumbers, ScoreForm
from attnstudio.model.attention.score import Dot, FeatureDot, ScaledDot, ScoreFunction, Tanh
from attnstudio.model.attention.trace import AttentionTrace
from attnstudio.model.interface import DecoderOutput, Encoded, SequenceModel, SourceBatch
from attnstudio.model.workings import CellLayer, CoverageWorkings, DecoderWorkings
from attnstudio.sites import Site
from attnstudio.tokenizer import START_ID, Tokenizer

ALTERNATIVES = 5  # pieces shown beside the one that is written


class _Projection(Protocol):
    weight: Tensor
    bias: Tensor | None


def read_numbers(
    model: SequenceModel,
    sources: Mapping[str, SourceBatch],
    target_ids: Sequence[int],
    axes: Mapping[str, Units],
    tokenizer: Tokenizer,
) -> SentenceNumbers:
    """Every number of a model while it is fed a target.

    Args:
        model: as it was trained, in evaluation mode, under `torch.inference_mode`.
        sources: one row each.
        target_ids: ``</s>`` included.
        axes: the units of sources, target and inputs.
        tokenizer: of the target, for the names of pieces.

    Raises:
        UsageError: a part of its attention has no formula that is written out.
    """
    encoded = model.read(sources, trace=True)
    device = next(model.parameters()).device
    inputs = torch.tensor([[START_ID, *target_ids[:-1]]], device=device)
    output = model.decode(encoded, inputs, trace=True)
    workings = output.workings
    traces = {**encoded.traces, **output.traces}
    moved = None if workings is None else workings.cells
    return SentenceNumbers(
        axes=axes,
        sites={site: _layers_of(site, trace, encoded) for site, trace in traces.items()},
        cells=() if moved is None else tuple(map(_cells_of, moved.replay())),
        embedding_size=0 if moved is None else moved.embedded.size(-1),
        moves_first=workings is not None and workings.moves_first,
        outcomes=() if workings is None else _outcomes(output, workings, target_ids, tokenizer),
    )


def _layers_of(site: Site, trace: AttentionTrace, encoded: Encoded) -> tuple[LayerArrays, ...]:
    return tuple(_layer_of(site, trace, layer, encoded) for layer in range(trace.weights.size(1)))


def _layer_of(site: Site, trace: AttentionTrace, layer: int, encoded: Encoded) -> LayerArrays:
    carried, workings = trace.carried[layer], trace.workings[layer]
    if site.is_self:
        looked_at = workings.asking
    elif workings.value is None:
        looked_at = carried.values.transpose(1, 2).flatten(2)  # the parts of all heads
    else:
        looked_at = encoded.sources[site.keys].states
    residual, given = carried.residual, workings.given
    sums = None if given is None or residual is None else (residual.states + given)[0]
    after = None if residual is None else residual.norm
    return LayerArrays(
        form=_form_of(workings.score),
        came=None if residual is None else _array(residual.states[0] / residual.scale),
        scale=1.0 if residual is None else residual.scale,
        norm=None if workings.norm is None else _norm_of(workings.norm),
        asking=_array(workings.asking[0]),
        looked_at=_array(looked_at[0]),
        query_weights=_affine_of(workings.query),
        key_weights=_affine_of(workings.key),
        value_weights=None if workings.value is None else _affine_of(workings.value),
        vectors=_array(workings.score.weight) if isinstance(workings.score, Tanh) else None,
        queries=_array(trace.queries[0, layer]),
        keys=_array(trace.keys[0, layer]),
        made=scores_of(trace, layer),
        scores=_array(trace.scores[0, layer]),
        weights=_array(trace.weights[0, layer]),
        values=_array(carried.values[0]),
        contexts=_array(workings.context[0]),
        output=None if workings.output is None else _affine_of(workings.output),
        given=None if given is None else _array(given[0]),
        sums=None if sums is None else _array(sums),
        norm_after=None if after is None else _norm_of(after),
        left=None if after is None or sums is None else _array(after(sums)),
        coverage=_coverage_of(workings.coverage),
    )


def _coverage_of(workings: CoverageWorkings | None) -> CoverageArrays | None:
    if workings is None:
        return None
    fertility, expects = workings.fertility, workings.expects
    return CoverageArrays(
        _array(workings.covered[0]),
        _array(workings.vectors),
        None if fertility is None else _array(fertility[0]),
        None if expects is None else _array(expects),
    )


def _form_of(score: ScoreFunction) -> ScoreForm:
    match score:
        case ScaledDot():
            return ScoreForm.SCALED_DOT
        case Dot():
            return ScoreForm.DOT
        case FeatureDot():
            return ScoreForm.FEATURES
        case Tanh():
            return ScoreForm.TANH
    raise not_written(score)


def _cells_of(layer: CellLayer) -> CellArrays:
    weights = layer.weights
    return CellArrays(
        # in double precision once, for to convert them at each click took most of its time
        torch.cat((weights.inputs, weights.hidden), dim=1).double().cpu().numpy(),
        _array(weights.input_bias),
        _array(weights.hidden_bias),
        _array(layer.inputs[0]),
        _array(layer.hidden[0]),
        None if layer.memory is None else _array(layer.memory[0]),
        _array(layer.gates[0]),
    )


def _outcomes(
    output: DecoderOutput,
    workings: DecoderWorkings,
    target_ids: Sequence[int],
    tokenizer: Tokenizer,
) -> tuple[OutcomeNumbers, ...]:
    """What comes of each position: the piece that was fed next, and the likeliest beside it."""
    logits = output.logits[0].float()  # (tgt_len, vocabulary)
    written = torch.tensor(target_ids, device=logits.device)
    without = logits.scatter(1, written.unsqueeze(1), -torch.inf)
    likeliest = without.topk(min(ALTERNATIVES, logits.size(1) - 1), dim=1).indices
    chosen = torch.cat((written.unsqueeze(1), likeliest), dim=1)  # (tgt_len, pieces)
    log_probs = logits.log_softmax(dim=1)
    others = logits.double().scatter(1, chosen, -torch.inf).logsumexp(dim=1)
    last = cast("_Projection", output.projection)
    weight, bias = _array(last.weight), last.bias
    made = workings.features
    layer = _norm_of(made.layer) if isinstance(made.layer, nn.LayerNorm) else _affine_of(made.layer)
    assert layer is not None  # features are never the states as they are
    found = []
    for place, ids in enumerate(chosen.tolist()):
        found.append(
            OutcomeNumbers(
                kind=made.kind,
                inputs=_array(made.inputs[0, place]),
                layer=layer,
                sums=None if made.sums is None else _array(made.sums[0, place]),
                features=_array(output.features[0, place]),
                pieces=tuple(map(tokenizer.piece, ids)),
                logits=_array(logits[place, chosen[place]]),
                log_probs=_array(log_probs[place, chosen[place]]),
                rows=weight[ids],
                bias=None if bias is None else _array(bias)[ids],
                others=float(others[place]),
                other_count=logits.size(1) - len(ids),
            )
        )
    return tuple(found)


def _affine_of(layer: nn.Module) -> Affine | None:
    """What a linear layer has learned; None of one that leaves things as they are."""
    if isinstance(layer, nn.Identity):
        return None
    assert isinstance(layer, nn.Linear)
    return Affine(_array(layer.weight), None if layer.bias is None else _array(layer.bias))


def _norm_of(layer: nn.Module) -> Norm:
    assert isinstance(layer, nn.LayerNorm)
    return Norm(_array(layer.weight), _array(layer.bias), layer.eps)
