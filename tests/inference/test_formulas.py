"""Every part of an attention that can be chosen is written out as formulas."""

import pytest

from attnstudio.config_attention import SourceReachKind
from attnstudio.config_model import RecurrentConfig
from attnstudio.inference.translator import Translator
from attnstudio.model.builder import build_model
from attnstudio.model.spec import translation_spec
from attnstudio.model.trained import TrainedModel
from attnstudio.sides.text import TextSource


def numbers_of(model, tokenizer):
    translator = Translator(TrainedModel.of(model.eval()), TextSource(tokenizer), tokenizer)
    return translator.numbers(translator.read_forced("the dog sees a bird", "der Hund sieht heute"))


def test_every_way_to_know_places_has_its_formulas(transformer, tokenizer):
    assert len(numbers_of(transformer, tokenizer).sites) == 3


@pytest.mark.parametrize("reach", SourceReachKind)
def test_every_reach_of_a_recurrent_model_has_its_formulas(reach, tokenizer):
    config = RecurrentConfig(source_reach=reach, window=2, embedding_size=8, hidden_size=8)
    spec = translation_spec(tokenizer.size, tokenizer.size, shared=True)
    assert numbers_of(build_model(config, spec), tokenizer).sites
