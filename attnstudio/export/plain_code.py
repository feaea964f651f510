"""Thirty lines of plain torch that translate with an exported model, written for that very model.

A stranger reads them in the README of the folder. They are for the kinds of model that most people
train; for the others `why_no_plain_code` says what stands against it. One sentence goes through at
a time, so that nothing is padded and no mask of a batch is needed.
"""

from __future__ import annotations

from attnstudio.config_attention import (
    AttentionKind,
    CoverageKind,
    HeadScoreKind,
    NormaliserKind,
    OwnReachKind,
    PositionKind,
    SourceReachKind,
)
from attnstudio.config_model import Cell, ModelConfig, NormKind, RecurrentConfig, TransformerConfig
from attnstudio.export.facts import ExportFacts
from attnstudio.model.residual import decoder_depth, encoder_depth

_PLAIN_POSITIONS = (PositionKind.SINUSOIDAL, PositionKind.LEARNT, PositionKind.NONE)
_PLAIN_TRANSFORMER = {
    "score": HeadScoreKind.SCALED_DOT,
    "normaliser": NormaliserKind.SOFTMAX,
    "own_reach": OwnReachKind.ALL,
    "source_reach": SourceReachKind.ALL,
}
_PLAIN_RECURRENT = {
    "attention": AttentionKind.ADDITIVE,
    "normaliser": NormaliserKind.SOFTMAX,
    "source_reach": SourceReachKind.ALL,
    "coverage": CoverageKind.NONE,
    "heads": 1,
    "layers": 1,
}

_HEAD = """\
import safetensors.torch, sentencepiece, torch

w, attention = safetensors.torch.load_file("model.safetensors"), {}
cutters = CUTTERS
"""

_SHARED = '[sentencepiece.SentencePieceProcessor(model_file="tokenizer.model")] * 2'
_APART = (
    '[sentencepiece.SentencePieceProcessor(model_file=f"{side}.model") '
    'for side in ("source", "target")]'
)

_TRANSFORMER = """
def linear(name, x):
    return x @ w[name + ".weight"].T + w[name + ".bias"]

def norm(name, x):
    NORM

def embed(side, ids):
    EMBED

def attend(name, x, y, mask=0.0):
    q, k, v = (linear(f"{name}.{part}", z).unflatten(1, (HEADS, -1)).transpose(0, 1)
               for part, z in (("query", x), ("key", y), ("value", y)))
    attention[name] = (q @ k.mT / HEAD_SIZE**0.5 + mask).softmax(-1)  # (heads, who looks, at what)
    return linear(name + ".output", (attention[name] @ v).transpose(0, 1).flatten(1))

def stack(side, layers, DEPTHx, mask, memory=None):
    for p in (f"{side}_layers.{layer}." for layer in range(layers)):
        LAYER
    return norm(side + "_norm", x)

def logits(memory, ids):  # of what may follow each of the ids
    x, future = embed("target", ids), torch.full([len(ids)] * 2, -torch.inf).triu(1)
    return stack("decoder", WRITING, x, future, memory) @ w["target_embedding.weight"].T

def translate(text):
    memory, ids = ENCODED, [1]
    while ids[-1] != 2 and len(ids) < 2 * len(memory) + 10:  # 1 begins a text, 2 ends it
        ids.append(int(logits(memory, ids)[-1, 2:].argmax()) + 2)  # 0 and 1 are never written
    return cutters[1].decode(ids)
"""

_PRE_NORM = """\
x = x + attend(p + "attention", y := norm(p + "attention_norm", x), y, mask)
if memory is not None: x = x + attend(p + "cross", norm(p + "cross_norm", x), memory)
y = linear(p + "feedforward.0", norm(p + "feedforward_norm", x)).relu()
x = x + linear(p + "feedforward.2", y)"""

_POST_NORM = """\
x = norm(p + "attention_norm", SCALEx + attend(p + "attention", x, x, mask))
if memory is not None: x = norm(p + "cross_norm", SCALEx + attend(p + "cross", x, memory))
y = linear(p + "feedforward.2", linear(p + "feedforward.0", x).relu())
x = norm(p + "feedforward_norm", SCALEx + y)"""

_NORM = 'return torch.layer_norm(x, [SIZE], w[name + ".weight"], w[name + ".bias"])'
_NORM_OR_NOT = f'{_NORM} if name + ".weight" in w else x'  # the stack has that of its last layer

_SINUSOIDAL = """\
angles = torch.arange(len(ids))[:, None] / 10_000 ** (torch.arange(0, SIZE, 2) / SIZE)
return w[TABLE][ids] * SIZE**0.5 + torch.stack((angles.sin(), angles.cos()), -1).flatten(1)CUT"""

_LEARNT = """\
places = w[side + "_positions.weight"][: len(ids)]  # what is farther has none
places = torch.nn.functional.pad(places, (0, 0, 0, len(ids) - len(places)))
return (w[TABLE][ids] + places) * SIZE**0.5"""

_NO_POSITIONS = "return w[TABLE][ids] * SIZE**0.5"

_RECURRENT = """\
parts = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
reader = [w[f"encoder.{way}.0.{part}"] for way in ("forwards", "backwards") for part in parts]
inputs, hidden = "decoder.cells.input_gates", "decoder.cells.hidden_gates.0"
both = torch.cat((w[inputs + ".weight"], w["decoder.cells.fed_gates.weight"]), 1)
writer = both, w[hidden + ".weight"], w[inputs + ".bias"], w[hidden + ".bias"]

def linear(name, x):
    return x @ w[name + ".weight"].T + w.get(name + ".bias", 0.0)

def encode(text):  # both directions side by side, and where the decoder starts
    x = w["encoder.embedding.weight"][cutters[0].encode(text) + [2], None]
    READ
    return x[:, 0], START

def step(memory, state, id):  # looks, moves, and says what may follow
    asked = linear("decoder.score.query", TOP)
    found = (asked + linear("decoder.score.key", memory)).tanh()
    weights = linear("decoder.score.score_vector", found)[:, 0].softmax(0)  # over the source
    context, x = weights @ memory, w["embedding.weight"][id]
    state = torch.CELL(torch.cat((x, context))[None], state, *writer)
    seen = linear("decoder.deep_output", torch.cat((TOP, context, x))).unflatten(0, (-1, 2))
    return linear("output", seen.amax(1)), state, weights

def translate(text):
    (memory, state), ids = encode(text), [1]  # 1 begins a text, 2 ends it, 0 is padding
    while ids[-1] != 2 and len(ids) < 2 * len(memory) + 10:
        logits, state, attention[len(ids)] = step(memory, state, ids[-1])
        ids.append(int(logits[2:].argmax()) + 2)
    return cutters[1].decode(ids)
"""

_READ_GRU = """\
x, _ = torch.gru(x, torch.zeros(2, 1, HIDDEN), reader, True, 1, 0.0, False, True, False)
start = linear("bridge", torch.cat((x[-1, 0, :HIDDEN], x[0, 0, HIDDEN:]))).tanh()"""

_READ_LSTM = """\
zeros = torch.zeros(2, 1, HIDDEN), torch.zeros(2, 1, HIDDEN)
x, _, _ = torch.lstm(x, zeros, reader, True, 1, 0.0, False, True, False)
start = linear("bridge", torch.cat((x[-1, 0, :HIDDEN], x[0, 0, HIDDEN:]))).tanh()"""


def why_no_plain_code(config: ModelConfig) -> str:
    """What of a model thirty lines do not hold, such as ``score = dot``; empty where they do."""
    usual = _PLAIN_TRANSFORMER if isinstance(config, TransformerConfig) else _PLAIN_RECURRENT
    found = {name: getattr(config, name) for name, value in usual.items()}
    other = next((name for name, value in usual.items() if found[name] != value), None)
    if other is not None:
        return f"{other} = {found[other]}"
    if isinstance(config, TransformerConfig) and config.positions not in _PLAIN_POSITIONS:
        return f"positions = {config.positions}"
    return ""


def plain_code(facts: ExportFacts) -> str:
    """Python for a model that `why_no_plain_code` has nothing against; it translates a line."""
    model, shared = facts.config.model, facts.vocabulary.shared
    match model:
        case TransformerConfig():
            body = _transformer(model, shared=shared)
        case RecurrentConfig():
            body = _recurrent(model)
    head = _HEAD.replace("CUTTERS", _SHARED if shared else _APART)
    return f'{head}{body}\nprint(translate(input("{facts.source_language}: ")))\n'


def _transformer(model: TransformerConfig, *, shared: bool) -> str:
    embed = {PositionKind.SINUSOIDAL: _SINUSOIDAL, PositionKind.LEARNT: _LEARNT}
    values = {
        "NORM": _NORM if model.norm is NormKind.PRE else _NORM_OR_NOT,
        "LAYER": _PRE_NORM if model.norm is NormKind.PRE else _POST_NORM,
        "EMBED": embed.get(model.positions, _NO_POSITIONS),
        "CUT": "[:, :SIZE]" if model.model_size % 2 else "",
        "TABLE": '"target_embedding.weight"' if shared else 'side + "_embedding.weight"',
        "ENCODED": 'stack("encoder", READING, embed("source", cutters[0].encode(text) + [2]), 0.0)',
        "HEAD_SIZE": str(model.model_size // model.heads),
        "HEADS": str(model.heads),
        "SIZE": str(model.model_size),
    }
    return _filled(_TRANSFORMER, values | _depths(model))


def _depths(model: TransformerConfig) -> dict[str, str]:
    """How many layers there are, and what DeepNorm multiplies with what came to each."""
    reading, writing = model.encoder_layers, model.decoder_layers
    if model.norm is not NormKind.DEEP:
        return {"READING": str(reading), "WRITING": str(writing), "SCALE": "", "DEPTH": ""}
    return {
        "READING": f"{reading}, {encoder_depth(reading, writing).scale!r}",
        "WRITING": f"{writing}, {decoder_depth(writing).scale!r}",
        "SCALE": "scale * ",
        "DEPTH": "scale, ",
    }


def _recurrent(model: RecurrentConfig) -> str:
    is_gru = model.cell is Cell.GRU
    values = {
        "READ": _READ_GRU if is_gru else _READ_LSTM,
        "START": "start[None]" if is_gru else "start.view(2, 1, -1).unbind()",
        "TOP": "state[0]" if is_gru else "state[0][0]",
        "CELL": "gru_cell" if is_gru else "lstm_cell",
        "HIDDEN": str(model.hidden_size),
    }
    return _filled(_RECURRENT, values)


def _filled(code: str, values: dict[str, str]) -> str:
    """The code with what its words in capitals stand for, lines indented as they are."""
    for name, value in values.items():
        for indent in ("        ", "    "):
            lines = value.replace("\n", "\n" + indent)
            code = code.replace(f"\n{indent}{name}\n", f"\n{indent}{lines}\n")
        code = code.replace(name, value)
    return code
