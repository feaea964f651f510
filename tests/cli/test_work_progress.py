"""How far a command that reads a corpus is, now and then."""

import pytest

from attnstudio.cli import work_progress
from attnstudio.cli.output import Output
from attnstudio.cli.work_progress import WorkProgress


@pytest.fixture
def at(monkeypatch):
    """Sets what time it is, in seconds since the work began."""
    now = [100.0]
    monkeypatch.setattr(work_progress.time, "monotonic", lambda: now[0])

    def at(seconds):
        now[0] = 100.0 + seconds

    return at


def test_it_says_every_two_seconds_how_far_it_is(at, capsys):
    progress = WorkProgress(Output(as_json=False))
    for seconds, done in ((1.0, 100), (2.0, 2_000), (3.0, 2_500), (4.0, 4_000)):
        at(seconds)
        progress.tell(done, 8_000)

    assert capsys.readouterr().err.splitlines() == [
        "2,000 pairs, 25%, 6 s left",
        "4,000 pairs, 50%, 4 s left",
    ]


@pytest.mark.parametrize(("done", "total"), [(0, None), (0, 10), (0, 0)])
def test_it_says_nothing_as_long_as_nobody_knows(at, capsys, done, total):
    progress = WorkProgress(Output(as_json=False))
    at(9.0)

    progress.tell(done, total)

    assert capsys.readouterr().err == ""


def test_what_was_done_before_tells_nothing_of_the_speed(at, capsys):
    progress = WorkProgress(Output(as_json=False), before=6_000)
    for seconds, done in ((2.0, 6_000), (4.0, 7_000)):
        at(seconds)
        progress.tell(done, 8_000)

    assert capsys.readouterr().err.splitlines() == ["7,000 pairs, 88%, 4 s left"]
