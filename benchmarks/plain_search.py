"""The yardstick of `decoding.py`: beam search as one writes it in PyTorch, in float32.

Batched and cached, with the weights of one of our Transformers and none of our code: hypotheses
lie side by side in one batch, keys and values grow by concatenation, everything is put in order
after each step, a batch goes on until its last sentence is done.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

_PADDING, _START, _END = 0, 1, 2


@dataclass
class _Cache:
    keys: Tensor
    values: Tensor


def plain_search(
    model: nn.Module,
    sources: Sequence[Sequence[int]],
    *,
    beam_size: int,
    max_lengths: Sequence[int],
    batch_size: int = 64,
    length_penalty: float = 0.0,
) -> list[list[int]]:
    """The best target of each source, by batches of sentences of about the same length."""
    order = sorted(range(len(sources)), key=lambda i: len(sources[i]))
    found: dict[int, list[int]] = {}
    for start in range(0, len(order), batch_size):
        rows = order[start : start + batch_size]
        targets = _search_batch(
            model,
            [sources[i] for i in rows],
            beam_size,
            torch.tensor([max_lengths[i] for i in rows]),
            length_penalty,
        )
        found.update(zip(rows, targets, strict=True))
    return [found[i] for i in range(len(sources))]


@torch.inference_mode()
def _search_batch(
    model: nn.Module,
    sources: Sequence[Sequence[int]],
    beam_size: int,
    max_lengths: Tensor,
    length_penalty: float,
) -> list[list[int]]:
    batch = len(sources)
    ids = nn.utils.rnn.pad_sequence(
        [torch.tensor(source) for source in sources], batch_first=True, padding_value=_PADDING
    )
    mask = (ids != _PADDING)[:, None, None, :]
    memory = _encode(model, ids, mask).repeat_interleave(beam_size, dim=0)
    mask = mask.repeat_interleave(beam_size, dim=0)
    cross = [_project(layer.cross, memory) for layer in model.decoder_layers]
    caches: list[_Cache | None] = [None] * len(cross)
    tokens = torch.full((batch * beam_size, 1), _START)
    totals = torch.full((batch, beam_size), -math.inf)
    totals[:, 0] = 0.0
    first_rows = torch.arange(batch).unsqueeze(1) * beam_size
    best_scores = [-math.inf] * batch
    best_targets: list[list[int]] = [[] for _ in sources]
    done = [False] * batch
    for length in range(1, int(max_lengths.max()) + 1):
        logits = _decode_step(model, tokens[:, -1:], length - 1, caches, cross, mask)
        log_probs = logits.log_softmax(dim=-1)
        log_probs[:, [_PADDING, _START]] = -math.inf
        log_probs = log_probs.view(batch, beam_size, -1)
        full = max_lengths <= length
        log_probs[full, :, :_END] = log_probs[full, :, _END + 1 :] = -math.inf
        vocabulary = log_probs.size(-1)
        scores, places = (totals.unsqueeze(-1) + log_probs).flatten(1).topk(2 * beam_size, dim=1)
        parents, chosen = places // vocabulary, places % vocabulary
        penalty = ((5 + length) / 6) ** length_penalty
        ended = chosen == _END
        for row, beam in (ended & scores.isfinite())[:, :beam_size].nonzero().tolist():
            score = float(scores[row, beam]) / penalty
            if not done[row] and score > best_scores[row]:
                best_scores[row] = score
                parent = row * beam_size + int(parents[row, beam])
                best_targets[row] = [*tokens[parent, 1:].tolist(), _END]
        going = ended.long().argsort(dim=1, stable=True)[:, :beam_size]
        totals = scores.masked_fill(ended, -math.inf).gather(1, going)
        rows = (first_rows + parents.gather(1, going)).flatten()
        tokens = torch.cat((tokens[rows], chosen.gather(1, going).view(-1, 1)), dim=1)
        for cache in caches:
            assert cache is not None
            cache.keys, cache.values = cache.keys[rows], cache.values[rows]
        for row, best in enumerate((totals.amax(dim=1) / penalty).tolist()):
            done[row] = done[row] or best_scores[row] >= best or length >= int(max_lengths[row])
        if all(done):
            break
    return best_targets


def _encode(model: nn.Module, ids: Tensor, mask: Tensor) -> Tensor:
    states = _embed(model.source_embedding, ids, 0)
    for layer in model.encoder_layers:
        normed = layer.attention_norm(states)
        memory = _project(layer.attention, normed)
        states = states + _attend(layer.attention, normed, memory, mask)
        states = states + layer.feedforward(layer.feedforward_norm(states))
    encoded: Tensor = model.encoder_norm(states)
    return encoded


def _decode_step(
    model: nn.Module,
    tokens: Tensor,
    position: int,
    caches: list[_Cache | None],
    cross: Sequence[_Cache],
    mask: Tensor,
) -> Tensor:
    states = _embed(model.target_embedding, tokens, position)
    for number, layer in enumerate(model.decoder_layers):
        normed = layer.attention_norm(states)
        cache, before = _project(layer.attention, normed), caches[number]
        if before is not None:
            cache.keys = torch.cat((before.keys, cache.keys), dim=2)
            cache.values = torch.cat((before.values, cache.values), dim=2)
        caches[number] = cache
        states = states + _attend(layer.attention, normed, cache, None)
        states = states + _attend(layer.cross, layer.cross_norm(states), cross[number], mask)
        states = states + layer.feedforward(layer.feedforward_norm(states))
    logits: Tensor = functional.linear(model.decoder_norm(states), model.target_embedding.weight)
    return logits[:, -1]


def _attend(attention: nn.Module, states: Tensor, memory: _Cache, mask: Tensor | None) -> Tensor:
    queries = _heads(attention, attention.query(states))
    context = functional.scaled_dot_product_attention(
        queries, memory.keys, memory.values, attn_mask=mask
    )
    attended: Tensor = attention.output(context.transpose(1, 2).flatten(2))
    return attended


def _project(attention: nn.Module, states: Tensor) -> _Cache:
    keys, values = attention.key(states), attention.value(states)
    return _Cache(_heads(attention, keys), _heads(attention, values))


def _heads(attention: nn.Module, states: Tensor) -> Tensor:
    """(batch, length, size) to (batch, heads, length, head_size)."""
    return states.unflatten(-1, (attention.heads, -1)).transpose(1, 2)


def _embed(embedding: nn.Module, ids: Tensor, first: int) -> Tensor:
    states: Tensor = embedding(ids)
    size = states.size(-1)
    positions = torch.arange(first, first + ids.size(1)).unsqueeze(1)
    angles = positions * torch.exp(torch.arange(0, size, 2) * (-math.log(10_000.0) / size))
    return states + torch.stack((angles.sin(), angles.cos()), dim=-1).flatten(1)[:, :size]
