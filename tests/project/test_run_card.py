"""A run's number stays for life; what cannot be read of a card costs nothing else."""

import pytest

from attnstudio.project.run import Run
from attnstudio.project.run_card import RunCard, numbers_for, read_card, write_card


@pytest.fixture
def run(tmp_path):
    return Run(tmp_path)


def test_a_card_is_read_as_it_was_written(run):
    assert read_card(run) == RunCard()
    write_card(run, RunCard(number=3))

    assert read_card(run) == RunCard(number=3)


@pytest.mark.parametrize("content", [b"number = -1", b"\xff\xfe", b"number = [", b"number = 'a'"])
def test_a_damaged_card_is_an_empty_one(run, content):
    (run.folder / "card.toml").write_bytes(content)

    assert read_card(run) == RunCard()


def test_runs_without_a_number_get_the_smallest_that_nobody_has():
    cards = {"a": RunCard(), "b": RunCard(number=1), "c": RunCard(), "d": RunCard()}

    assert numbers_for(cards, taken={2}) == {"a": 0, "c": 3, "d": 4}
