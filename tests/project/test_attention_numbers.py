"""What validations tell of each head, against weights that NumPy works out from the file."""

import math

import numpy as np
import pytest
import torch
from numpy_models import NumpyRecurrent, NumpyTransformer

from attnstudio.config import TokenizerConfig
from attnstudio.config_model import RecurrentConfig, TransformerConfig
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.inference.translator import Translator
from attnstudio.model.builder import build_model
from attnstudio.model.spec import translation_spec
from attnstudio.model.trained import TrainedModel
from attnstudio.project import attention_numbers as module
from attnstudio.project.attention_numbers import attention_numbers
from attnstudio.project.pipeline import train
from attnstudio.sides.text import TextSource
from attnstudio.sites import SITES
from attnstudio.tokenizer import END_ID, START_ID, Tokenizer, train_tokenizer
from attnstudio.training import trainer
from attnstudio.training.stop import StopToken

HEADS = 4
KINDS = {
    "usual": {},
    "additive": {"score": "additive"},
    "dot": {"score": "dot"},
    "post": {"norm": "post"},
    "deep": {"norm": "deep"},
    "nowhere": {"positions": "none"},
    "window": {"own_reach": "window", "source_reach": "window", "window": 1},
    "learnt": {"positions": "learnt"},
    "rotary": {"positions": "rotary"},
    "alibi": {"positions": "alibi"},
    "linear": {"normaliser": "linear"},
    "linear-window": {"normaliser": "linear", "own_reach": "window", "window": 1},
    "relative": {"positions": "relative"},
    "transformer-xl": {"positions": "transformer_xl"},
    "span": {"own_reach": "span", "window": 1},
    "predicted": {"source_reach": "predicted", "window": 2},
    "sparsemax": {"normaliser": "sparsemax"},
    "entmax15": {"normaliser": "entmax15"},
    "learnt-entmax": {"normaliser": "learnt_entmax"},
}
RECURRENT = {
    "additive": ("additive", {}),
    "additive-sparsemax-predicted": (
        "additive", {"normaliser": "sparsemax", "source_reach": "predicted", "window": 3},
    ),
    "scaled-dot-linear": ("scaled_dot", {"normaliser": "linear"}),
    "general-entmax15-window": (
        "general", {"normaliser": "entmax15", "source_reach": "window", "window": 2},
    ),
}  # fmt: skip
PAIRS = [
    SentencePair("the dog sees a bird today", "heute sieht der Hund ein Vogel"),
    SentencePair("my", "mein"),
    SentencePair("a man hears the cook today and knows my dog", "heute hört ein Mann"),
]


@pytest.fixture(scope="module")
def tokenizer(pairs):
    texts = [text for pair in pairs for text in (pair.source, pair.target)]
    return Tokenizer(train_tokenizer(texts, TokenizerConfig(vocabulary_size=330)).model)


def random_model(config, tokenizer):
    torch.manual_seed(11)
    sizes = translation_spec(tokenizer.size, tokenizer.size, shared=True)
    model = build_model(config, sizes).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter), alpha=0.3)
    return model


def told(model, tokenizer, pairs=PAIRS):
    translator = Translator(TrainedModel.of(model), TextSource(tokenizer), tokenizer)
    with torch.no_grad():
        return attention_numbers(translator, pairs).head_numbers


def tensors_of(model):
    return {name: values.numpy() for name, values in model.state_dict().items()}


def ids_of(tokenizer, pair):
    return [*tokenizer.encode(pair.source), END_ID], [START_ID, *tokenizer.encode(pair.target)]


def means(looks):
    """The numbers of one head from (weights, scores) of its sentences, one row after the other."""
    rows, places, sums = 0, 0, dict.fromkeys(("entropy", "spread", "distance", "zeros"), 0.0)
    for weights, scores, is_self in looks:
        for i, (row, scored) in enumerate(zip(weights, scores, strict=True)):
            reached = np.flatnonzero(~np.isneginf(scored))
            if len(reached) < 2:
                continue
            some = [weight for weight in row if weight > 0]
            entropy = -sum(weight * math.log(weight) for weight in some)
            own = i if is_self else i * len(row) / len(weights)
            rows, places = rows + 1, places + len(reached)
            sums["entropy"] += entropy
            sums["spread"] += entropy / math.log(len(reached))
            sums["distance"] += sum(weight * abs(own - j) for j, weight in enumerate(row))
            sums["zeros"] += sum(row[j] == 0.0 for j in reached)
    by = {"zeros": places}
    return {name: total / by.get(name, rows) if rows else None for name, total in sums.items()}


def assert_told(found, site, layer, head, expected):
    for name, number in expected.items():
        value = found[f"{site}.{name}"][layer][head]
        assert value == pytest.approx(number, rel=2e-3, abs=2e-3), (site, layer, head, name)


@pytest.mark.parametrize("name", KINDS)
def test_each_number_of_a_transformer_follows_from_its_file(tokenizer, name):
    parts = KINDS[name]
    sizes = {"encoder_layers": 2, "decoder_layers": 1, "model_size": 16, "feedforward_size": 24}
    model = random_model(TransformerConfig(heads=HEADS, **sizes, **parts), tokenizer)
    witness = NumpyTransformer(tensors_of(model), HEADS, **parts)
    looks = {}
    for pair in PAIRS:
        for (site, layer), seen in witness.read(*ids_of(tokenizer, pair))[1].items():
            for head, weights in enumerate(seen["weights"]):
                mask = seen["steps"][head]["mask"]
                scores = np.stack([mask(place) for place in range(len(weights))])
                own = site != "cross"
                looks.setdefault((site, layer, head), []).append((weights, scores, own))

    found = told(model, tokenizer)

    assert len(looks) == (2 + 1 + 1) * HEADS
    for place, of_sentences in looks.items():
        assert_told(found, *place, means(of_sentences))
    makes_zeros = parts.get("normaliser") in ("sparsemax", "entmax15", "learnt_entmax")
    assert np.any(np.array(found["cross.zeros"]) > 0) == makes_zeros


@pytest.mark.parametrize("name", RECURRENT)
def test_each_number_of_a_recurrent_model_follows_from_its_file(tokenizer, name):
    attention, parts = RECURRENT[name]
    config = RecurrentConfig(attention=attention, heads=2, embedding_size=6, hidden_size=8, **parts)
    model = random_model(config, tokenizer)
    witness = NumpyRecurrent(tensors_of(model), attention, "gru", fed=True, heads=2, **parts)
    found = told(model, tokenizer)

    assert {name.partition(".")[0] for name in found} == {"cross"}
    for head in range(2):
        looks = []
        for pair in PAIRS:
            source, target = ids_of(tokenizer, pair)
            steps = [witness.cards(source, target, place, head)[0] for place in range(len(target))]
            weights = [step.get("weights", step.get("softmax")) for step in steps]
            looks.append((np.array(weights), np.array([step["mask"] for step in steps]), False))
        assert_told(found, "cross", 0, head, means(looks))


def test_alphas_are_one_and_the_sigmoid_of_what_the_file_has(tokenizer):
    config = TransformerConfig(
        encoder_layers=2, decoder_layers=1, model_size=16, heads=HEADS, feedforward_size=24,
        normaliser="learnt_entmax",
    )  # fmt: skip
    model = random_model(config, tokenizer)
    tensors = tensors_of(model)
    found = told(model, tokenizer)

    for site, layers in {
        "encoder_self": ["encoder_layers.0.attention", "encoder_layers.1.attention"],
        "decoder_self": ["decoder_layers.0.attention"],
        "cross": ["decoder_layers.0.cross"],
    }.items():
        raw = np.stack([tensors[f"{layer}.normaliser.raw_alphas"] for layer in layers])
        np.testing.assert_allclose(found[f"{site}.alpha"], 1 + 1 / (1 + np.exp(-raw)), rtol=5e-4)


def test_spans_are_what_the_file_has_in_units_of_64_pieces_and_never_below_0(tokenizer):
    config = TransformerConfig(
        encoder_layers=2, decoder_layers=1, model_size=16, heads=HEADS, feedforward_size=24,
        own_reach="span", window=1,
    )  # fmt: skip
    model = random_model(config, tokenizer)
    tensors = tensors_of(model)
    found = told(model, tokenizer)

    layers = ["encoder_layers.0.attention", "encoder_layers.1.attention"]
    units = np.stack([tensors[f"{layer}.reach.spans_in_units"] for layer in layers])
    assert (units < 0).any()
    np.testing.assert_allclose(found["encoder_self.span"], 64 * np.maximum(units, 0), rtol=5e-4)
    assert "cross.span" not in found  # which has no span


def test_a_recurrent_model_tells_its_alphas_too(tokenizer):
    config = RecurrentConfig(
        attention="additive", heads=2, embedding_size=6, hidden_size=8, normaliser="learnt_entmax"
    )
    model = random_model(config, tokenizer)
    raw = tensors_of(model)["decoder.score.normaliser.raw_alphas"]

    found = told(model, tokenizer)

    np.testing.assert_allclose(found["cross.alpha"], [1 + 1 / (1 + np.exp(-raw))], rtol=5e-4)


def test_without_attention_there_are_no_numbers(tokenizer):
    config = RecurrentConfig(attention="none", embedding_size=6, hidden_size=8)

    assert told(random_model(config, tokenizer), tokenizer) == {}


def test_deep_models_are_read_a_few_pairs_at_a_time_and_tell_the_same(tokenizer, monkeypatch):
    config = TransformerConfig(
        encoder_layers=2, decoder_layers=1, model_size=16, heads=HEADS, feedforward_size=24
    )
    model = random_model(config, tokenizer)
    together = told(model, tokenizer)
    read = []
    monkeypatch.setattr(module, "_HEADS_TOGETHER", 16)  # as many as it has
    records = Translator.records
    monkeypatch.setattr(
        Translator,
        "records",
        lambda self, pairs, **wishes: read.append(len(pairs)) or records(self, pairs, **wishes),
    )

    alone = told(model, tokenizer)

    assert read == [1, 1, 1]
    for name, rows in together.items():
        np.testing.assert_allclose(alone[name], rows, rtol=1e-3)


@pytest.mark.parametrize("kind", [{}, {"normaliser": "learnt_entmax"}], ids=["softmax", "sparse"])
def test_a_training_tells_them_at_each_validation(project, new_run, kind):
    often = {"best_metric": "bleu"}  # then nothing is left out for lack of time
    run = new_run(project, model=kind, limits={"max_steps": 16}, training=often)
    train(project, run, emit=lambda _: None, stop=StopToken())

    first, last = run.history().validations
    expected = {"entropy", "spread", "zeros", "distance"} | ({"alpha"} if kind else set())
    assert set(last.head_numbers) == {f"{site.name}.{each}" for site in SITES for each in expected}
    assert np.array(last.head_numbers["encoder_self.entropy"]).shape == (2, 2)
    assert first.head_numbers != last.head_numbers


def test_what_is_learnt_is_told_also_where_validation_took_its_time(project, new_run, monkeypatch):
    monkeypatch.setattr(trainer, "VALIDATION_SHARE", -1.0)
    run = new_run(project, model={"normaliser": "learnt_entmax"}, limits={"max_steps": 8})
    train(project, run, emit=lambda _: None, stop=StopToken())

    validations = run.history().validations
    assert validations
    for each in validations:
        assert set(each.head_numbers) == {f"{site.name}.alpha" for site in SITES}
