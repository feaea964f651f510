"""A head that was taught is called so wherever it is looked at, and others are not."""

from dataclasses import replace

import numpy as np
import pytest
from records import make_record

from attnstudio.interpretation.caption import caption_of
from attnstudio.interpretation.export import record_to_json
from attnstudio.interpretation.matrices import first_reading
from attnstudio.interpretation.teaching import is_taught, teaching_words, untaught
from attnstudio.interpretation.view import view_of
from attnstudio.reading import Reading, ReadingMethod
from attnstudio.sites import ENCODER_SELF
from attnstudio.tokenizer import Token, end_token

SOURCE = ("Hund", (Token("▁Hund", 0, 4), end_token("Hund")))
TARGET = ("a dog", (Token("▁a", 0, 1), Token("▁dog", 1, 5), end_token("a dog")))
TAUGHT = Reading(1, 2, ReadingMethod.SHIFTED)
MIXED = "with a head that was taught where to look"


def record_of(layers=2, heads=3, taught=TAUGHT):
    cross = np.full((layers, heads, 3, 2), 0.5, np.float32)
    encoder_self = np.full((layers, heads, 2, 2), 0.5, np.float32)
    record = make_record(SOURCE, TARGET, cross=cross, encoder_self=encoder_self)
    return replace(record, taught=taught)


@pytest.mark.parametrize(
    ("reading", "words"),
    [
        (Reading(1, 2), "taught where to look"),
        (TAUGHT, "taught where to look"),
        (Reading(1, 0), ""),
        (Reading(0, 2), ""),
        (Reading(1, None), MIXED),
        (Reading(None, 2), MIXED),
        (Reading(), MIXED),
        (Reading(0, None), ""),
        (Reading(1, 2, site=ENCODER_SELF), ""),
    ],
)
def test_what_is_said_of_a_reading(reading, words):
    assert teaching_words(record_of(), reading) == words
    assert is_taught(record_of(), reading) == (words == "taught where to look")
    assert teaching_words(record_of(taught=None), reading) == ""
    assert not is_taught(record_of(taught=None), reading)


def test_the_average_of_a_single_head_is_the_head():
    record = record_of(1, 1, Reading(0, 0))

    assert is_taught(record, Reading())
    assert teaching_words(record, Reading()) == "taught where to look"


@pytest.mark.parametrize(
    ("layers", "heads", "taught", "other"),
    [
        (2, 3, Reading(1, 2), Reading(1, 0)),
        (2, 1, Reading(1, 0), Reading(0, 0)),
        (2, 1, Reading(0, 0), Reading(1, 0)),
        (1, 1, Reading(0, 0), None),
    ],
)
def test_a_head_to_compare_with_was_not_taught(layers, heads, taught, other):
    record = record_of(layers, heads, taught)

    assert untaught(record, taught) == other
    if other is not None:
        assert teaching_words(record, other) == ""
        assert untaught(record, TAUGHT).method is TAUGHT.method
    assert untaught(record_of(taught=None), taught) is None


def test_pictures_and_json_say_it():
    record = record_of()
    taught, other = (caption_of(record, view_of(record, Reading(1, head))) for head in (2, 0))

    assert taught.subtitle == "layer 1, head 2, taught where to look · forced translation"
    assert "taught" in taught.description
    assert "taught" not in f"{other.subtitle} {other.description}"
    assert record_to_json(record, Reading())["taught"] == TAUGHT.to_mapping()
    assert record_to_json(record_of(taught=None), Reading())["taught"] is None


@pytest.mark.parametrize(
    ("stored", "site", "first"),
    [
        (None, None, TAUGHT),
        (Reading(0, 1), None, Reading(0, 1)),
        (None, "cross", TAUGHT),
        (None, "encoder_self", Reading(site=ENCODER_SELF)),
        (Reading(0, 1), "encoder_self", Reading(site=ENCODER_SELF)),
    ],
)
def test_one_begins_with_the_taught_head_unless_gold_links_chose_another(stored, site, first):
    assert first_reading(record_of(), stored, site) == first
