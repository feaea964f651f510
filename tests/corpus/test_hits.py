"""Where in a sentence a searched text stands."""

from itertools import pairwise

import pytest

from attnstudio.corpus.hits import hit_finder
from attnstudio.corpus.searching import text_matcher
from attnstudio.errors import CorpusError


def found(text, sentence, **how):
    return [sentence[start:end] for start, end in hit_finder(text, **how)(sentence)]


@pytest.mark.parametrize(
    ("text", "sentence", "expected"),
    [
        ("hund", "Der Hund und der HUND", ["Hund", "HUND"]),
        ("aa", "aaaaa", ["aa", "aa"]),
        ("STRASSE", "in der Straße dort", ["Straße"]),
        ("s", "Maße", ["ß"]),
        ("dort", "ßßß dort", ["dort"]),
        ("cafe\u0301", "un café noir", ["café"]),
        ("学习", "我们学习机器学习。", ["学习", "学习"]),
        ("كتاب", "هذا كتابٌ جديد", ["كتابٌ"]),  # with the mark on its last letter
        ("x", "nothing", []),
        ("", "nothing", []),
    ],
)
def test_a_plain_text_is_found_where_it_stands(text, sentence, expected):
    assert found(text, sentence) == expected


@pytest.mark.parametrize(
    ("expression", "sentence", "expected"),
    [
        (r"\bd\w+", "Der Hund, den du da", ["Der", "den", "du", "da"]),
        ("x*", "axxbx", ["xx", "x"]),  # the empty ones are no hits
        ("$", "abc", []),
        ("[一-龥]{2}", "你好吗 hi 世界", ["你好", "世界"]),
    ],
)
def test_an_expression_is_found_where_it_stands(expression, sentence, expected):
    assert found(expression, sentence, is_expression=True) == expected


@pytest.mark.parametrize("text", ["ss", "ß", "ſ", "fi", "é", "i", "İ", "st", "ǰ"])
@pytest.mark.parametrize(
    "sentence", ["Straße ﬁne İstanbul ﬆ", "ǰoy ſet Fish", "café CAFÉ", "i\u0307", "xyz"]
)
def test_what_matches_has_a_hit_and_what_does_not_has_none(text, sentence):
    [matches] = text_matcher(text)([sentence])

    spans = hit_finder(text)(sentence)
    assert bool(spans) == matches
    assert all(0 <= start < end <= len(sentence) for start, end in spans)
    assert all(one.end <= other.start for one, other in pairwise(spans))


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("satz (", "the ( at character 6 has no ) that closes it"),
        ("a)", "the ) at character 2 closes no ("),
        ("x[ab", "the [ at character 2 has no ] that closes it"),
        ("*a", "the * at character 1 has nothing before it to repeat"),
        ("a**", "the * at character 3 repeats what is repeated already"),
        ("a{3,1}", "the smaller number comes first in {1,3}"),
        ("ab\\", "after the \\ at its end a sign is missing"),
        ("\\q", "\\q at character 1 means nothing"),
        ("[b-a]", "the range b-a at character 2 runs backwards"),
        ("(a)\\2", "\\2 at character 5 means a group that is not there"),
        ("\\x1", "\\x1 at character 1 lacks digits"),
        ("(?P=x)", "there is no group of the name at character 5"),
        ("(?<=a*)b", "what is looked for behind must have a set length"),
        ("(?", "its end is missing"),
    ],
)
def test_a_faulty_expression_is_told_in_words(expression, words):
    with pytest.raises(CorpusError) as caught:
        hit_finder(expression, is_expression=True)

    assert caught.value.message == f"This is not a regular expression: {words}."
    assert caught.value.hint.startswith("Mend it")


def test_a_rare_fault_is_told_in_the_words_of_python():
    with pytest.raises(CorpusError, match=r"^This is not a regular expression: unknown extension"):
        hit_finder("(?z)", is_expression=True)


def test_an_expression_that_is_too_large_says_so():
    with pytest.raises(CorpusError, match="too large"):
        hit_finder("a{99999999999}", is_expression=True)
