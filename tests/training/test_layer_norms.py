"""Gradient norms of layers, from what validations have told."""

import math

import numpy as np
import pytest
from events import make_validation

from attnstudio.training.layer_norms import layer_norms, norms_table, widest_spread


def told(step, **norms):
    names = {name.replace("_", "."): norm for name, norm in norms.items()}
    return make_validation(step=step, elapsed_s=0.0, epoch=0.0, gradient_norms=names)


def test_norms_stand_by_layer_and_update_and_gaps_stay_gaps():
    encoder, decoder = layer_norms(
        [told(10, encoder_0=1.0, encoder_1=2.0), told(20), told(30, encoder_1=4.0, decoder_0=0.5)]
    )

    assert (encoder.stack, decoder.stack) == ("encoder", "decoder")
    assert encoder.steps == decoder.steps == (10, 30)
    np.testing.assert_array_equal(encoder.norms, [[1.0, math.nan], [2.0, 4.0]])
    np.testing.assert_array_equal(decoder.norms, [[math.nan, 0.5]])


@pytest.mark.parametrize(
    "names",
    [
        {"encoder.48": 1.0}, {"encoder.-1": 1.0}, {"<b>": 1.0}, {"encoder.٣": 1.0},
        {"encoder.0\n": 1.0}, {"decoder": 1.0}, {"encoder.000000000001": 1.0}, {"xencoder.1": 1.0},
        {"encoder.0": math.inf}, {"encoder.0": math.nan}, {"encoder.0": 0.0}, {"encoder.0": -1.0},
    ],
)  # fmt: skip
def test_of_a_strangers_log_only_layers_with_numbers_are_taken(names):
    event = make_validation(step=1, elapsed_s=0.0, epoch=0.0, gradient_norms=names)

    assert layer_norms([event]) == ()


def test_the_spread_is_that_of_the_last_update_and_the_widest_stack():
    stacks = layer_norms(
        [
            told(10, encoder_0=1.0, encoder_1=9e9),
            told(20, encoder_0=2.0, encoder_1=1.0, encoder_2=4.0, decoder_0=0.01, decoder_1=42.0),
        ]
    )

    found = widest_spread(stacks)

    assert (found.stack, found.step, found.layers) == ("decoder", 20, 2)
    assert (found.least, found.most) == (0, 1)
    assert found.ratio == pytest.approx(4200)


def test_a_single_layer_has_no_spread():
    assert widest_spread(layer_norms([told(1, encoder_0=1.0)])) is None
    assert widest_spread(()) is None


def test_the_table_has_every_number_with_all_digits():
    stacks = layer_norms([told(10, encoder_0=0.1234567890123), told(20, encoder_1=2.0)])

    assert norms_table(stacks).splitlines() == [
        "stack,layer,update,gradient_norm",
        "encoder,0,10,0.1234567890123",
        "encoder,0,20,",
        "encoder,1,10,",
        "encoder,1,20,2.0",
    ]
