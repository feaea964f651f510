"""A model calls its source by the name that its builder was told, and by no other."""

import pytest
import torch
from tiny_models import (
    ATTENTIVE,
    EVERY,
    TRANSFORMER,
    TRANSFORMERS,
    build,
    ragged_batch,
    target_inputs,
)
from torch import nn

from attnstudio.model.builder import build_model
from attnstudio.model.input_positions import sinusoidal_positions
from attnstudio.model.interface import SourceBatch
from attnstudio.model.intervention import Intervention
from attnstudio.model.packed import packed
from attnstudio.model.precision import at_least_float32
from attnstudio.model.spec import ModelSpec, TextSpec, translation_spec
from attnstudio.sites import CROSS, DECODER_SELF, ENCODER_SELF, SOURCE, cross_site, encoder_site

OVER_LETTER, OF_LETTER = cross_site("letter"), encoder_site("letter")


def of_a_letter(config):
    return build(config, ModelSpec({"letter": TextSpec(23, is_shared=True)}, 23))


@pytest.mark.parametrize("config", EVERY.values(), ids=EVERY)
def test_the_name_changes_no_number(config):
    model, same = of_a_letter(config), build(config)
    batch, inputs = ragged_batch(), target_inputs()

    assert (model.sources, same.sources) == (("letter",), (SOURCE,))
    assert torch.equal(
        model.decode(model.read({"letter": batch}), inputs).logits,
        same.decode(same.read({SOURCE: batch}), inputs).logits,
    )


@pytest.mark.parametrize("form", [lambda model: model, packed], ids=["plain", "packed"])
@pytest.mark.parametrize("config", ATTENTIVE.values(), ids=ATTENTIVE)
@torch.inference_mode()
def test_what_it_looks_at_lies_at_the_sites_of_that_source(config, form):
    model = form(of_a_letter(config))
    encoded = model.read({"letter": ragged_batch()}, trace=True)
    own = {DECODER_SELF} if config in TRANSFORMERS.values() else set()

    assert set(encoded.traces) == ({OF_LETTER} if config in TRANSFORMERS.values() else set())
    assert set(model.look(encoded, target_inputs())) == {OVER_LETTER} | own
    assert set(model.decode(encoded, target_inputs(), trace=True).traces) == {OVER_LETTER} | own


@pytest.mark.parametrize("config", ATTENTIVE.values(), ids=ATTENTIVE)
@torch.inference_mode()
def test_a_change_is_made_at_the_site_that_it_names(config):
    model, batch, inputs = of_a_letter(config), ragged_batch(), target_inputs()

    def logits(site):
        change = Intervention(masked={site: frozenset({0})})
        read = model.read({"letter": batch}, intervention=change)
        return model.decode(read, inputs, intervention=change).logits

    untouched = logits(DECODER_SELF) if config not in TRANSFORMERS.values() else logits(CROSS)
    assert torch.equal(logits(CROSS), untouched)
    assert torch.equal(logits(ENCODER_SELF), untouched)
    assert not torch.allclose(logits(OVER_LETTER), untouched)


@pytest.mark.parametrize("names", [(), ("letter", "picture")])
def test_a_model_of_one_source_is_not_built_for_others(names):
    spec = ModelSpec({name: TextSpec(23) for name in names}, 23)
    for config in (TRANSFORMER, EVERY["none-gru"]):
        with pytest.raises(ValueError, match=r"reads one source, not (nothing|letter, picture)"):
            build_model(config, spec)


def test_no_text_gets_a_smaller_vocabulary_than_wished():
    small = translation_spec(300, 900, shared=False)

    assert small.with_at_least(500) == translation_spec(500, 900, shared=False)
    assert translation_spec(300, 300, shared=True).with_at_least(500).sources == {
        SOURCE: TextSpec(500, is_shared=True)
    }


@pytest.mark.parametrize("is_unpadded", [False, True])
def test_what_is_no_text_is_embedded_without_the_scale_of_texts(is_unpadded):
    model = build(TRANSFORMER).train(is_unpadded)
    model.dropout.eval()
    model.source_embedding = nn.Linear(6, 16)
    features = torch.randn(3, 5, 6, generator=torch.Generator().manual_seed(1))
    mask = ragged_batch().mask
    wanted = model.source_embedding(features) + sinusoidal_positions(0, 5, 16, features.device)

    with torch.autocast("cpu", torch.bfloat16, enabled=is_unpadded):
        embedded = model.embed({SOURCE: SourceBatch(features, mask)})[SOURCE]

    assert (embedded.unpadding is not None) is is_unpadded
    states = at_least_float32(embedded.states)
    wanted = wanted[mask] if is_unpadded else wanted
    torch.testing.assert_close(states, wanted, atol=0.05 if is_unpadded else 1e-6, rtol=0.0)
