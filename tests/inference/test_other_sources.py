"""A source that is no text goes through the translator: pictures by the names of their files.

The program has no such source yet. What is asked here is that nothing between a file's name and a
record takes it for a text.
"""

import numpy as np
import pytest
import torch
from patches import Patches
from torch import nn

from attnstudio.config import DecodingConfig
from attnstudio.config_model import RecurrentConfig, TransformerConfig
from attnstudio.inference.translator import Translator
from attnstudio.interpretation.matrices import first_reading
from attnstudio.interpretation.view import view_of
from attnstudio.model.builder import build_model
from attnstudio.model.intervention import Intervention
from attnstudio.model.spec import ModelSpec, TextSpec
from attnstudio.model.trained import TrainedModel
from attnstudio.reading import Reading, ReadingMethod
from attnstudio.sides.side import EncodedItem
from attnstudio.sites import DECODER_SELF, INPUTS, SITES, TARGET, cross_site, encoder_site

OVER_PICTURE, OF_PICTURE = cross_site("picture"), encoder_site("picture")
FEATURES, LONGEST = 6, 12
CONFIGS = {
    "transformer": TransformerConfig(
        encoder_layers=2, decoder_layers=2, model_size=16, heads=4, feedforward_size=24
    ),
    "recurrent": RecurrentConfig(embedding_size=16, hidden_size=12),
}


class Pictures:
    """A kind of source that tests made up: its items are files of (patches, features)."""

    def __init__(self, folder):
        self._folder = folder

    def clean(self, item):
        return item

    def unknown(self, item):  # noqa: ARG002
        return []

    def encode(self, items, most, *, with_units=False):
        encoded = []
        for item in items:
            patches = np.load(self._folder / item)[:most]
            units = Patches(len(patches)) if with_units else None
            encoded.append(EncodedItem(patches, len(patches), units))
        return encoded

    def most_target_tokens(self, places, config):  # noqa: ARG002
        return LONGEST


@pytest.fixture
def pictures(tmp_path):
    generator = np.random.default_rng(4)
    for number, patches in enumerate((9, 4, 16)):
        np.save(tmp_path / f"{number}.npy", generator.normal(size=(patches, FEATURES)).astype("f4"))
    return [f"{number}.npy" for number in range(3)]


@pytest.fixture(params=CONFIGS)
def translator(request, tmp_path, tokenizer):
    torch.manual_seed(11)
    spec = ModelSpec({"picture": TextSpec(5)}, tokenizer.size)
    model = build_model(CONFIGS[request.param], spec)
    if request.param == "transformer":
        model.source_embedding = nn.Linear(FEATURES, 16)
    else:
        model.encoder.embedding = nn.Linear(FEATURES, 16)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter), alpha=0.3)
    return Translator(TrainedModel.of(model), Pictures(tmp_path), tokenizer)


@pytest.mark.parametrize("beam_size", [1, 3])
def test_a_picture_is_told_and_its_patches_are_looked_at(translator, pictures, beam_size):
    config = DecodingConfig(beam_size=beam_size, n_best=beam_size)
    found = translator.translate(pictures, config, attention=True)

    for name, patches, told in zip(pictures, (9, 4, 16), found, strict=True):
        record = told.attention
        assert told.source == name
        assert set(record.axes) == {"picture", TARGET, INPUTS}
        assert len(record.axes["picture"]) == patches
        assert record.cross == OVER_PICTURE
        assert set(record.sites) <= {OVER_PICTURE, OF_PICTURE, DECODER_SELF}
        assert not set(record.sites) & (set(SITES) - {DECODER_SELF})
        assert 1 <= len(record.target) <= LONGEST


def test_what_a_search_looked_at_is_what_is_read_of_it(translator, pictures):
    found = translator.translate(pictures, DecodingConfig(beam_size=1), attention=True)
    pairs = [translator.read_hypothesis(each.source, each.hypotheses[0]) for each in found]

    for one, other in zip(found, translator.records(pairs), strict=True):
        assert one.attention.sites == other.sites
        for site in other.sites:
            np.testing.assert_allclose(
                one.attention.matrices[site].weights, other.matrices[site].weights, atol=1e-4
            )


def test_a_patch_that_is_masked_is_not_looked_at(translator, pictures):
    change = Intervention(masked={OVER_PICTURE: frozenset({2})})
    [record] = translator.records(
        [translator.read_forced(pictures[0], "a dog")], intervention=change
    )

    weights = record.matrices[OVER_PICTURE].weights
    assert weights[..., 2].max() == 0.0
    assert weights[..., 1].min() > 0.0


def test_a_reading_of_its_own_is_kept_and_shown_one_step_later(translator, pictures):
    [record] = translator.records([translator.read_forced(pictures[0], "a dog")])
    reading = Reading(0, 0, ReadingMethod.SHIFTED, OVER_PICTURE)
    again = Reading.from_mapping(reading.to_mapping())

    assert first_reading(record, again) == reading
    assert first_reading(record, Reading(0, 0)).site == OVER_PICTURE
    view = view_of(record, again)
    assert view.links
    np.testing.assert_allclose(view.weights[0], record.matrices[OVER_PICTURE].weights[0, 0, 1])
    assert view.columns.label(8) == "patch 8"
