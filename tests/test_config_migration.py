"""Older ``config.toml`` of runs are read as the newest format; newer ones are refused in words."""

import pytest
import tomlkit

from attnstudio.config_text import read_definition, to_toml
from attnstudio.config_training import Precision
from attnstudio.errors import ConfigError
from attnstudio.run_definition import Beginning, Direction, TaskKind, TextSide

OLD = {
    "format": 1,
    "source_language": "de",
    "target_language": "en",
    "corpus": "0" * 16,
    "source_tokenizer": "1" * 16,
    "target_tokenizer": "2" * 16,
    "preset": "tiny",
    "config": {"training": {"seed": 7}},
}
NEW = {
    "format": 2,
    "task": "translation",
    "direction": "reverse",
    "corpus": "0" * 16,
    "preset": "tiny",
    "sources": {"source": {"language": "de", "tokenizer": "1" * 16}},
    "target": {"language": "en", "tokenizer": "2" * 16},
    "starts_from": {"run": "tiny-1", "checkpoint": 200},
    "config": {"training": {"seed": 7}},
}


@pytest.fixture
def read(tmp_path):
    """Reads a definition from a file with this content."""

    def read(content):
        path = tmp_path / "config.toml"
        path.write_text(tomlkit.dumps(content), "utf-8")
        return read_definition(path)

    return read


def without(content, *keys):
    return {key: value for key, value in content.items() if key not in keys}


@pytest.mark.parametrize("content", [OLD, NEW])
@pytest.mark.parametrize(
    ("model", "attention"),
    [
        ({"attention": "additive", "input_feeding": False}, "concat"),
        ({"input_feeding": False}, "concat"),
        ({"attention": "dot", "input_feeding": False}, "dot"),
        ({"attention": "additive", "input_feeding": True}, "additive"),
        ({}, "additive"),
    ],
)
def test_additive_without_input_feeding_is_read_as_concat(read, content, model, attention):
    definition = read(content | {"config": {"model": {"kind": "recurrent", **model}}})

    assert definition.config.model.attention == attention


@pytest.mark.parametrize("content", [OLD, without(OLD, "format")])
def test_format_1_is_read_as_it_was_meant(read, content):
    definition = read(content)

    assert definition.format == 2
    assert definition.task is TaskKind.TRANSLATION
    assert definition.source == TextSide(language="de", tokenizer="1" * 16)
    assert definition.target == TextSide(language="en", tokenizer="2" * 16)
    assert (definition.direction, definition.starts_from) == (None, None)
    assert (definition.corpus, definition.preset) == ("0" * 16, "tiny")
    assert definition.config.training.seed == 7


def test_a_run_from_before_there_was_a_choice_of_precision_is_fp32(read):
    assert read(OLD).config.training.precision is Precision.FP32
    assert read(NEW).config.training.precision is Precision.AUTO
    chosen = OLD | {"config": {"training": {"precision": "bf16"}}}
    assert read(chosen).config.training.precision is Precision.BF16


def test_format_2_says_the_direction_and_where_it_starts(read):
    definition = read(NEW)

    assert definition.direction is Direction.REVERSE
    assert definition.starts_from == Beginning(run="tiny-1", checkpoint=200)


@pytest.mark.parametrize("content", [OLD, NEW])
def test_what_was_read_is_written_in_the_newest_format(read, tmp_path, content):
    definition = read(content)
    path = tmp_path / "written.toml"
    path.write_text(to_toml(definition), "utf-8")

    assert "format = 2" in path.read_text("utf-8")
    assert read_definition(path) == definition


@pytest.mark.parametrize("number", [3, 99, 10**18])
def test_a_newer_format_is_refused_as_such(read, number):
    with pytest.raises(ConfigError) as refused:
        read({"format": number, "nothing": "known"})

    assert "config.toml was written by a newer Attention Studio" in refused.value.message
    assert f"format {number}" in refused.value.message
    assert refused.value.hint == "Update Attention Studio to use this run."


@pytest.mark.parametrize("wrong", ["2", "one", True, 0, -1, 1.5, [1]])
def test_a_format_that_is_none_is_refused(read, wrong):
    with pytest.raises(ConfigError, match=r"is not the config of a run: .*format"):
        read(NEW | {"format": wrong})


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"task": "reading"}, "task must be"),
        ({"direction": "up"}, "direction must be"),
        ({"direction": 1}, "direction must be"),
        ({"sources": {}}, "a translation reads one source, not nothing"),
        ({"sources": {**NEW["sources"], "picture": NEW["target"]}}, "not source, picture"),
        ({"sources": {"text": NEW["target"]}}, "a translation reads one source, not text"),
        ({"sources": {"../x": NEW["target"]}}, "sources"),
        ({"sources": [NEW["target"], NEW["target"]]}, "sources must be"),
        ({"sources": {"source": "de"}}, "sources.source must be a table"),
        ({"sources": {"source": {"language": "de"}}}, "sources.source.tokenizer is missing"),
        ({"target": NEW["target"] | {"language": "no language"}}, "target.language: 'no language'"),
        ({"target": NEW["target"] | {"language": "links"}}, "target.language: 'links'"),
        ({"target": NEW["target"] | {"tokenizer": "../x"}}, "target.tokenizer: '../x'"),
        ({"target": NEW["target"] | {"script": "Latn"}}, "target.script is not a setting"),
        ({"starts_from": {"run": "../r", "checkpoint": 1}}, "starts_from.run: '../r'"),
        ({"starts_from": {"run": "r"}}, "starts_from.checkpoint is missing"),
        ({"starts_from": {"run": "r", "checkpoint": -1}}, "starts_from.checkpoint must be"),
        ({"starts_from": "r"}, "starts_from must be a table"),
        ({"source_language": "de"}, "source_language is not a setting"),
    ],
)
def test_damage_of_format_2_is_named(read, change, told):
    with pytest.raises(ConfigError) as refused:
        read(NEW | change)

    assert told in refused.value.message


@pytest.mark.parametrize("key", ["corpus", "preset", "sources", "target", "config"])
def test_what_is_missing_in_format_2_is_named(read, key):
    with pytest.raises(ConfigError, match=f"{key} is missing"):
        read(without(NEW, key))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (without(OLD, "source_language"), "sources.source.language is missing"),
        (without(OLD, "target_tokenizer"), "target.tokenizer is missing"),
        (OLD | {"source_language": 3}, "sources.source.language must be"),
        (OLD | {"new": 3}, "new is not a setting"),
        (OLD | {"config": 3}, "config must be a table"),
        (OLD | {"config": {"training": 3}}, "config.training must be a table"),
    ],
)
def test_damage_of_format_1_is_named(read, content, told):
    with pytest.raises(ConfigError) as refused:
        read(content)

    assert told in refused.value.message


def test_the_same_source_twice_is_no_toml(tmp_path):
    path = tmp_path / "config.toml"
    path.write_text(tomlkit.dumps(NEW) + '\n[sources.source]\nlanguage = "en"\n', "utf-8")

    with pytest.raises(ConfigError, match=r"config\.toml is not TOML"):
        read_definition(path)
