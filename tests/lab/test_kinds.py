"""The kinds that are offered are those that the configs have."""

import pytest
import torch

from attnstudio.config import RunConfig
from attnstudio.config_attention import (
    AttentionKind,
    HeadScoreKind,
    NormaliserKind,
    OwnReachKind,
    PositionKind,
    SourceReachKind,
)
from attnstudio.config_model import RecurrentConfig, TransformerConfig
from attnstudio.config_text import merge_config
from attnstudio.errors import UsageError
from attnstudio.lab.kinds import Growth, chosen_kinds, growth_of, offered_kinds, usual_choice
from attnstudio.model.attention.kernels import Kernel, kernel_for
from attnstudio.model.builder import build_model
from attnstudio.model.spec import translation_spec

NAMES = [kind.name for kind in offered_kinds()]


def test_every_choice_of_an_attention_is_offered_once():
    model = TransformerConfig()
    for field, kinds in (
        ("score", HeadScoreKind),
        ("normaliser", NormaliserKind),
        ("positions", PositionKind),
    ):
        others = [kind for kind in kinds if kind is not getattr(model, field)]
        assert {f"transformer.{field}={kind.value}" for kind in others} <= set(NAMES)
    assert len(NAMES) == len(set(NAMES))


def test_a_recurrent_model_is_offered_with_every_attention_and_with_none():
    usual = AttentionKind.ADDITIVE
    others = {f"recurrent.attention={kind.value}" for kind in AttentionKind if kind is not usual}
    assert others <= set(NAMES)


def test_a_kind_is_called_as_where_it_is_chosen():
    labels = {kind.name: kind.label for kind in offered_kinds()}
    assert labels["transformer.normaliser=learnt_entmax"] == "Learnt entmax (weights)"
    assert labels["transformer.positions=alibi"] == "ALiBi (positions)"
    assert labels["transformer.own_reach=span"] == "Learnt span (own sentence)"
    assert labels["recurrent.attention=none"] == "Recurrent, No attention (scores)"
    assert labels["recurrent.coverage=plain"] == "Recurrent, Coverage (earlier looks)"
    assert not [label for label in labels.values() if "_" in label or "entmax15" in label]


def test_what_is_no_attention_is_not_offered():
    assert not [name for name in NAMES if "cell" in name or "dropout" in name]


def test_one_part_is_changed_and_all_else_is_the_presets():
    kinds = {kind.name: kind for kind in offered_kinds("tiny")}
    usual, other = kinds["transformer"], kinds["transformer.score=additive"]

    changed = other.config.model.model_copy(update={"score": HeadScoreKind.SCALED_DOT})
    assert changed == usual.config.model
    assert usual.config.model.model_size == 128
    assert isinstance(kinds["recurrent"].config.model, RecurrentConfig)
    assert not any(kind.config.guidance.weight for kind in kinds.values())


def test_the_usual_kind_is_the_one_that_the_preset_has():
    kinds = {kind.name: kind for kind in offered_kinds("bahdanau")}
    assert kinds["recurrent"].config.model.attention is AttentionKind.ADDITIVE
    assert kinds["recurrent"].is_usual
    assert not kinds["recurrent.attention=dot"].is_usual
    assert kinds["recurrent.attention=dot"].label == "Recurrent, Dot product (scores)"


def test_a_model_that_never_looks_grows_with_its_pieces_alone():
    kinds = {kind.name: kind for kind in offered_kinds()}
    assert kinds["recurrent.attention=none"].growth is Growth.LINEAR
    assert kinds["transformer"].growth is Growth.SQUARE
    assert kinds["transformer.normaliser=linear"].growth is Growth.LINEAR


def test_kinds_are_chosen_by_name_in_their_order():
    offered = offered_kinds()
    chosen = chosen_kinds(offered, ["recurrent", "transformer"])
    assert [kind.name for kind in chosen] == ["transformer", "recurrent"]
    with pytest.raises(UsageError, match=r"There is no kind of attention magic\."):
        chosen_kinds(offered, ["magic"])


def test_where_nobody_says_one_other_choice_of_each_part_is_compared():
    kinds = usual_choice(offered_kinds())
    assert [kind.name for kind in kinds if kind.family == "recurrent"] == ["recurrent"]
    assert kinds[0].name == "transformer"
    parts = [kind.part for kind in kinds if kind.family == "transformer"]
    assert len(set(parts)) > 4
    assert "transformer.normaliser=linear" in [kind.name for kind in kinds]
    assert "transformer.normaliser=entmax15" not in [kind.name for kind in kinds]


def test_settings_that_share_a_choice_are_also_changed_together():
    kinds = {kind.name: kind for kind in offered_kinds()}
    alone, both = (
        kinds["transformer.own_reach=window"], kinds["transformer.own_reach+source_reach=window"],
    )  # fmt: skip
    assert alone.config.model.source_reach is SourceReachKind.ALL
    assert both.config.model.source_reach is SourceReachKind.WINDOW
    assert both.config.model.own_reach is OwnReachKind.WINDOW
    assert both.label == "Window (own sentence and source sentence)"
    assert (alone.growth, both.growth) == (Growth.SQUARE, Growth.BAND)


@pytest.mark.parametrize("kind", ["transformer", "recurrent"])
def test_a_kind_has_the_law_of_a_window_where_there_is_a_kernel_for_its_band(kind):
    cpu = torch.device("cpu")
    windows = {"own_reach": "window", "source_reach": "window"}
    changes = [
        {}, {"positions": "alibi"}, {"positions": "rotary"}, {"positions": "relative"},
        {"normaliser": "sparsemax"}, {"score": "dot"}, {"source_reach": "predicted"},
    ]  # fmt: skip
    if kind == "recurrent":
        windows, changes = {"source_reach": "window"}, [{}, {"source_reach": "predicted"}]
    for change in changes:
        config = merge_config(RunConfig(), {"model": {"kind": kind, **windows, **change}})
        model = build_model(config.model, translation_spec(20, 20, shared=True))
        specs = [part.spec for part in model.modules() if hasattr(part, "spec")]
        kernels = {kernel_for(spec, cpu, torch.float32, length=4096) for spec in specs}
        is_banded = kernels == {Kernel.BANDED} and kind == "transformer"
        assert growth_of(config) is (Growth.BAND if is_banded else Growth.SQUARE), change
