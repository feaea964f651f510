import pytest

from attnstudio.alignment.link_groups import group_links
from attnstudio.corpus.alignment import Alignment, Link


def groups_of(pharaoh, **confidences):
    links = sorted(Alignment.from_pharaoh(pharaoh).sure)
    sure = {link: confidences.get(f"_{link.source}_{link.target}", 0.5) for link in links}
    return [(group.sources, group.targets) for group in group_links(sure)]


@pytest.mark.parametrize(
    ("pharaoh", "groups"),
    [
        ("", []),
        ("0-1 1-0", [((0,), (1,)), ((1,), (0,))]),
        ("0-0 0-1", [((0,), (0, 1))]),
        ("0-0 1-0 2-1", [((0, 1), (0,)), ((2,), (1,))]),
        ("0-0 0-3 1-1", [((0,), (0, 3)), ((1,), (1,))]),  # ne … pas
        ("0-0 0-1 1-1 1-2", [((0, 1), (0, 1, 2))]),
        ("3-5 3-6 3-7 3-8", [((3,), (5, 6, 7, 8))]),
    ],
)
def test_linked_words_are_one_group(pharaoh, groups):
    assert groups_of(pharaoh) == groups


def test_a_ragged_group_falls_apart_into_its_surest_links():
    found = groups_of("0-0 0-4 2-4", _0_0=0.6, _0_4=0.9, _2_4=0.5)

    assert found == [((0,), (4,))]


def test_a_word_that_is_linked_to_all_others_is_none_of_them():
    assert groups_of("0-0 0-1 0-2 0-3 0-4", _0_3=0.9) == [((0,), (3,))]


def test_the_confidence_of_a_group_is_the_mean_of_its_links():
    [group] = group_links({Link(0, 0): 0.5, Link(0, 1): 1.0})

    assert group.confidence == 0.75
