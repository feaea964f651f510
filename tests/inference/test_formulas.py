"""What is not written out as formulas is refused in a sentence."""

import pytest

from attnstudio.errors import UsageError
from attnstudio.inference.translator import Translator
from attnstudio.model.attention.positions import NoPositions
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
