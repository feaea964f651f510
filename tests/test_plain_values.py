from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as some

from attnstudio.plain_values import from_mapping, read_json


@dataclass(frozen=True, slots=True)
class Facts:
    step: int
    seconds: float
    text: str = "none"
    is_best: bool = False
    bleu: float | None = None
    values: Mapping[str, int | float | str] = field(default_factory=dict)
    scores: Mapping[str, float] = field(default_factory=dict)
    reading: Mapping[str, int | None] | None = None


def test_what_is_left_out_has_its_default_and_what_is_unknown_is_passed_over():
    assert from_mapping(Facts, {"step": 3, "seconds": 1, "colour": "red"}) == Facts(3, 1)


def test_null_is_a_float_that_is_not_finite_or_nothing_where_that_is_allowed():
    facts = from_mapping(Facts, {"step": 3, "seconds": None, "bleu": None})

    assert math.isnan(facts.seconds)
    assert facts.bleu is None


def test_a_table_of_floats_holds_floats_and_null_is_one_that_is_not_finite():
    facts = from_mapping(
        Facts, {"step": 3, "seconds": 1, "scores": {"a": 1, "b": None}, "reading": {"layer": None}}
    )

    assert [type(value) for value in facts.scores.values()] == [float, float]
    assert math.isnan(facts.scores["b"])
    assert facts.reading == {"layer": None}


@pytest.mark.parametrize(
    "wrong",
    [
        {"step": -1}, {"step": True}, {"step": 1.5}, {"step": "1"}, {"step": None}, {"step": [1]},
        {"step": 2**63}, {"seconds": "1"}, {"seconds": True}, {"seconds": 10**400},
        {"seconds": math.inf}, {"text": 1}, {"text": None}, {"text": "\ud800"}, {"is_best": 1},
        {"bleu": "x"}, {"values": []}, {"values": {"a": {}}}, {"values": {"a": None}},
        {"values": {"\udfff": 1}}, {"scores": {"a": "1"}}, {"scores": {"a": True}}, {"scores": [1]},
        {"scores": {"a": 10**400}}, {"scores": None}, {"reading": {"a": "1"}}, {"reading": [1]},
    ],
)  # fmt: skip
def test_what_has_another_type_is_refused(wrong):
    [name] = wrong
    with pytest.raises(ValueError, match=name):
        from_mapping(Facts, {"step": 3, "seconds": 1.0, **wrong})


@pytest.mark.parametrize("content", [None, 3, "x", [], [{"step": 1}]])
def test_what_is_no_table_is_refused(content):
    with pytest.raises(ValueError, match="no table"):
        from_mapping(Facts, content)


def test_a_field_that_is_missing_is_named():
    with pytest.raises(ValueError, match="seconds is missing"):
        from_mapping(Facts, {"step": 3})


@pytest.mark.parametrize("text", ["[" * 200_000, '{"a":' * 200_000, "{", b"\xff", ""])
def test_what_is_no_json_is_an_error_of_values(text):
    with pytest.raises(ValueError):  # noqa: PT011 - the words are those of json
        read_json(text)


@given(some.recursive(some.none() | some.booleans() | some.integers() | some.floats()
                      | some.text(), lambda s: some.lists(s) | some.dictionaries(some.text(), s)),
       some.sampled_from(["step", "seconds", "text", "is_best", "bleu", "values"]))  # fmt: skip
def test_whatever_a_file_holds_is_taken_or_refused(content, name):
    try:
        facts = from_mapping(
            Facts, json.loads(json.dumps({"step": 1, "seconds": 1, name: content}))
        )
    except ValueError:
        return
    assert json.loads(json.dumps(getattr(facts, name))) == content or content is None
