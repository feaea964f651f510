"""Segments with thousands of tags: as quick as long ones, and placed as in short ones."""

import re
import time
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attnstudio.documents.document import Filled
from attnstudio.documents.elements import read_marked
from attnstudio.documents.free_words import FreeRuns, Region, WordLinks
from attnstudio.documents.inline import read_inline
from attnstudio.documents.placing import filled_content

MANY = 4000
MOST_S = 6.0  # of the processor's time; what grew with the square took 17 to 37


def inline(inside):
    text = f"<s>{inside}</s>"
    return read_inline(read_marked(text, "x"), 3, len(text) - 4)


def nested(number):
    opening = "".join(f'w{i} <bx id="{i}" rid="{i}"/>' for i in range(number))
    closing = "".join(f'<ex id="e{i}" rid="{i}"/>v{i} ' for i in reversed(range(number)))
    return f"{opening} in the middle {closing}"


SHAPES = {
    "pairs": lambda n: " ".join(f'<g id="{i}">w{i}</g>' for i in range(n)),
    "alone": lambda n: " ".join(f'w{i}<x id="{i}"/>' for i in range(n)),
    "two elements": lambda n: " ".join(
        f'<bx id="{i}" rid="{i}"/>w{i}<ex id="e{i}" rid="{i}"/>' for i in range(n)
    ),
    "crossing": lambda n: "".join(
        [f'<bx id="{i}" rid="{i}"/>w{i} ' for i in range(n // 2)]
        + [f'v{i} <ex id="e{i}" rid="{i}"/>' for i in range(n // 2)]
    ),
    "one place": lambda n: "a " + "".join(f'<x id="{i}"/>' for i in range(n)) + " b",
    "one character of two": lambda n: "".join(f"e<x/>\u0301w{i} " for i in range(n)),
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("linked", ["by themselves", "turned round", "none", "unknown"])
def test_thousands_of_tags_take_no_square_of_time(shape, linked):
    begun = time.process_time()
    source = inline(SHAPES[shape](MANY))
    number = len(source.words)
    links = {
        "by themselves": tuple((i, i) for i in range(number)),
        "turned round": tuple((i, number - 1 - i) for i in range(number)),
        "none": (),
        "unknown": None,
    }[linked]
    content = filled_content(source, Filled(source.text.upper(), links))

    assert time.process_time() - begun < MOST_S
    tags = re.findall("<[^>]*>", SHAPES[shape](MANY))
    assert sorted(re.findall("<[^>]*>", content)) == sorted(tags)
    words = re.sub("<[^>]*>", "", content)
    assert words.split() == source.text.upper().split()


def test_tags_that_are_nested_too_deeply_stand_alone():
    inside = nested(600)
    content = filled_content(inline(inside), Filled(inline(inside).text.upper(), None))

    assert sorted(re.findall("<[^>]*>", content)) == sorted(re.findall("<[^>]*>", inside))
    places = {name: place for place, name in enumerate(re.findall('<[be]x id="(\\w+)"', content))}
    assert all(places[str(i)] < places[f"e{i}"] for i in range(600))


LINKS = st.dictionaries(
    st.integers(0, 9), st.frozensets(st.integers(0, 9), min_size=1, max_size=4), max_size=10
)


@given(LINKS, st.lists(st.tuples(st.integers(0, 9), st.integers(1, 3)), max_size=3), st.data())
def test_the_run_of_a_pair_is_the_best_of_all_that_are_free(links, takes, data):
    low, high = sorted(data.draw(st.tuples(st.integers(0, 10), st.integers(0, 10))))
    first, last = sorted(data.draw(st.tuples(st.integers(0, 10), st.integers(0, 10))))
    free, free_words = FreeRuns(low, high), set(range(low, high))
    for start, length in takes:
        if set(range(start, start + length)) <= free_words:
            free.take((start, start + length))
            free_words -= set(range(start, start + length))

    found = WordLinks(links, 10).best_run(first, last, Region(low, high, 0, 10), free)

    def worth(start, end):
        return sum(
            1 if first <= source < last else -1
            for source, targets in links.items()
            for target in targets
            if start <= target < end
        )

    runs = [
        (start, end)
        for start in range(low, high)
        for end in range(start + 1, high + 1)
        if set(range(start, end)) <= free_words
    ]
    best = max((worth(*run) for run in runs), default=0)
    if best <= 0:
        assert found is None
    else:
        assert found in runs
        assert worth(*found) == best


def test_of_equal_places_the_first_is_the_nearest():
    free = FreeRuns(0, 12)
    free.take((5, 7))
    free.take((7, 7))

    assert free.nearest(6) == (0, 5)
    assert free.nearest(6.5) == (7, 12)
    assert [free.around(word) for word in (0, 4, 5, 6, 7, 11, 12)] == [
        (0, 5), (0, 5), None, None, (7, 12), (7, 12), None,
    ]  # fmt: skip


@given(st.lists(st.sampled_from(["e", "\u0301", " ", "か", "\u3099", "\u1100", "\u1161", None])))
def test_tags_count_the_characters_before_them_as_they_become_one(pieces):
    inside = "a " + "".join("<x/>" if each is None else each for each in pieces) + " b"
    source = inline(inside)

    texts = inside.split("<x/>")
    before = ["".join(texts[: number + 1]) for number in range(len(texts) - 1)]
    counts = [len("".join(normalize("NFC", text).split())) for text in before]
    assert [code.shown_before for code in source.among] == counts
