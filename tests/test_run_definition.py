"""What a run is asked, put together for those who ask for it."""

import pytest
from pydantic import ValidationError

from attnstudio.config import RunConfig
from attnstudio.config_model import TransformerConfig
from attnstudio.run_definition import RunDefinition, TextSide

GERMAN = TextSide(language="de", tokenizer="1" * 16)
ENGLISH = TextSide(language="en", tokenizer="2" * 16)


def definition(source=GERMAN, target=ENGLISH, *, name="source"):
    return RunDefinition(
        corpus="c" * 16,
        preset="tiny",
        sources={name: source},
        target=target,
        config=RunConfig(model=TransformerConfig()),
    )


def test_tokenizers_are_named_once_from_what_is_read_to_what_is_written():
    assert definition().tokenizer_names == ("1" * 16, "2" * 16)
    shared = ENGLISH.model_copy(update={"tokenizer": GERMAN.tokenizer})
    assert definition(target=shared).tokenizer_names == ("1" * 16,)


def test_languages_go_from_what_is_read_to_what_is_written():
    assert definition().languages == ("de", "en")
    assert definition(ENGLISH, GERMAN).languages == ("en", "de")


def test_pairs_are_encoded_anew_where_a_tokenizer_or_the_direction_is_another():
    turned = [TextSide(language=side.language, tokenizer="1" * 16) for side in (ENGLISH, GERMAN)]
    others = [definition(), definition(ENGLISH, GERMAN), definition(*turned),
              definition(*turned[::-1])]  # fmt: skip
    assert len({each.encoding for each in others}) == len(others)


@pytest.mark.parametrize("name", ["target", "inputs", "Source", "über", ""])
def test_a_source_has_a_name_of_its_own(name):
    with pytest.raises(ValidationError, match="is not the name of a source"):
        definition(name=name)
