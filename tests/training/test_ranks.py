"""Several processes that train together: the same gradients, the same decisions, one who writes."""

import pytest
import shared_trainings
import torch
from rank_processes import in_processes

from attnstudio.errors import PeerLostError, UsageError
from attnstudio.training.events import Finished, Step
from attnstudio.training.ranks import ALONE, Ranks, hearing, ranks_told
from attnstudio.training.state import of_all_ranks, of_rank, ranks_in, seed_apart
from attnstudio.training.stop import StopReason

TORCHRUN = {"MASTER_ADDR": "localhost", "MASTER_PORT": "29500", "RANK": "1", "WORLD_SIZE": "4"}


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """What two processes found: gradients, trainings, and how the first one failed in the end."""
    works = [
        shared_trainings.all_gradients,
        shared_trainings.trainings,
        shared_trainings.first_fails,
    ]
    return in_processes(2, *works, folder=tmp_path_factory.mktemp("two"))


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    works = [shared_trainings.all_gradients]
    return in_processes(3, *works, folder=tmp_path_factory.mktemp("three"))


@pytest.fixture(params=["two", "three"])
def together(request):
    return [found[0] for found in request.getfixturevalue(request.param)]


@pytest.fixture
def trained(two):
    return [found[1] for found in two]


@pytest.fixture(scope="module")
def alone():
    return shared_trainings.all_gradients()


def assert_same_gradients(found, expected):
    assert found.keys() == expected.keys()
    for name, gradient in expected.items():
        torch.testing.assert_close(found[name], gradient, rtol=1e-5, atol=1e-6, msg=name)


def test_gradients_of_several_processes_are_those_of_one(together, alone):
    for update in shared_trainings.UPDATES:
        expected, reported, _ = alone[update]
        for found in together:
            assert_same_gradients(found[update][0], expected)
            assert found[update][1] == pytest.approx(reported, rel=1e-5)


def test_all_processes_have_the_very_same_gradients(together):
    first, *others = together
    for update in shared_trainings.UPDATES:
        for name, gradient in first[update][0].items():
            assert all(torch.equal(other[update][0][name], gradient) for other in others)


def test_all_go_on_in_parts_where_the_memory_of_one_is_short(together, alone):
    for found in together:
        gradients, reported, parts = found["short", 0]
        assert parts > 1
        assert_same_gradients(gradients, alone["short", 0][0])
        assert reported == pytest.approx(alone["short", 0][1], rel=1e-5)


def test_a_training_of_two_processes_learns_what_that_of_one_does(trained):
    expected = shared_trainings.whole_training()
    for found in trained:
        assert found["whole"]["reason"] is StopReason.STEP_LIMIT
        assert found["whole"]["state"].target_tokens == expected["state"].target_tokens
    curves = [
        [(event.loss, event.gradient_norm) for event in events if isinstance(event, Step)]
        for events in (trained[0]["whole"]["events"], expected["events"])
    ]
    assert len(curves[0]) == 8
    for found, wanted in zip(*curves, strict=True):
        assert found == pytest.approx(wanted, rel=1e-5)


def test_both_processes_have_the_same_weights_though_they_draw_other_numbers(trained):
    one, other = (found["whole with dropout"]["weights"] for found in trained)
    assert all(torch.equal(other[name], weight) for name, weight in one.items())


def test_a_training_in_two_lives_is_that_in_one_to_the_last_digit(trained):
    for found in trained:
        expected = found["whole with dropout"]["weights"]
        for name, weight in found["two lives"]["weights"].items():
            assert torch.equal(weight, expected[name]), name


def test_a_snapshot_has_the_random_states_of_both(trained):
    random = trained[0]["whole with dropout"]["snapshots"][-1].random
    assert ranks_in(random) == 2
    assert not torch.equal(random["cpu"], random["cpu.1"])


@pytest.mark.parametrize("asked", ["stopped by the first", "stopped by the last"])
def test_a_stop_of_any_process_stops_all_at_the_same_step(trained, asked):
    ends = [(found[asked]["reason"], found[asked]["state"].step) for found in trained]
    assert ends[0] == ends[1]
    assert ends[0][0] is StopReason.REQUESTED
    assert 2 <= ends[0][1] <= 4
    assert trained[0][asked]["snapshots"][-1].state.step == ends[0][1]


def test_validations_of_the_first_process_end_the_training_of_all(trained):
    for found in trained:
        assert found["no gain"]["reason"] is StopReason.NO_IMPROVEMENT
        assert found["no gain"]["state"].step == 6
    assert [found["no gain"]["validated"] for found in trained] == [[2, 4, 6], []]


def test_the_clock_of_the_first_process_ends_the_training_of_all(trained):
    first, other = (found["clock"] for found in trained)
    assert (first["reason"], other["reason"]) == (StopReason.TIME_LIMIT,) * 2
    assert first["state"].step == other["state"].step > 1
    assert any(isinstance(event, Finished) for event in first["events"])


def test_the_others_hear_at_once_when_the_first_one_fails(two):
    first, other = (found[2:] for found in two)
    assert first == []
    assert other == ["Another of the processes that train together has ended."]


def test_what_torchrun_says_is_heard():
    assert ranks_told(TORCHRUN | {"LOCAL_RANK": "0", "LOCAL_WORLD_SIZE": "2"}) == Ranks(1, 4, 0, 2)
    assert ranks_told({}) == ALONE
    assert ranks_told({"RANK": "1", "WORLD_SIZE": "4"}) == ALONE  # of another scheduler, say
    assert ranks_told(TORCHRUN | {"RANK": "0", "WORLD_SIZE": "1"}).is_alone


@pytest.mark.parametrize("wrong", [{"RANK": "4"}, {"RANK": "-1"}, {"WORLD_SIZE": "many"}])
def test_what_cannot_be_is_refused(wrong):
    with pytest.raises(UsageError, match="cannot be"):
        ranks_told(TORCHRUN | wrong)


def test_random_states_of_each_are_found_again():
    own = [{"cpu": torch.tensor([n]), "cuda": torch.tensor([9 + n])} for n in range(12)]
    kept = of_all_ranks(own)
    assert kept.keys() >= {"cpu", "cuda", "cpu.1", "cuda.11"}
    assert [of_rank(kept, rank) for rank in range(12)] == own
    assert of_rank(kept, 12) is None
    assert (ranks_in(kept), ranks_in(own[0])) == (12, 1)


def test_each_process_draws_other_numbers_and_the_first_what_it_did():
    torch.manual_seed(5)
    before = torch.get_rng_state()
    seed_apart(5, rank=0, step=0)
    assert torch.equal(torch.get_rng_state(), before)
    drawn = []
    for rank, step in ((1, 0), (2, 0), (1, 7)):
        seed_apart(5, rank=rank, step=step)
        drawn.append(float(torch.rand(1)))
    assert len({*drawn}) == 3


def test_a_lost_process_is_told_from_memory_that_is_short_here():
    with pytest.raises(PeerLostError), hearing():
        raise RuntimeError("Connection closed by peer")
    with pytest.raises(RuntimeError, match="allocate"), hearing():
        raise RuntimeError(shared_trainings.SHORTAGE)
