"""A run's number stays for life; what cannot be read of a card costs nothing else."""

import pytest

from attnstudio.project.run import Run
from attnstudio.project.run_card import (
    LONGEST_NOTE,
    LONGEST_TAG,
    MOST_TAGS,
    RunCard,
    numbers_for,
    plain_note,
    read_card,
    tags_in,
    write_card,
)


@pytest.fixture
def run(tmp_path):
    return Run(tmp_path)


def test_a_card_is_read_as_it_was_written(run):
    assert read_card(run) == RunCard()
    card = RunCard(number=3, note='Half the rate.\n\n"Quoted" \\ נסיון', tags=("基线", "low rate"))
    write_card(run, card)

    assert read_card(run) == card


@pytest.mark.parametrize("content", [b"number = -1", b"\xff\xfe", b"number = [", b"number = 'a'"])
def test_a_damaged_card_is_an_empty_one(run, content):
    (run.folder / "card.toml").write_bytes(content)

    assert read_card(run) == RunCard()


def test_runs_without_a_number_get_the_smallest_that_nobody_has():
    cards = {"a": RunCard(), "b": RunCard(number=1), "c": RunCard(), "d": RunCard()}

    assert numbers_for(cards, taken={2}) == {"a": 0, "c": 3, "d": 4}


@pytest.mark.parametrize(
    ("content", "note", "tags"),
    [
        ("note = 'A word.'\nnumber = -4", "A word.", ()),
        ("note = 7\ntags = ['a']", "", ("a",)),
        ("note = ['x']\ntags = 'a'", "", ()),
        ("tags = [1, 'a', ['b'], {c = 1}, 'A', '']", "", ("a",)),
        (r'note = "a\u0007b\u202Ec\r\nd\te"', "abc\nd e", ()),
        (r'tags = ["a\nb\u0000 \u2066c", "##d"]', "", ("a b c", "d")),
    ],
)
def test_what_a_card_says_is_plain_text_whatever_its_file_holds(run, content, note, tags):
    is_damaged = "number" in content
    (run.folder / "card.toml").write_text(content if is_damaged else f"number = 5\n{content}")

    card = read_card(run)

    assert card == RunCard(number=None if is_damaged else 5, note=note, tags=tags)


def test_a_card_holds_no_more_than_fits(run):
    tags = [f"{'t' * 2 * LONGEST_TAG}"] + [f"tag {n}" for n in range(2 * MOST_TAGS)]
    (run.folder / "card.toml").write_text(f"note = '{'n' * 3 * LONGEST_NOTE}'\ntags = {tags}")

    card = read_card(run)

    assert len(card.note) == LONGEST_NOTE
    assert len(card.tags) == MOST_TAGS
    assert max(map(len, card.tags)) == LONGEST_TAG


def test_a_card_of_any_depth_or_size_is_an_empty_one(run):
    for content in ("note = " + "[" * 100_000, "# " + "x" * 2**26):
        (run.folder / "card.toml").write_text(content)
        assert read_card(run) == RunCard()


def test_tags_are_written_with_commas_of_any_script_each_once():
    written = " #baseline，low   rate، Baseline;\t,第二、x\n"

    assert tags_in(written) == ("baseline", "low rate", "第二", "x")


def test_a_note_keeps_its_lines_and_nothing_else():
    assert plain_note(" \r\n one \x00\rtwo\u202e\u200d \n\n") == "one\ntwo\u200d"
