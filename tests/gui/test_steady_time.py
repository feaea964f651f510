"""The time that an alignment will still take: steady, and right at the end."""

import numpy as np
import pytest

from attnstudio.gui.links.steady_time import SteadyTimeLeft
from attnstudio.gui.studio.tasks import TaskProgress


def told(dones, seconds, before=0.0):
    """What is told after so much of 1 was done at these times."""
    steady = SteadyTimeLeft()
    left = []
    for done, elapsed in zip(dones, seconds, strict=True):
        guess = elapsed * (1 - done) / (done - before) if done > before else None
        left.append(steady.after(TaskProgress(done, 1.0, "", elapsed, guess, before)))
    return left


def test_even_work_is_told_exactly():
    dones = np.linspace(0.1, 1, 91)

    assert told(dones, 100 * dones) == pytest.approx(list(100 - 100 * dones))


def test_first_steps_tell_nothing():
    assert told([0.0, 0.02, 0.05, 0.5], [0, 1, 2, 20])[:3] == [None] * 3


def test_first_steps_of_what_goes_on_tell_nothing_either():
    assert told([0.5, 0.52, 0.75], [0, 1, 20], before=0.5) == [None, None, pytest.approx(20)]


def test_work_in_leaps_is_told_without_leaps():
    dones = np.linspace(0.1, 1, 91)
    seconds = 200 * (dones + 0.03 * np.sin(25 * dones))  # rests and hurries

    left = np.array(told(dones, seconds))

    foreseen = left + seconds
    raw = seconds / dones
    assert np.ptp(foreseen[5:45]) < 0.7 * np.ptp(raw[5:45])
    assert max(np.diff(left)) < 0  # where the guess rises by up to 3 s at a step
    assert max(np.diff(raw - seconds)) > 2
    assert left[-1] < 1.0
