"""Every kind of a Transformer's parts under ``attend --trace``, against NumPy from the file."""

import pytest
from numpy_models import NumpyTransformer
from traces import assert_same, ids_of, learned, outcome_cards, traced, weights_of

SMALL = ("--preset", "tiny", "--set", "model.model_size=16", "--set", "model.feedforward_size=24")


def settings(options):
    """Parts of a model as options of the command line."""
    return [word for name, kind in options.items() for word in ("--set", f"model.{name}={kind}")]


KINDS = {"post": {"norm": "post"}, "deep": {"norm": "deep"}}


@pytest.mark.parametrize("name", KINDS)
def test_every_number_of_each_kind_follows_from_its_file(
    attnstudio, imported, tmp_path_factory, tmp_path, name
):
    parts = KINDS[name]
    project = learned(tmp_path_factory, imported, attnstudio, *SMALL, *settings(parts))
    source, target, tokenizer = ids_of(project)
    witness = NumpyTransformer(weights_of(project), heads=4, **parts)
    for site, layer, head, place in [
        ("cross", 1, 3, 2), ("cross", 0, 0, len(target) - 2),
        ("encoder_self", 0, 1, 0), ("encoder_self", 1, 2, len(source) - 1),
        ("decoder_self", 0, 2, 3), ("decoder_self", 1, 0, len(target) - 2),
    ]:  # fmt: skip
        asked = f"{layer}.{head}.{place}"
        content = traced(attnstudio, project, asked, tmp_path, "--site", site)
        expected, logits = witness.cards(source, target[:-1], site, layer, head, place)
        if logits is not None:
            expected |= outcome_cards(content, logits, tokenizer, target[place + 1])
        assert_same(content, expected)
