"""Settings are called by their labels wherever a person sees them."""

import pytest

from attnstudio.config import RunConfig
from attnstudio.config_model import RecurrentConfig
from attnstudio.gui.training.setting_words import setting_label, setting_value
from attnstudio.project.comparison import differences
from attnstudio.run_definition import RunDefinition, TextSide


def definition(**changes):
    values = {
        "corpus": "0" * 16,
        "preset": "tiny",
        "sources": {"source": TextSide(language="en", tokenizer="1" * 16)},
        "target": TextSide(language="de", tokenizer="2" * 16),
        "config": RunConfig(),
    }
    return RunDefinition(**values | changes)


def leaves(nested, prefix=""):
    for name, value in nested.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}".removeprefix("config.")


def test_every_setting_of_every_run_has_a_label_of_its_own():
    recurrent = definition(config=RunConfig(model=RecurrentConfig()))
    keys = {key for run in (definition(), recurrent) for key in leaves(run.model_dump(mode="json"))}

    labels = [setting_label(key) for key in keys]

    assert len(keys) > 50
    assert [label for label in labels if "." in label or "_" in label or label in keys] == []
    assert all(label[0].isupper() for label in labels)
    assert len(set(labels)) == len(labels)


def test_every_value_of_a_comparison_can_be_read():
    rows = differences([definition(), definition(config=RunConfig(model=RecurrentConfig()))])

    words = [setting_value(row.key, value) for row in rows for value in row.values]

    assert rows
    assert not {"None", "True", "False"} & set(words)
    assert not [word for word in words if "_" in word]


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("sources.source.language", "de", "German"),
        ("training.patience", "0", "never stops"),
        ("training.patience", "3", "3"),
        ("training.dropout_epochs", "0.0", "0.0"),
        ("limits.max_steps", "None", "no limit"),
        ("limits.max_steps", "–", "–"),
        ("training.warmup_steps", "120000", "120,000"),
        ("training.learning_rate", "0.0003", "0.0003"),
        ("tokenizer.shared", "True", "on"),
        ("training.schedule", "inverse_sqrt", "inverse sqrt"),
        ("model.normaliser", "entmax15", "1.5-entmax"),
        ("model.positions", "transformer_xl", "Transformer-XL"),
        ("model.positions", "none", "None"),
        ("model.attention", "none", "No attention"),
        ("model.source_reach", "–", "–"),
        ("preset", "my_own", "my_own"),
        ("corpus", "0123456789012345", "0123456789012345"),
    ],
)
def test_values_are_words_where_they_would_be_internal_names(key, value, words):
    assert setting_value(key, value) == words
