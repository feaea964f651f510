import tomllib
from typing import Literal, get_args, get_origin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from attnstudio.config import DecodingConfig, RunConfig, TokenizerConfig, TokenizerKind
from attnstudio.config_attention import (
    LEARNT_PLACES,
    AttentionKind,
    CoverageKind,
    NormaliserKind,
    OwnReachKind,
    PositionKind,
    SourceReachKind,
    why_not_linear,
    why_not_together,
)
from attnstudio.config_guidance import GuidingLinks
from attnstudio.config_model import RecurrentConfig, TransformerConfig
from attnstudio.config_text import (
    merge_config,
    parse_assignments,
    read_config_file,
    read_definition,
    to_toml,
)
from attnstudio.config_training import BestMetric, LimitsConfig, Schedule, TrainingConfig
from attnstudio.errors import ConfigError, UsageError
from attnstudio.names import is_language, is_run_name
from attnstudio.presets import DEFAULT_PRESET, PRESETS, find_preset
from attnstudio.run_definition import SOURCE, Beginning, Direction, RunDefinition, TextSide

GROUPS = (
    TokenizerConfig,
    RecurrentConfig,
    TransformerConfig,
    TrainingConfig,
    LimitsConfig,
    DecodingConfig,
)


def bound(field, name):
    return next((getattr(m, name) for m in field.metadata if hasattr(m, name)), None)


def values_of(field):
    """Any value that a knob takes."""
    kinds = get_args(field.annotation) or (field.annotation,)
    kind = next(kind for kind in kinds if kind is not type(None))
    if get_origin(field.annotation) is Literal:
        values = st.just(kind)
    elif kind is int:
        most = bound(field, "le") or (bound(field, "lt") or 1001) - 1
        values = st.integers(bound(field, "ge"), most)
    elif kind is float:
        least, most = bound(field, "ge"), bound(field, "le")
        values = st.floats(
            least if least is not None else bound(field, "gt"),
            most if most is not None else bound(field, "lt"),
            exclude_min=least is None,
            exclude_max=most is None and bound(field, "lt") is not None,
            allow_nan=False,
            allow_infinity=False,
        )
    else:
        values = st.booleans() if kind is bool else st.sampled_from(kind)
    return values | st.none() if type(None) in kinds else values


def knobs_of(group):
    return {name: values_of(field) for name, field in group.model_fields.items()}


def possible(knobs):
    """Whether values that are fine one by one are fine together."""
    return not (
        (knobs.get("sampling") and knobs["kind"] in (TokenizerKind.CHAR, TokenizerKind.WORD))
        or ("model_size" in knobs and knobs["model_size"] % knobs["heads"])
        or (
            "positions" in knobs
            and why_not_together(
                knobs["score"], knobs["positions"], knobs["model_size"] // knobs["heads"]
            )
        )
        or (
            "coverage" in knobs
            and knobs["coverage"] is not CoverageKind.NONE
            and knobs["attention"] is not AttentionKind.ADDITIVE
        )
        or ("hidden_size" in knobs and knobs["hidden_size"] % knobs["heads"])
        or (knobs.get("attention") is AttentionKind.ADDITIVE and not knobs["input_feeding"])
        or (
            knobs.get("attention") is AttentionKind.NONE
            and (
                knobs["source_reach"] is not SourceReachKind.ALL
                or knobs["normaliser"] is not NormaliserKind.SOFTMAX
            )
        )
        or (
            knobs.get("normaliser") is NormaliserKind.LINEAR
            and why_not_linear(
                knobs.get("score") or knobs["attention"],
                knobs["source_reach"],
                knobs.get("positions", PositionKind.NONE),
            )
        )
        or (
            knobs.get("own_reach") is OwnReachKind.SPAN
            and knobs["normaliser"] is not NormaliserKind.SOFTMAX
        )
        or (knobs.get("best_metric") is BestMetric.BLEU and not knobs["decoded_pairs"])
        or (
            knobs.get("schedule") is Schedule.LINEAR
            and knobs["horizon_steps"] <= knobs["warmup_steps"]
        )
    )


def configs_of(group):
    knobs = knobs_of(group)
    if group is TransformerConfig:
        knobs["model_size"] = st.sampled_from([64, 128, 4096])
        knobs["heads"] = st.sampled_from([1, 2, 64])
    if group is TrainingConfig:  # learnt positions know no longer sentences
        knobs["max_sentence_tokens"] = st.integers(4, LEARNT_PLACES - 1)
    if group is RecurrentConfig:
        knobs["hidden_size"] = st.sampled_from([4, 384, 4096])
        knobs["heads"] = st.sampled_from([1, 2, 4])
    return st.fixed_dictionaries(knobs).filter(possible).map(lambda knobs: group(**knobs))


run_configs = st.builds(
    RunConfig,
    tokenizer=configs_of(TokenizerConfig),
    model=configs_of(RecurrentConfig) | configs_of(TransformerConfig),
    training=configs_of(TrainingConfig),
    limits=configs_of(LimitsConfig),
)
languages = st.from_regex(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})?", fullmatch=True).filter(is_language)
hashes = st.from_regex(r"[0-9a-f]{16}", fullmatch=True)
run_names = st.text(st.characters(exclude_categories=("Cs",))).filter(is_run_name)
sides = st.builds(TextSide, language=languages, tokenizer=hashes)
definitions = st.builds(
    RunDefinition,
    format=st.just(2),
    direction=st.sampled_from([None, *Direction]),
    corpus=hashes,
    preset=run_names,
    sources=st.builds(lambda side: {SOURCE: side}, sides),
    target=sides,
    starts_from=st.none() | st.builds(Beginning, run=run_names, checkpoint=st.integers(0, 10**9)),
    config=run_configs,
)


@pytest.fixture
def base():
    return RunConfig()


def refusal(base, *assignments):
    with pytest.raises(ConfigError) as refused:
        merge_config(base, parse_assignments(list(assignments)))
    return refused.value


@settings(max_examples=60, deadline=None)
@given(definitions)
def test_every_config_survives_its_toml_file(definition):
    assert RunDefinition.model_validate(tomllib.loads(to_toml(definition))) == definition


@settings(max_examples=30, deadline=None)
@given(run_configs, run_configs)
def test_any_config_can_be_laid_over_any_other(base, changes):
    assert merge_config(base, changes.model_dump(mode="json")) == changes


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_survives_a_run_s_file(tmp_path, name):
    definition = RunDefinition(
        corpus="0123456789abcdef",
        preset=name,
        sources={SOURCE: TextSide(language="en", tokenizer="aa" * 8)},
        target=TextSide(language="zh-CN", tokenizer="bb" * 8),
        config=PRESETS[name].config,
    )
    path = tmp_path / "config.toml"
    path.write_text(to_toml(definition), encoding="utf-8")

    assert read_definition(path) == definition


@pytest.mark.parametrize("group", GROUPS)
def test_every_knob_has_a_label_a_line_of_help_a_level_and_a_default(group):
    for name, field in group.model_fields.items():
        if name != "kind" or group is TokenizerConfig:
            assert field.title, name
            assert field.description.endswith((".", ")."))
            assert len(field.description) < 100
            assert field.json_schema_extra["level"] in ("simple", "advanced", "expert")
        assert not field.is_required()


@pytest.mark.parametrize("group", GROUPS)
def test_every_number_has_a_least_and_only_minutes_epochs_and_clipping_have_no_most(group):
    for name, field in group.model_fields.items():
        if {int, float} & {field.annotation, *get_args(field.annotation)}:
            assert bound(field, "ge") is not None or bound(field, "gt") is not None, name
            if name not in ("max_minutes", "max_epochs", "checkpoint_minutes", "gradient_clip"):
                assert bound(field, "le") is not None or bound(field, "lt") is not None, name


def test_a_config_cannot_be_changed(base):
    with pytest.raises(ValidationError, match="frozen"):
        base.training.seed = 2


def test_assignments_are_read_as_toml_or_text(base):
    config = merge_config(
        base,
        parse_assignments(
            [
                "training.batch_tokens = 512",
                "training.learning_rate=3e-4",
                "tokenizer.shared=false",
                "tokenizer.kind=bpe",
                'training.device="cpu"',
                "limits.max_minutes=2",
            ]
        ),
    )

    assert config.training.batch_tokens == 512
    assert config.training.learning_rate == 3e-4
    assert (config.tokenizer.shared, config.tokenizer.kind) == (False, TokenizerKind.BPE)
    assert (config.training.device, config.limits.max_minutes) == ("cpu", 2.0)


def test_the_last_of_two_assignments_counts(base):
    assert merge_config(base, parse_assignments(["training.seed=1", "training.seed=7"])) == (
        merge_config(base, {"training": {"seed": 7}})
    )


def test_what_is_not_mentioned_stays():
    config = merge_config(PRESETS["tiny"].config, {"training": {"seed": 9}})

    assert config.model == PRESETS["tiny"].config.model
    assert config.training.batch_tokens == PRESETS["tiny"].config.training.batch_tokens


def test_another_kind_of_model_starts_from_its_own_defaults(base):
    config = merge_config(base, parse_assignments(["model.kind=recurrent", "model.attention=dot"]))

    assert config.model == RecurrentConfig(attention=AttentionKind.DOT)


@pytest.mark.parametrize(
    "assignment",
    ["training.seed", "seed=1", "=1", ".seed=1", "training.=1", "training..seed=1", "", "="],
)
def test_what_is_no_assignment_is_refused(assignment):
    with pytest.raises(ConfigError, match=r" is not a setting\. Write it as group\.name=value"):
        parse_assignments([assignment])


def test_a_value_has_nothing_below_it():
    with pytest.raises(ConfigError, match=r"^'training\.seed\.x=2' is not a setting\. "):
        parse_assignments(["training.seed=1", "training.seed.x=2"])


@pytest.mark.parametrize(
    ("assignments", "message", "hint"),
    [
        (
            ["training.batch_size=3"],
            "training.batch_size is not a setting.",
            "Did you mean training.batch_tokens?",
        ),
        (
            ["training.dropout=0.3"],
            "training.dropout is not a setting.",
            "Did you mean model.dropout?",
        ),
        (
            ["trainig.seed=3"],
            "trainig is not a setting.",
            "There are: the groups tokenizer, model, training, guidance and limits.",
        ),
        (
            ["limits.zzz=3"],
            "limits.zzz is not a setting.",
            "There are: limits.max_steps, limits.max_minutes, limits.max_epochs.",
        ),
        (
            ["training.batch_tokens=3"],
            "training.batch_tokens must be at least 16, not 3.",
            "How many pieces it sees, filling included, before it changes once.",
        ),
        (
            ["training.seed=2147483648"],
            "training.seed must be below 2,147,483,648, not 2147483648.",
            "Where all chance of the run begins: the same number, the same run.",
        ),
        (
            ["training.batch_tokens=many"],
            "training.batch_tokens must be a whole number, not 'many'.",
            "How many pieces it sees, filling included, before it changes once.",
        ),
        (
            ["tokenizer.shared=maybe"],
            "tokenizer.shared must be true or false, not 'maybe'.",
            "Both languages share one list of pieces.",
        ),
        (
            ["training.learning_rate=inf"],
            "training.learning_rate must be a finite number, not inf.",
            "How large the steps of learning are, at their largest.",
        ),
        (
            ["training.device=gpu"],
            "training.device must be 'auto', 'cpu', 'cuda' or 'mps', not 'gpu'.",
            "What computes: auto (the fastest that is here), cpu, cuda or mps.",
        ),
        (
            ["training.seed.x=1"],
            "training.seed is one value, not a table.",
            "Where all chance of the run begins: the same number, the same run.",
        ),
        (
            ["model.kind=rnn"],
            "model.kind must be recurrent or transformer, not 'rnn'.",
            "Change it, or what it depends on.",
        ),
        (
            ["model.heads=7"],
            "model: 7 heads do not divide a model size of 256; the nearest number that does is 8.",
            "Change it, or what it depends on.",
        ),
        (
            ["model.kind=recurrent", "model.input_feeding=false"],
            "model: additive attention always remembers where it looked; without input feeding "
            "choose concat, which is then the same model.",
            "Change it, or what it depends on.",
        ),
        (
            ["model.positions=relative", "model.score=dot"],
            "model: relative positions are terms of the scaled product; choose scaled_dot, not "
            "dot.",
            "Change it, or what it depends on.",
        ),
        (
            ["model.positions=transformer_xl", "model.score=additive"],
            "model: transformer_xl positions are terms of the scaled product; choose scaled_dot, "
            "not additive.",
            "Change it, or what it depends on.",
        ),
        (
            ["model.positions=rotary", "model.score=additive"],
            "model: rotary positions turn what is multiplied, and additive comparison adds; "
            "choose scaled_dot or dot.",
            "Change it, or what it depends on.",
        ),
        (
            ["model.positions=rotary", "model.model_size=36"],
            "model: rotary positions turn numbers in pairs, and each head has 9; choose a model "
            "size that is an even number for each head.",
            "Change it, or what it depends on.",
        ),
        (
            ["model.kind=recurrent", "model.attention=none", "model.normaliser=sparsemax"],
            "model: a model without attention has no looks to share out by sparsemax; choose an "
            "attention, or leave it at softmax.",
            "Change it, or what it depends on.",
        ),
        (
            ["model.positions=learnt", "training.max_sentence_tokens=512"],
            "learnt positions have 512 places; a longest sentence of 512 pieces needs others, "
            "such as sinusoidal.",
            "Change it, or what it depends on.",
        ),
        (
            ["model.kind=recurrent", "model.attention=concat", "model.coverage=plain"],
            "model: coverage is a part of what additive attention compares; choose additive, or "
            "no coverage.",
            "Change it, or what it depends on.",
        ),
        (
            ["training.schedule=linear"],
            "training: a linear schedule needs a horizon after its 400 warm-up steps.",
            "Change it, or what it depends on.",
        ),
        (
            ["tokenizer.kind=char", "tokenizer.sampling=true"],
            "tokenizer: sampling needs unigram or bpe pieces, not char.",
            "Change it, or what it depends on.",
        ),
        (
            ["training.best_metric=bleu", "training.decoded_pairs=0"],
            "training: choosing the best by bleu needs some decoded pairs.",
            "Change it, or what it depends on.",
        ),
        (
            ["guidance.weight=1", "guidance.head=4"],
            "no head 4 to guide: the last of 4 is 3.",
            "Change it, or what it depends on.",
        ),
        (
            ["guidance.weight=1", "guidance.layers_after=3"],
            "no layer to guide has 3 after it: there are 3 in all.",
            "Change it, or what it depends on.",
        ),
        (
            ["guidance.weight=1", "model.kind=recurrent", "guidance.head=1"],
            "no head 1 to guide: the last of 1 is 0.",
            "Change it, or what it depends on.",
        ),
        (
            ["guidance.weight=1", "model.kind=recurrent", "model.heads=4", "guidance.head=4"],
            "no head 4 to guide: the last of 4 is 3.",
            "Change it, or what it depends on.",
        ),
        (
            ["model.kind=recurrent", "model.heads=7"],
            "model: 7 heads do not divide a hidden size of 512; the nearest number that does is 8.",
            "Change it, or what it depends on.",
        ),
    ],
)
def test_a_wrong_setting_is_named_with_what_is_wrong_and_what_helps(
    base, assignments, message, hint
):
    error = refusal(base, *assignments)

    assert (error.message, error.hint) == (message, hint)


def test_all_wrong_settings_are_named_at_once(base):
    error = refusal(base, "training.seed=-1", "model.layers=2", "tokenizer.sie=3")

    assert error.message == (
        "tokenizer.sie is not a setting; model.layers is not a setting of a transformer model; "
        "training.seed must be at least 0, not -1."
    )


@pytest.mark.parametrize(
    ("assignments", "kind"),
    [
        (["model.hidden_size=64"], "transformer"),
        (["model.kind=recurrent", "model.feedforward_size=64"], "recurrent"),
    ],
)
def test_a_setting_of_the_other_kind_of_model_is_an_error(base, assignments, kind):
    error = refusal(base, *assignments)

    assert error.message.endswith(f" is not a setting of a {kind} model.")
    assert error.hint.startswith("Each kind of model has its own settings: choose the kind first")


@pytest.mark.parametrize("group", ["model", "training", "tokenizer", "limits"])
def test_a_group_that_is_no_table_is_refused(base, group):
    with pytest.raises(ConfigError, match=rf"^{group} must be a table of settings\. "):
        merge_config(base, {group: 5})


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_config_file_is_read_with_or_without_a_mark(tmp_path, mark):
    path = tmp_path / "mein Setup 🙂.toml"
    path.write_text(f"{mark}[training]\nseed = 3\n", encoding="utf-8")

    assert read_config_file(path) == {"training": {"seed": 3}}


def test_a_config_file_that_is_not_there_or_not_toml_is_refused(tmp_path):
    path = tmp_path / "x.toml"
    with pytest.raises(ConfigError, match=r"x\.toml could not be read: No such file .*\. Check"):
        read_config_file(path)
    path.write_bytes(b"training:\n  seed: 3\n")
    with pytest.raises(ConfigError, match=r"x\.toml is not TOML: .* \(at line 1, .*\)\. A config"):
        read_config_file(path)
    path.write_bytes(b"\xff\xfe\x00\x00")
    with pytest.raises(ConfigError, match=r"x\.toml is not TOML: "):
        read_config_file(path)


def test_a_strange_config_of_a_run_is_refused_with_the_file(tmp_path):
    path = tmp_path / "config.toml"
    path.write_text("format = 2\n[config.model]\nkind = 'transformer'\nheads = 5\nnew = 1\n")

    with pytest.raises(ConfigError, match=r"config\.toml is not the config of a run: ") as refused:
        read_definition(path)
    assert "config.model.new is not a setting of a transformer model" in refused.value.message
    assert "corpus is missing" in refused.value.message
    assert "newer Attention Studio" in refused.value.hint


def test_the_default_preset_is_one():
    assert find_preset(DEFAULT_PRESET).config == PRESETS[DEFAULT_PRESET].config


def test_transformers_for_small_corpora_teach_a_head_and_nothing_else_does():
    taught = {name for name, preset in PRESETS.items() if preset.config.guidance.weight == 1.0}

    assert taught == {"tiny", "small"}
    assert {PRESETS[name].config.guidance.links for name in taught} == {GuidingLinks.BOTH}
    assert {PRESETS[name].config.guidance.weight for name in set(PRESETS) - taught} == {0.0}
    assert RunConfig().guidance.weight == 0.0  # stored runs read as they were


def test_every_preset_gives_its_reason():
    assert all(preset.reason.endswith(".") for preset in PRESETS.values())


def test_a_preset_that_is_not_there_is_refused_with_those_that_are():
    with pytest.raises(
        UsageError,
        match=r"^There is no preset huge\. There are: tiny, small, base, bahdanau\.$",
    ):
        find_preset("huge")
