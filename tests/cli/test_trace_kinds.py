"""The formula cards of every kind of attention, number by number, against NumPy from the file."""

import json

import pytest
from numpy_models import NumpyRecurrent, NumpyTransformer
from traces import (
    SENTENCE,
    TRANSLATION,
    assert_same,
    ids_of,
    learned,
    outcome_cards,
    weights_of,
)

from attnstudio.inference.step_numbers import StepPlace
from attnstudio.interpretation.formula_cards import cards_of
from attnstudio.interpretation.formula_export import step_to_json
from attnstudio.project.project import Project
from attnstudio.project.run_loading import load_run
from attnstudio.sites import CROSS, DECODER_SELF, ENCODER_SELF

SMALL = (
    "--preset", "tiny", "--set", "model.model_size=16", "--set", "model.feedforward_size=24",
)  # fmt: skip
KINDS = {
    "post": {"norm": "post"},
    "deep": {"norm": "deep", "score": "additive"},
    "sparsemax": {"normaliser": "sparsemax"},
    "entmax15": {"normaliser": "entmax15", "score": "dot"},
    "learnt-entmax": {"normaliser": "learnt_entmax", "positions": "alibi"},
    "linear": {"normaliser": "linear", "own_reach": "window", "window": 2},
    "rotary": {"positions": "rotary", "source_reach": "window", "window": 1},
    "relative": {"positions": "relative"},
    "transformer-xl": {"positions": "transformer_xl", "normaliser": "sparsemax"},
    "span": {"own_reach": "span", "window": 1},
    "predicted": {"source_reach": "predicted", "window": 3},
}


def numbers_of(project):
    """Every number of the sentence, and what the page and the command line make of a place."""
    opened = Project.open(project)
    [run] = opened.runs()
    translator = load_run(opened, run, threads=1).translator
    return translator.numbers(translator.read_forced(SENTENCE, TRANSLATION))


def content_of(numbers, place):
    step = numbers.step(place)
    return json.loads(json.dumps(step_to_json(step, cards_of(step)), allow_nan=False))


@pytest.mark.parametrize("name", KINDS)
def test_every_number_of_each_kind_follows_from_its_file(
    attnstudio, imported, tmp_path_factory, name
):
    parts = KINDS[name]
    options = [word for key, kind in parts.items() for word in ("--set", f"model.{key}={kind}")]
    project = learned(tmp_path_factory, imported, attnstudio, *SMALL, *options)
    source, target, tokenizer = ids_of(project)
    witness = NumpyTransformer(weights_of(project), heads=4, **parts)
    numbers = numbers_of(project)
    for site, layer, head, query in [
        (CROSS, 1, 3, 2), (CROSS, 0, 0, len(target) - 2), (ENCODER_SELF, 0, 1, 0),
        (ENCODER_SELF, 1, 2, len(source) - 1), (DECODER_SELF, 0, 2, 3),
        (DECODER_SELF, 1, 0, len(target) - 2),
    ]:  # fmt: skip
        content = content_of(numbers, StepPlace(site, layer, head, query))
        expected, logits = witness.cards(source, target[:-1], site.name, layer, head, query)
        if logits is not None:
            expected |= outcome_cards(content, logits, tokenizer, target[query + 1])
        assert_same(content, expected)


RECURRENT = {
    "additive-sparsemax-predicted": (
        "additive", {"normaliser": "sparsemax", "source_reach": "predicted", "window": 3},
    ),
    "scaled-dot-linear": ("scaled_dot", {"normaliser": "linear"}),
    "general-entmax15-window": (
        "general", {"normaliser": "entmax15", "source_reach": "window", "window": 2},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", RECURRENT)
def test_every_number_of_each_recurrent_kind_follows_from_its_file(
    attnstudio, imported, tmp_path_factory, name
):
    attention, parts = RECURRENT[name]
    chosen = parts | {"attention": attention, "heads": 2, "embedding_size": 6, "hidden_size": 8}
    options = [word for key, kind in chosen.items() for word in ("--set", f"model.{key}={kind}")]
    project = learned(tmp_path_factory, imported, attnstudio, "--preset", "bahdanau", *options)
    source, target, tokenizer = ids_of(project)
    witness = NumpyRecurrent(weights_of(project), attention, "gru", fed=True, heads=2, **parts)
    numbers = numbers_of(project)
    [site] = numbers.sites
    for head, query in ((0, 2), (1, 0), (1, len(target) - 2)):
        content = content_of(numbers, StepPlace(site, 0, head, query))
        expected, logits = witness.cards(source, target, query, head)
        expected |= outcome_cards(content, logits, tokenizer, target[query + 1])
        assert_same(content, expected)
