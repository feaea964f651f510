"""Processes that hold but a share of the model each learn what one does, and keep what it keeps."""

from functools import partial

import pytest
import sharded_trainings
import shared_trainings
import torch
from rank_processes import in_processes

from attnstudio.config_training import Sharding, TrainingConfig
from attnstudio.errors import PeerLostError, UsageError
from attnstudio.training import sharding
from attnstudio.training.events import Step
from attnstudio.training.ranks import ALONE, Ranks, hearing_while_computing
from attnstudio.training.state import ranks_in
from attnstudio.training.stop import StopReason


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    folder = tmp_path_factory.mktemp("two")
    sharded_trainings.snapshot_of_one(folder / "one.pt")
    works = [
        sharded_trainings.all_gradients,
        partial(sharded_trainings.trainings, of_one=folder / "one.pt"),
        sharded_trainings.lone_shortage,
    ]
    return in_processes(2, *works, folder=folder / "found")


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    return in_processes(3, sharded_trainings.all_gradients, folder=tmp_path_factory.mktemp("three"))


@pytest.fixture(params=["two", "three"])
def together(request):
    return [found[0] for found in request.getfixturevalue(request.param)]


@pytest.fixture
def trained(two):
    return [found[1] for found in two]


@pytest.fixture(scope="module")
def alone():
    return sharded_trainings.all_gradients()


@pytest.fixture(scope="module")
def of_one():
    return shared_trainings.whole_training()


def assert_close(found, expected, *, rtol=1e-5, atol=1e-6):
    assert found.keys() == expected.keys()
    for name, tensor in expected.items():
        torch.testing.assert_close(found[name], tensor, rtol=rtol, atol=atol, msg=name)


def assert_same(found, expected):
    assert found.keys() == expected.keys()
    assert [name for name, tensor in expected.items() if not torch.equal(found[name], tensor)] == []


@pytest.mark.parametrize("update", shared_trainings.UPDATES, ids=str)
def test_gradients_are_those_of_one_process(together, alone, update):
    expected = alone[update]
    for found in (each[update] for each in together):
        assert_close(found["gradients"], expected["gradients"])
        assert found["reported"] == pytest.approx(expected["reported"], rel=1e-5)
        assert found["norm"] == pytest.approx(expected["norm"], rel=1e-5)
        assert found["layers"] == pytest.approx(expected["layers"], rel=1e-5)


@pytest.mark.slow
def test_every_kind_of_attention_can_be_sharded(tmp_path):
    together = in_processes(2, sharded_trainings.gradients_of_kinds, folder=tmp_path)
    expected = sharded_trainings.gradients_of_kinds()
    assert len(expected) > 35
    for [found] in together:
        assert found.keys() == expected.keys()
        for name, gradients in expected.items():
            assert_close(found[name], gradients)


def test_rounded_gradients_are_those_of_one_process_but_for_the_rounding(together, alone):
    expected, plain = (alone[name, 0]["gradients"] for name in ("rounded", "tied"))
    for found in (each["rounded", 0]["gradients"] for each in together):
        assert_close(found, expected, rtol=0.05, atol=0.02)
        assert any(not torch.equal(found[name], gradient) for name, gradient in plain.items())


def test_each_process_holds_its_rows_of_every_parameter(together, alone):
    world = len(together)
    for update in shared_trainings.UPDATES:
        for name, (rows, *rest) in alone[update]["held"].items():
            most = -(-rows // world)
            expected = [min(most, max(0, rows - rank * most)) for rank in range(world)]
            shapes = [each[update]["held"][name] for each in together]
            assert shapes == [(count, *rest) for count in expected], name


def test_of_layers_that_have_computed_only_shares_are_held_until_the_way_back(trained):
    for found in trained:
        spread, whole = found["on the way"]
        assert {name.partition(".")[0] for name in spread} == {"encoder_layers", "decoder_layers"}
        assert "target_embedding.weight" in whole
        assert all("layers" not in name or name.endswith("spans_in_units") for name in whole)
        assert "decoder_layers.0.cross.key.weight" in spread


def test_weights_their_average_and_what_the_optimiser_remembers_are_all_shared_out(trained):
    shares, [whole, *_] = zip(*(found["held"] for found in trained), strict=True)
    assert sum(shares) == whole
    assert max(shares) < 0.52 * whole


def test_a_sharded_training_learns_what_one_process_does(trained, of_one):
    curves = [
        [(event.loss, event.gradient_norm) for event in events if isinstance(event, Step)]
        for events in (trained[0]["whole"]["events"], of_one["events"])
    ]
    assert len(curves[0]) == 8
    for found, wanted in zip(*curves, strict=True):
        assert found == pytest.approx(wanted, rel=1e-5)
    for found in trained:
        assert found["whole"]["reason"] is StopReason.STEP_LIMIT
        assert found["whole"]["state"].target_tokens == of_one["state"].target_tokens


def test_a_checkpoint_is_whole_and_as_one_process_would_write_it(trained, of_one):
    [found, expected] = (each["snapshots"][-1] for each in (trained[0]["whole"], of_one))
    for field in ("weights", "trained", "optimiser"):
        kinds = [
            {name: (type(t), t.shape, t.dtype) for name, t in getattr(each, field).items()}
            for each in (found, expected)
        ]
        assert kinds[0] == kinds[1]
    assert_same(found.trained, trained[0]["whole"]["weights"])
    assert ranks_in(found.random) == 2
    assert not any(snapshot.weights for snapshot in trained[1]["whole"]["snapshots"])


def test_the_average_of_the_weights_is_that_of_one_process(trained, of_one):
    found, expected = (each["snapshots"][-1] for each in (trained[0]["whole"], of_one))
    for name, average in found.weights.items():
        if name.endswith("key.bias"):  # its gradient is 0 but for rounding
            continue
        torch.testing.assert_close(average, expected.weights[name], rtol=1e-3, atol=1e-4)
        assert not torch.equal(average, found.trained[name])


def test_a_training_in_two_lives_is_that_in_one_to_the_last_digit(trained):
    for found in trained:
        assert_same(found["two lives"]["weights"], found["whole with dropout"]["weights"])


def test_a_run_goes_from_one_process_to_shards(trained, of_one):
    for found in (
        trained[0]["on from one"],
        shared_trainings.training_from(of_one["snapshots"][0]),
    ):
        losses = [event.loss for event in found["events"] if isinstance(event, Step)]
        expected = [event.loss for event in of_one["events"] if isinstance(event, Step)]
        assert losses == pytest.approx(expected[4:], rel=1e-5)


def test_a_run_goes_from_shards_back_to_one_process(trained, of_one):
    back = shared_trainings.training_from(trained[0]["four"]["snapshots"][-1])
    losses = [event.loss for event in back["events"] if isinstance(event, Step)]
    expected = [event.loss for event in of_one["events"] if isinstance(event, Step)]
    assert losses == pytest.approx(expected[4:], rel=1e-5)


def test_accumulated_batches_are_those_of_one_process(trained):
    expected = shared_trainings.whole_training(accumulation=2)
    curves = [
        [event.loss for event in events if isinstance(event, Step)]
        for events in (trained[0]["accumulated"]["events"], expected["events"])
    ]
    assert curves[0] == pytest.approx(curves[1], rel=1e-5)


@pytest.mark.parametrize("asked", ["by the first", "by the last", "on the way"])
def test_a_stop_of_any_process_stops_all_at_the_same_step(trained, asked):
    ends = [each[f"stopped {asked}"] for each in trained]
    steps = {found["state"].step for found in ends}
    assert {found["reason"] for found in ends} == {StopReason.REQUESTED}
    assert len(steps) == 1
    assert ends[0]["snapshots"][-1].state.step in steps
    assert_same(ends[0]["weights"], ends[1]["weights"])


def test_nothing_is_left_of_an_update_that_is_stopped_on_the_way(trained):
    assert [found["thrown away"] for found in trained] == [(None, [], True)] * 2


def test_validations_of_the_first_process_end_the_training_of_all(trained):
    for found in trained:
        assert found["no gain"]["reason"] is StopReason.NO_IMPROVEMENT
        assert found["no gain"]["state"].step == 6
    assert [found["no gain"]["validated"] for found in trained] == [[2, 4, 6], []]


def test_what_is_measured_is_a_whole_model_with_the_weights_that_are_kept(trained):
    first, other = (found["measured"] for found in trained)
    assert_same(first["weights"], first["kept"])
    assert not first["is training"]
    assert other["kept"] == {}


def test_a_lone_shortage_of_memory_is_told_by_who_has_it_and_the_others_hear_of_it(two):
    first, last = (found[2] for found in two)
    assert last[0] == "LoneShortageError"
    assert last[1].startswith("Process 2 of 2 is short of memory")
    assert first[0] == "PeerLostError"


def test_one_process_holds_the_whole_model_whatever_the_run_says():
    full = TrainingConfig(sharding=Sharding.FULL)
    assert not sharding.is_sharded(full, ALONE)
    assert sharding.is_sharded(full, Ranks(1, 2))
    assert not sharding.is_sharded(TrainingConfig(), Ranks(1, 2))


def test_an_older_torch_is_refused(monkeypatch):
    monkeypatch.setattr(torch, "__version__", "2.9.1+cpu")
    with pytest.raises(UsageError, match=r"2\.9\.1\+cpu cannot spread a model"):
        sharding.Shards(torch.nn.Linear(1, 1), None, TrainingConfig(), Ranks(0, 2))


def test_only_a_lost_connection_is_told_as_a_lost_process():
    with pytest.raises(PeerLostError), hearing_while_computing():
        raise RuntimeError("[gloo/transport/tcp/pair.cc:537] Connection closed by peer")
    with pytest.raises(RuntimeError, match="shape"), hearing_while_computing():
        raise RuntimeError("shape '[2]' is invalid for input of size 3")
    with pytest.raises(RuntimeError, match="allocate"), hearing_while_computing():
        raise RuntimeError(shared_trainings.SHORTAGE)
