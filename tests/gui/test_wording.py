"""Numbers, times, languages and errors in words."""

import math

import pytest
from PySide6.QtCore import QLocale

from attnstudio.errors import CorpusError
from attnstudio.gui.look import wording


@pytest.fixture(autouse=True)
def _english():
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
    yield
    QLocale.setDefault(before)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.4, "0 s"), (35.2, "35 s"), (60, "1 min"), (250, "4 min"), (4800, "1 h 20 min")],
)
def test_a_time_is_said_as_exactly_as_a_person_wants_it(seconds, words):
    assert words == wording.duration(seconds)


def test_time_left_has_no_false_seconds():
    assert wording.time_left(12) == "less than a minute left"
    assert wording.time_left(245) == "about 4 min left"


def test_numbers_follow_the_locale_and_missing_ones_are_a_dash():
    assert wording.count(1234567) == "1,234,567"
    assert wording.decimals(2.345, 2) in {"2.34", "2.35"}
    assert wording.decimals(None, 2) == "–"
    assert wording.decimals(math.nan, 2) == "–"

    QLocale.setDefault(QLocale(QLocale.Language.German, QLocale.Country.Germany))

    assert wording.decimals(0.5, 1) == "0,5"
    assert wording.count(1234567) == "1.234.567"

    QLocale.setDefault(QLocale.c())  # what a system has that names no language

    assert wording.count(1234567) == "1,234,567"
    assert wording.decimals(1234.56, 1) == "1,234.6"


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("en", "English"), ("de", "German"), ("zh", "Chinese"), ("pt-BR", "Portuguese (BR)"),
        ("cmn", "Chinese"), ("xx", "xx"), ("qaa", "qaa"),
    ],
)  # fmt: skip
def test_a_language_is_named(code, name):
    assert name == wording.language_name(code)


def test_an_error_of_ours_speaks_for_itself_and_a_bug_says_that_it_is_one():
    ours = CorpusError("{n} lines.", hint="Count again.", n=3)

    assert wording.error_text(ours) == ("3 lines.", "Count again.")
    text, hint = wording.error_text(ZeroDivisionError("division by zero"))
    assert text == "Something went wrong: ZeroDivisionError: division by zero"
    assert "fault of the program" in hint


@pytest.mark.parametrize(
    ("share", "words"),
    [(1.0, "100.0 %"), (0.0005, "0.1 %"), (0.00049, "< 0.1 %"), (1e-9, "< 0.1 %"), (0.0, "0.0 %")],
)
def test_a_share_that_is_not_nothing_is_not_said_to_be_zero(share, words):
    assert words == wording.percent(share)
