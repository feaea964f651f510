"""``attend --trace``: every number against a forward pass in NumPy from the safetensors file."""

import json
from itertools import product

import numpy as np
import pytest
from numpy_models import NumpyRecurrent, NumpyTransformer
from traces import (
    LEARNED,
    SENTENCE,
    assert_same,
    ids_of,
    learned,
    outcome_cards,
    traced,
    weights_of,
)

SIZES = ("--set", "model.embedding_size=6", "--set", "model.hidden_size=8")
KINDS = [
    ("additive", "gru", True), ("additive", "lstm", True), ("scaled_dot", "gru", True),
    *product(("dot", "general", "concat"), ("gru", "lstm"), (True, False)),
]  # fmt: skip


@pytest.mark.parametrize("site", ["cross", "encoder_self", "decoder_self"])
def test_every_number_of_a_transformer_follows_from_its_file(
    attnstudio, learned_transformer, tmp_path, site
):
    project = learned_transformer
    source, target, tokenizer = ids_of(project)
    witness = NumpyTransformer(weights_of(project), heads=4)
    for layer, head, place in [(0, 0, 0), (1, 3, 2), (1, 1, len(source) - 1)]:
        place = min(place, len(target) - 2)
        content = traced(attnstudio, project, f"{layer}.{head}.{place}", tmp_path, "--site", site)
        expected, logits = witness.cards(source, target[:-1], site, layer, head, place)
        if logits is not None:
            expected |= outcome_cards(content, logits, tokenizer, target[place + 1])
        assert_same(content, expected)
        weights = np.array(expected["softmax"])
        assert weights.max() > 1.2 / len(weights)  # else even weights would pass


@pytest.fixture(scope="module")
def learned_transformer(tmp_path_factory, imported, attnstudio):
    return learned(
        tmp_path_factory, imported, attnstudio,
        "--preset", "tiny", "--set", "model.model_size=16", "--set", "model.feedforward_size=24",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("attention", "cell", "fed"),
    KINDS,
    ids=[f"{a}-{c}-{'fed' if f else 'free'}" for a, c, f in KINDS],
)
def test_every_number_of_a_recurrent_model_follows_from_its_file(
    attnstudio, imported, tmp_path_factory, tmp_path, attention, cell, fed
):
    project = learned(
        tmp_path_factory, imported, attnstudio, "--preset", "bahdanau", *SIZES,
        "--set", f"model.attention={attention}", "--set", f"model.cell={cell}",
        "--set", f"model.input_feeding={str(fed).lower()}", "--set", "model.layers=2",
    )  # fmt: skip
    source, target, tokenizer = ids_of(project)
    witness = NumpyRecurrent(weights_of(project), attention, cell, fed=fed)
    for place in (0, 3, len(target) - 2):
        content = traced(attnstudio, project, f"0.0.{place}", tmp_path)
        expected, logits = witness.cards(source, target, place)
        expected |= outcome_cards(content, logits, tokenizer, target[place + 1])
        assert_same(content, expected)
        order = [card["kind"] for card in content["cards"]]
        assert (order.index("state") < order.index("softmax")) == (attention != "additive")


@pytest.mark.parametrize(
    ("attention", "fed"),
    [
        ("additive", True),
        ("dot", True),
        ("general", False),
        ("concat", True),
        ("scaled_dot", True),
    ],
)
def test_every_number_of_each_of_several_recurrent_heads_follows_from_its_file(
    attnstudio, imported, tmp_path_factory, tmp_path, attention, fed
):
    project = learned(
        tmp_path_factory, imported, attnstudio, "--preset", "bahdanau", *SIZES,
        "--set", f"model.attention={attention}", "--set", "model.heads=4",
        "--set", f"model.input_feeding={str(fed).lower()}",
    )  # fmt: skip
    source, target, tokenizer = ids_of(project)
    witness = NumpyRecurrent(weights_of(project), attention, "gru", fed=fed, heads=4)
    for head, place in ((0, 2), (3, 3), (2, len(target) - 2)):
        content = traced(attnstudio, project, f"0.{head}.{place}", tmp_path)
        expected, logits = witness.cards(source, target, place, head)
        expected |= outcome_cards(content, logits, tokenizer, target[place + 1])
        assert_same(content, expected)


@pytest.mark.parametrize(
    ("coverage", "heads", "cell"),
    [("plain", 1, "lstm"), ("fertility", 1, "gru"), ("fertility", 2, "gru")],
)
def test_every_number_of_what_was_looked_at_before_follows_from_its_file(
    attnstudio, imported, tmp_path_factory, tmp_path, coverage, heads, cell
):
    project = learned(
        tmp_path_factory, imported, attnstudio, "--preset", "bahdanau", *SIZES,
        "--set", f"model.coverage={coverage}", "--set", f"model.heads={heads}",
        "--set", f"model.cell={cell}",
    )  # fmt: skip
    source, target, tokenizer = ids_of(project)
    witness = NumpyRecurrent(weights_of(project), "additive", cell, fed=True, heads=heads)
    for head, place in ((0, 0), (heads - 1, 3), (0, len(target) - 2)):
        content = traced(attnstudio, project, f"0.{head}.{place}", tmp_path)
        expected, logits = witness.cards(source, target, place, head)
        expected |= outcome_cards(content, logits, tokenizer, target[place + 1])
        assert_same(content, expected)
        assert np.ptp(expected["coverage"]) > 0.001 or place == 0


@pytest.mark.parametrize(
    ("place", "options", "words"),
    [
        ("1.2", (), "'1.2' is not LAYER.HEAD.TARGET."),
        ("1.0.-2", (), "'1.0.-2' is not LAYER.HEAD.TARGET."),
        ("2.0.0", (), "This model has 2 layers with 4 heads; layer 2 does not exist."),
        ("0.4.0", (), "This model has 2 layers with 4 heads; head 4 does not exist."),
        ("0.0.99", (), "pieces; piece 99 does not exist."),
        ("0.0.0", ("--site", "sideways"), "This model has no attention of the name 'sideways'."),
        ("0.0.0", ("--ablate", "0.0"), "--trace goes with neither another method nor a change."),
        (
            "0.0.0",
            ("--method", "norm"),
            "--trace goes with neither another method nor a change.",
        ),
    ],
)
def test_what_is_not_there_is_refused_in_words(
    attnstudio, trained, tmp_path, place, options, words
):
    to = tmp_path / "trace.json"
    reply = attnstudio("attend", trained, SENTENCE, "--trace", place, "-o", to, *options)

    assert reply.code != 0
    assert words in reply.err
    assert not to.exists()


def test_numbers_of_a_step_are_json_alone(attnstudio, trained, tmp_path):
    reply = attnstudio("attend", trained, SENTENCE, "--trace", "0.0.0", "-o", tmp_path / "a.svg")

    assert "a.svg is no .json." in reply.err


@pytest.mark.parametrize(
    ("attention", "words"),
    [
        ("additive", "This model has a single attention matrix; layer 1 does not exist."),
        ("dot", "This model has one layer with 2 heads; layer 1 does not exist."),
        ("none", "This model has no attention."),
    ],
)
def test_models_that_have_no_such_layer_say_what_they_have(
    attnstudio, untrained, tmp_path, attention, words
):
    heads = 2 if attention == "dot" else 1
    options = (
        "--preset", "bahdanau", *SIZES, "--set", f"model.attention={attention}",
        "--set", f"model.heads={heads}", *LEARNED,
    )  # fmt: skip
    assert attnstudio("train", untrained, *options, "--max-steps", "1").code == 0

    reply = attnstudio("attend", untrained, SENTENCE, "--trace", "1.0.0", "-o", tmp_path / "a.json")

    assert words in reply.err


def test_the_step_is_one_of_the_model_s_own_translation(attnstudio, trained, tmp_path):
    to = tmp_path / "trace.json"
    said = attnstudio("translate", trained, given=SENTENCE.encode()).lines[0]

    reply = attnstudio("attend", trained, SENTENCE, "--trace", "1.2.0", "-o", to, "--json")

    content = json.loads(to.read_text("utf-8"))
    assert reply.json == content | {"output": str(to)}
    assert (content["text"], content["forced"]) == (said, False)
    assert (content["layer"], content["head"], content["target"]) == (1, 2, 0)
    assert content["fed"] == "<s>"
