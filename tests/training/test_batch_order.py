"""The order of batches: nothing is left out or seen twice in a pass, wherever training goes on."""

import numpy as np
import pytest

from attnstudio.training.batch_order import BatchOrder
from attnstudio.training.state import TrainState


class Numbered:
    """A stream whose batches say which pass and place they are of, and which draw."""

    def __init__(self, sizes):
        self.sizes = sizes

    def epoch_batches(self, epoch, *, batch_tokens, seed):
        assert (batch_tokens, seed) == (100, 3)
        return [np.array([epoch, place]) for place in range(self.sizes[epoch])]

    def batch(self, rows, *, draw):
        return (*rows.tolist(), draw)


def order_of(*sizes, accumulation=1):
    return BatchOrder(Numbered(sizes), batch_tokens=100, accumulation=accumulation, seed=3)


def seen(order, updates, state=None):
    """What so many updates are made of, and where training then stands."""
    state = state or TrainState()
    batches = []
    for _ in range(updates):
        made = order.next_batches(state)
        batches += made
        state = state.after_update(
            batches=len(made), batches_in_epoch=order.batches_in(state.epoch), target_tokens=1
        )
    return batches, state


def test_passes_follow_each_other_and_each_draw_is_another():
    batches, state = seen(order_of(3, 3, 3), 7)

    assert batches == [
        (0, 0, 0), (0, 1, 1), (0, 2, 2), (1, 0, 3), (1, 1, 4), (1, 2, 5), (2, 0, 6),
    ]  # fmt: skip
    assert (state.epoch, state.batch) == (2, 1)


def test_an_update_may_reach_into_the_next_pass_and_leaves_nothing_of_it_out():
    batches, state = seen(order_of(5, 5, 5, accumulation=2), 5)

    assert [(epoch, place) for epoch, place, _ in batches] == [
        *[(0, place) for place in range(5)],
        *[(1, place) for place in range(5)],
    ]
    assert [draw for *_, draw in batches] == list(range(10))
    assert (state.epoch, state.batch) == (2, 0)


@pytest.mark.parametrize("accumulation", [1, 2, 3])
@pytest.mark.parametrize("stop_after", [1, 2, 4])
def test_training_that_goes_on_sees_what_it_would_have_seen(accumulation, stop_after):
    whole, _ = seen(order_of(*[4] * 9, accumulation=accumulation), 8)
    before, state = seen(order_of(*[4] * 9, accumulation=accumulation), stop_after)
    after, _ = seen(order_of(*[4] * 9, accumulation=accumulation), 8 - stop_after, state)

    assert [*before, *after] == whole


def test_an_update_larger_than_a_pass_goes_through_it_more_than_once():
    batches, _ = seen(order_of(2, 2, 2, 2, accumulation=5), 1)

    assert [(epoch, place) for epoch, place, _ in batches] == [
        (0, 0), (0, 1), (1, 0), (1, 1), (2, 0),
    ]  # fmt: skip


def test_passes_are_counted_with_their_fraction():
    order = order_of(4, 4)

    assert order.epochs_done(TrainState(epoch=1, batch=3)) == 1.75
