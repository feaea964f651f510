"""Knobs as a form needs them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attnstudio.config import RunConfig
from attnstudio.config_attention import NormaliserKind
from attnstudio.config_fields import FieldKind, changed_fields, describe_fields, value_of
from attnstudio.config_knob import Level
from attnstudio.config_text import merge_config, parse_assignments
from attnstudio.knob_effects import EFFECTS
from attnstudio.presets import PRESETS

KINDS = ("recurrent", "transformer")
EVERY = list({field.path: field for kind in KINDS for field in describe_fields(kind)}.values())
# What somebody who knows nothing of translation by machine would have to look up.
JARGON = re.compile(
    r"gradient|weight|decoder|encoder|epoch|token|hypothes|softmax|merge|segmentation|float|matri"
    r"|regulari|converge|source|target|validation|optimi|hyperparameter|beam|subword|probe",
    re.IGNORECASE,
)


def leaves(nested, prefix=""):
    for key, value in nested.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}"


@pytest.mark.parametrize("kind", KINDS)
def test_every_knob_of_a_run_is_described_once(kind):
    config = merge_config(RunConfig(), {"model": {"kind": kind}})
    expected = set(leaves(config.model_dump(mode="json"))) - {"model.kind"}
    if len(NormaliserKind) == 1:  # nothing to choose
        expected.remove("model.normaliser")

    paths = [field.path for field in describe_fields(kind)]

    assert sorted(paths) == sorted(expected)


@pytest.mark.parametrize("field", EVERY, ids=lambda field: field.path)
def test_a_knob_says_in_plain_words_what_comes_of_turning_it(field):
    said = f"{field.help} {field.effect}"

    assert field.effect.endswith(".")
    assert len(field.effect) < 140
    assert not JARGON.findall(said)


def test_nothing_is_said_of_knobs_that_are_not_there():
    assert EFFECTS.keys() == {field.path for field in EVERY}


@pytest.mark.parametrize("field", describe_fields("transformer"), ids=lambda field: field.path)
def test_a_knob_says_what_it_is_and_takes_its_own_default(field):
    value = value_of(RunConfig(), field.path)

    assert field.label
    assert field.help.endswith(".")
    match field.kind:
        case FieldKind.CHOICE:
            assert value in field.choices
        case FieldKind.SWITCH:
            assert isinstance(value, bool)
        case FieldKind.WHOLE:
            assert isinstance(value, int) or (field.optional and value is None)
        case FieldKind.NUMBER:
            assert isinstance(value, float) or (field.optional and value is None)


def test_bounds_are_said_in_words():
    fields = {field.path: field for field in describe_fields("transformer")}

    assert fields["model.heads"].bounds == "1 to 64"
    assert fields["training.learning_rate"].bounds == "above 0 to 10"
    assert fields["limits.max_steps"].bounds == "at least 1"
    assert fields["model.dropout"].bounds == "0 to below 1"
    assert fields["training.batch_tokens"].bounds == "16 to 1,000,000"
    assert fields["training.budget_minutes"].bounds == "0 to 1,000,000"
    assert fields["training.seed"].bounds == "at least 0"
    assert fields["limits.max_minutes"].optional
    assert fields["training.batch_tokens"].unit == "pieces"
    assert fields["tokenizer.vocabulary_size"].level is Level.SIMPLE


def test_all_that_ends_a_run_stands_together_with_the_time_budget_first():
    ends = [field.path for field in describe_fields("transformer") if field.group == "limits"]

    assert ends == [
        "training.budget_minutes", "limits.max_steps", "limits.max_minutes", "limits.max_epochs",
        "training.patience",
    ]  # fmt: skip


def test_what_a_model_does_not_have_has_no_value():
    assert value_of(RunConfig(), "model.hidden_size") is None
    assert value_of(RunConfig(), "training.schedule") == "inverse_sqrt"


@given(
    base=st.sampled_from(sorted(PRESETS)),
    other=st.sampled_from(sorted(PRESETS)),
    steps=st.none() | st.integers(1, 10**6),
    rate=st.floats(1e-6, 1.0),
)
def test_the_changes_lead_from_any_config_to_any_other(base, other, steps, rate):
    wanted = merge_config(
        PRESETS[other].config,
        {"limits": {"max_steps": steps}, "training": {"learning_rate": rate}},
    )

    changes = changed_fields(PRESETS[base].config, wanted)
    assignments = [f"{path}={_as_toml(value)}" for path, value in changes.items()]

    assert merge_config(PRESETS[base].config, parse_assignments(assignments)) == wanted


def _as_toml(value):
    return str(value).lower() if isinstance(value, bool) else str(value)
