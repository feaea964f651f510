"""Which head a run teaches, at which step, and what a model says of it."""

import pytest

from attnstudio.axes import Reading, ReadingMethod
from attnstudio.config import RunConfig
from attnstudio.config_text import merge_config
from attnstudio.model.intervention import HeadAddress
from attnstudio.project.guidance import guided_objective
from attnstudio.project.taught import taught_reading

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
