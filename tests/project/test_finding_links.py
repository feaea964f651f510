"""What is said while the links of a training's text are found."""

import pytest

from attnstudio.project.finding_links import LinkProgress


def test_it_says_how_far_it_is_and_how_long_it_still_takes():
    said, times = [], iter([100.0, 101.0, 110.0, 140.0])
    progress = LinkProgress(said.append, 7, clock=lambda: next(times))

    for done in (20, 1_000, 4_000):
        progress.tell(done, 10_000)

    assert [event.step for event in said] == [7, 7, 7]
    assert [event.share for event in said] == [0.002, 0.1, 0.4]
    assert [event.elapsed_s for event in said] == [1.0, 10.0, 40.0]
    assert said[0].left_s is None  # nobody can know
    assert [event.left_s for event in said[1:]] == pytest.approx([90.0, 60.0])


def test_what_a_stopped_alignment_has_done_tells_nothing_of_the_time_left():
    said, times = [], iter([100.0, 101.0, 110.0])
    progress = LinkProgress(said.append, 0, clock=lambda: next(times), before=0.5)

    progress.tell(5_100, 10_000)
    progress.tell(6_000, 10_000)

    assert [event.left_s for event in said] == [None, pytest.approx(40.0)]


def test_it_says_each_hundredth_once():
    said = []
    progress = LinkProgress(said.append, 0)

    for done in range(10_001):
        progress.tell(done, 10_000)

    assert [int(100 * event.share) for event in said] == list(range(101))
