"""When training changes its number of threads: simulated machines, updates and neighbours."""

import math
import random

import pytest

from attnstudio.training.contention import ALL_AGAIN, FEWER, IN_VAIN, ThreadChoice

# Tokens a second of a model on two cores, and the share of time that its training thread gets, as
# they were measured: alone, and beside a program that keeps one core busy.
ALONE = {2: (3360, 0.95), 1: (2350, 0.99)}
BESIDE_ONE = {2: (1020, 0.55), 1: (1940, 0.97)}
BESIDE_TWO = {2: (700, 0.4), 1: (1300, 0.65)}
SPINNING = {2: (1020, 0.98), 1: (1940, 0.98)}  # waiting threads that look busy


class Machine:
    """Trains with the threads that are chosen, and keeps what was found and used."""

    def __init__(self, most=2, *, tokens=500, noise=0.0, seed=1):
        self.choice = ThreadChoice(most)
        self.found, self.used = [], []
        self.seconds = self.trained = 0.0
        self._tokens, self._noise = tokens, noise
        self._random = random.Random(seed)

    def train(self, seconds, speeds):
        """Train for so many seconds at the speeds of these circumstances."""
        until = self.seconds + seconds
        while self.seconds < until:
            pace, share = speeds[self.choice.threads]
            pace *= math.exp(self._random.gauss(0.0, self._noise))
            self.update(self._tokens / pace, share)
        return self

    def update(self, wall_s, share):
        self.used.append(self.choice.threads)
        self.seconds += wall_s
        self.trained += self._tokens
        found = self.choice.after_update(
            wall_s=wall_s, thread_s=share * wall_s, tokens=self._tokens
        )
        if found is not None:
            self.found.append((self.seconds, found))

    @property
    def changes(self):
        return [found.values["threads"] for _, found in self.found]


@pytest.mark.parametrize("tokens", [20, 500, 4000])
@pytest.mark.parametrize("noise", [0.0, 0.3])
def test_on_a_quiet_machine_nothing_is_ever_tried(tokens, noise):
    machine = Machine(tokens=tokens, noise=noise).train(3600, ALONE)

    assert machine.found == []
    assert set(machine.used) == {2}


@pytest.mark.parametrize("speeds", [BESIDE_ONE, SPINNING])
def test_a_neighbour_that_comes_is_answered_within_seconds(speeds):
    machine = Machine(noise=0.1).train(60, ALONE).train(20, speeds)
    [(seconds, found)] = machine.found

    assert found.template == FEWER
    assert found.values["threads"] == machine.choice.threads == 1
    assert found.values["times"] == pytest.approx(1.9, abs=0.3)
    assert 64 < seconds < 75


def test_a_neighbour_that_was_there_before_is_seen_too():
    machine = Machine(noise=0.1).train(20, BESIDE_ONE)

    assert machine.changes == [1]


def test_the_sentence_says_how_many_threads_and_how_much_faster():
    [(_, found)] = Machine().train(20, BESIDE_ONE).found

    assert found.template.format(**found.values) == (
        "Other work uses the processor: training goes on with 1 of 2 threads, 1.9 times as fast."
    )


@pytest.mark.parametrize("minutes", [0.3, 1, 5, 30])
def test_when_the_neighbour_goes_all_threads_are_used_again(minutes):
    machine = Machine(noise=0.1).train(60, ALONE).train(60 * minutes, BESIDE_ONE)
    machine.train(300, ALONE)

    assert machine.changes == [1, 2]
    assert machine.found[1][1].template == ALL_AGAIN
    assert machine.found[1][1].values["times"] == pytest.approx(3360 / 2350, rel=0.2)
    assert machine.choice.threads == 2


def test_beside_a_neighbour_that_stays_trials_cost_little():
    machine = Machine(noise=0.1).train(3600, BESIDE_ONE)

    assert machine.changes == [1]
    assert machine.trained > 0.98 * 1940 * 3600


def test_slow_updates_do_not_make_trials_dear():
    twelve_times_slower = {2: (250, 0.45), 1: (3200, 0.97)}
    machine = Machine(tokens=1200, noise=0.1).train(3600, twelve_times_slower)

    assert machine.changes == [1]
    assert machine.trained > 0.95 * 3200 * 3600


@pytest.mark.parametrize("period_s", [3, 10, 20, 60])
def test_a_neighbour_that_comes_and_goes_does_not_make_it_flap(period_s):
    machine = Machine(noise=0.1)
    for _ in range(int(3600 / (2 * period_s))):
        machine.train(period_s, ALONE).train(period_s, BESIDE_ONE)

    assert len(machine.found) < 40
    fixed = Machine(most=1, noise=0.1)
    for _ in range(int(3600 / (2 * period_s))):
        fixed.train(period_s, ALONE).train(period_s, BESIDE_ONE)
    assert machine.trained > 0.9 * fixed.trained


def test_a_second_of_other_work_now_and_then_is_borne():
    machine = Machine(noise=0.1)
    for _ in range(60):
        machine.train(20, ALONE).train(2, BESIDE_ONE)

    assert machine.found == []


def test_a_machine_that_sleeps_is_no_neighbour():
    machine = Machine(noise=0.1)
    for _ in range(10):
        machine.train(60, ALONE)
        machine.update(8 * 3600.0, 0.0)

    assert machine.found == []


def test_a_processor_that_becomes_slower_by_itself_keeps_its_threads():
    hot = {threads: (0.4 * pace, share) for threads, (pace, share) in ALONE.items()}
    machine = Machine(noise=0.1).train(60, ALONE).train(3600, hot)

    assert set(machine.changes) == {2}
    assert {found.template for _, found in machine.found} == {IN_VAIN}
    assert len(machine.found) <= 8
    assert machine.trained > 0.99 * (60 * 3360 + 3600 * 0.4 * 3360)


def test_a_trial_in_vain_is_told_because_it_changed_sums():
    hot = {threads: (0.4 * pace, share) for threads, (pace, share) in ALONE.items()}
    machine = Machine().train(60, ALONE).train(20, hot)
    [(_, found)] = machine.found

    assert 1 in machine.used
    assert found.template.format(**found.values) == (
        "Other work seems to use the processor, but 1 of 2 threads are no faster: "
        "training goes on with 2."
    )


def test_a_training_that_ends_in_the_middle_of_a_trial_tells_of_it():
    machine = Machine()
    while machine.choice.threads == 2:
        assert machine.choice.end() is None
        machine.train(0.1, BESIDE_ONE)
    found = machine.choice.end()

    assert found.template.format(**found.values) == (
        "Training ended while 1 instead of 2 threads were tried."
    )
    machine.train(20, BESIDE_ONE)
    assert machine.changes == [1]
    assert machine.choice.end() is None


def test_many_threads_go_down_in_steps_to_the_fastest_number():
    # Eight cores, two of which are taken: the threads wait for those that share a core.
    speeds = {
        threads: (1000 * threads * (1.0 if threads <= 6 else 0.5), 0.95 if threads <= 6 else 0.55)
        for threads in range(1, 9)
    }
    machine = Machine(most=8, tokens=2000, noise=0.05).train(120, speeds)

    assert machine.choice.threads == 6
    assert machine.changes == [6]


def test_a_step_that_was_too_small_is_followed_by_a_larger_one():
    # Eight cores, six of which are taken.
    speeds = {
        threads: (1000 * threads * (1.0 if threads <= 2 else 0.1), 0.95 if threads <= 2 else 0.4)
        for threads in range(1, 9)
    }
    machine = Machine(most=8, tokens=2000, noise=0.05).train(1200, speeds)

    assert machine.choice.threads <= 2


def test_beside_two_neighbours_one_thread_is_the_least():
    machine = Machine(noise=0.1).train(600, BESIDE_TWO)

    assert machine.changes == [1]
    assert min(machine.used) == 1


def test_equal_updates_are_answered_equally():
    first, second = (Machine(noise=0.2, seed=7).train(600, BESIDE_ONE) for _ in range(2))

    assert first.used == second.used
    assert first.found == second.found
