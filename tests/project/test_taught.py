"""Which head a run teaches, at which step, and what a model says of it."""

import pytest

from attnstudio.config import RunConfig
from attnstudio.config_text import merge_config
from attnstudio.model.intervention import HeadAddress
from attnstudio.project.guidance import guided_objective
from attnstudio.project.run_creation import create_run
from attnstudio.project.taught import taught_reading, why_untaught
from attnstudio.reading import Reading, ReadingMethod

ON = {"guidance": {"weight": 0.5}}


def config_of(*changes):
    config = RunConfig()
    for change in changes:
        config = merge_config(config, change)
    return config


@pytest.mark.parametrize(
    ("changes", "reading"),
    [
        ([], Reading(2, 0, ReadingMethod.SHIFTED)),
        ([{"model": {"decoder_layers": 5}}], Reading(4, 0, ReadingMethod.SHIFTED)),
        ([{"guidance": {"layers_after": 1, "head": 3}}], Reading(1, 3, ReadingMethod.SHIFTED)),
        ([{"guidance": {"step": "naive"}}], Reading(2, 0, ReadingMethod.NAIVE)),
        ([{"model": {"kind": "recurrent"}}], Reading(0, 0, ReadingMethod.NAIVE)),
        (
            [{"model": {"kind": "recurrent"}}, {"guidance": {"step": "shifted"}}],
            Reading(0, 0, ReadingMethod.SHIFTED),
        ),
        (
            [{"model": {"kind": "recurrent", "attention": "dot"}}],
            Reading(0, 0, ReadingMethod.SHIFTED),
        ),
        (
            [{"model": {"kind": "recurrent", "attention": "concat", "input_feeding": False}}],
            Reading(0, 0, ReadingMethod.SHIFTED),
        ),
    ],
)
def test_a_head_is_taught_where_it_knows_most(changes, reading):
    config = config_of(ON, *changes)

    objective = guided_objective(config)

    assert taught_reading(config) == reading
    assert objective.head == HeadAddress(reading.site, reading.layer, reading.head)
    assert objective.delay == (reading.method is ReadingMethod.SHIFTED)
    assert (objective.strength, objective.smoothing) == (0.5, config.training.label_smoothing)


def test_without_strength_nothing_is_taught():
    assert taught_reading(config_of()) is None
    assert guided_objective(config_of()) is None


@pytest.mark.parametrize(
    ("changes", "pairs", "why"),
    [
        ({"tokenizer": {"sampling": True}}, 0, "the words are cut anew each time"),
        ({"model": {"kind": "recurrent", "attention": "none"}}, 0, "this model has none"),
        ({}, 30_001, "the word links of more than 30,000 training pairs"),
        ({"guidance": {"most_pairs": 9}}, 10, "more than 9 training pairs"),
    ],
)
def test_where_it_cannot_be_taught_it_is_said_why(changes, pairs, why):
    config = config_of(ON, changes)

    assert why_untaught(config, pairs).message.endswith(f"{why}.")
    assert pairs or taught_reading(config) is None
    assert why_untaught(config_of(changes), pairs) is None  # nobody asked for it


@pytest.mark.parametrize(("most", "pairs"), [(30_000, 0), (30_000, 30_000), (0, 10**6), (9, 9)])
def test_as_many_pairs_as_are_taught_at_most_are_taught(most, pairs):
    assert why_untaught(config_of(ON, {"guidance": {"most_pairs": most}}), pairs) is None


@pytest.mark.parametrize(
    ("changes", "weight"),
    [
        ({}, 0.5),
        ({"tokenizer": {"sampling": True, "kind": "bpe"}}, 0.0),
        ({"guidance": {"most_pairs": 255}}, 0.0),
        ({"guidance": {"most_pairs": 256}}, 0.5),
    ],
)
def test_a_run_keeps_whether_it_is_taught(project, small_config, changes, weight):
    config = merge_config(small_config(**ON), changes)  # of 256 training pairs

    kept = create_run(project, config, preset="tiny").definition().config

    assert kept.guidance == config.guidance.model_copy(update={"weight": weight})
    assert (taught_reading(kept) is None) == (not weight)
