"""What is not written out as formulas is refused in a sentence."""

import pytest

from attnstudio.config import RecurrentConfig
from attnstudio.config_attention import SourceReachKind
from attnstudio.errors import UsageError
from attnstudio.inference.translator import Translator
from attnstudio.model.attention.positions import NoPositions
from attnstudio.model.builder import build_model
from attnstudio.model.spec import translation_spec
from attnstudio.model.trained import TrainedModel
from attnstudio.sides.text import TextSource


def test_places_in_the_score_have_no_formulas_yet_and_that_is_said(transformer, tokenizer):
    translator = Translator(TrainedModel.of(transformer), TextSource(tokenizer), tokenizer)
    pair = translator.read_forced("the dog sees a bird", "der Hund sieht heute")
    positions = transformer.encoder_layers[0].attention.spec.positions
    if isinstance(positions, NoPositions):
        assert translator.numbers(pair).sites
        return
    with pytest.raises(UsageError, match="positions are not written out yet"):
        translator.numbers(pair)


@pytest.mark.parametrize("reach", SourceReachKind)
def test_a_reach_that_adds_to_the_score_has_no_formula_yet_and_that_is_said(reach, tokenizer):
    config = RecurrentConfig(source_reach=reach, window=2, embedding_size=8, hidden_size=8)
    spec = translation_spec(tokenizer.size, tokenizer.size, shared=True)
    model = TrainedModel.of(build_model(config, spec).eval())
    translator = Translator(model, TextSource(tokenizer), tokenizer)
    pair = translator.read_forced("the dog sees a bird", "der Hund sieht heute")
    if reach is not SourceReachKind.PREDICTED:
        assert translator.numbers(pair).sites
        return
    with pytest.raises(
        UsageError, match=r"the terms v·tanh\(q\+k\), −\(j−p\)²/2σ² are not written"
    ):
        translator.numbers(pair)
