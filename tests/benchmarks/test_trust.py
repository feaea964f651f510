"""What the benchmark of trust reckons by itself: links of any method, and its table."""

import math
import runpy
import sys
from pathlib import Path

import numpy as np
import pytest
from records import make_record

from attnstudio.corpus.alignment import Alignment, GoldLinks, Link
from attnstudio.tokenizer import Token, end_token

_FOLDER = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def trust():
    sys.path.insert(0, str(_FOLDER))  # where its other half, `machine`, lies
    try:
        yield runpy.run_path(str(_FOLDER / "trust.py"))
    finally:
        sys.path.remove(str(_FOLDER))


SOURCE = ("der Hund", (
    Token("▁der", 0, 3), Token("▁Hu", 4, 6), Token("nd", 6, 8), end_token("der Hund"),
))  # fmt: skip
TARGET = ("a dog", (Token("▁a", 0, 1), Token("▁dog", 2, 5), end_token("a dog")))
GOLD = GoldLinks(((0, 3), (4, 8)), ((0, 1), (2, 5)), Alignment(frozenset({Link(0, 0)})))
NUMBERS = np.array([[-2.0, -1.0, -3.0, -9.0], [0.5, -7.0, 0.7, 0.1], [0.0, 0.0, 0.0, 1.0]])


def test_words_are_linked_where_a_number_of_either_sign_is_largest(trust):
    record = make_record(SOURCE, TARGET)

    assert trust["links_of"](NUMBERS, record, GOLD).sure == {Link(1, 0), Link(1, 1)}
    later = trust["one_later"](NUMBERS)
    np.testing.assert_array_equal(later, NUMBERS[[1, 2, 2]])
    assert trust["links_of"](later, record, GOLD).sure == {Link(1, 0)}


def test_the_table_has_the_mean_and_the_range_of_the_runs(trust):
    row = trust["Row"]("tiny-1", "tiny", "value_zeroing", 9, 0.5, math.nan, 0.4, 0.3, 0.2, 0.1)
    other = trust["Row"]("tiny-2", "tiny", "value_zeroing", 9, 0.7, math.nan, 0.4, 0.3, 0.2, 0.1)
    [_, _, line] = trust["table_of"]([row, other]).splitlines()

    assert line.startswith("| tiny | 2 | 9 | value zeroing | 0.600 (0.500 to 0.700) | – | 0.400 (")
