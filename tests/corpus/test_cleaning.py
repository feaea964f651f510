import numpy as np
import pytest

from attnstudio.config import CleaningConfig, Likeness
from attnstudio.corpus import cleaning
from attnstudio.corpus.cleaning import (
    LEAKS_ONLY,
    NO_CLEANING,
    Rule,
    find_unclean,
    rules_of,
)
from attnstudio.corpus.cleaning_report import report_cleaning
from attnstudio.corpus.corpus_writer import CorpusWriter
from attnstudio.corpus.parallel_corpus import ParallelCorpus, Split
from attnstudio.corpus.sentence_pair import SentencePair

PLAIN = [f"the dog number {n}|der Hund Nummer {n}" for n in range(20)]


@pytest.fixture
def write(tmp_path):
    """A corpus of ``source|target`` pairs by split."""

    def write(languages=("en", "de"), **pairs_by_split):
        with CorpusWriter(tmp_path, *languages) as writer:
            for split, pairs in pairs_by_split.items():
                for pair in pairs:
                    writer.add(SentencePair(*pair.split("|")), Split(split))
            return ParallelCorpus(writer.finish())

    return write


def only(**knobs):
    return CleaningConfig(**{**NO_CLEANING.model_dump(), **knobs})


def found(corpus, **knobs):
    """The pairs that one rule drops, and no other rule drops any."""
    [rule] = knobs
    unclean = find_unclean(corpus, only(**knobs))
    assert unclean.dropped == unclean.count(Rule(rule))
    return unclean.pairs(Rule(rule)).tolist()


def test_every_knob_is_a_rule():
    assert list(Rule) == list(CleaningConfig.model_fields)
    assert rules_of(NO_CLEANING) == []
    assert rules_of(LEAKS_ONLY) == [Rule.LEAKS]
    needs_links = Rule.MIN_TRANSLATION
    assert rules_of(CleaningConfig()) == [rule for rule in Rule if rule is not needs_links]


def test_short_and_long_sides_are_counted_in_words(write):
    corpus = write(train=["a b c|x y z", "a|x y z", "a b c|x y", "a b c d e|x y z"])

    assert found(corpus, min_length=3) == [1, 2]
    assert found(corpus, max_length=3) == [3]
    assert found(corpus, max_length=4) == [3]


def test_a_side_without_spaces_is_counted_in_characters(write):
    corpus = write(("en", "zh"), train=["one two|我爱 你", "one two|我爱"])

    assert found(corpus, min_length=3) == [0, 1]
    assert found(corpus, max_length=2) == [0]


def test_a_ratio_is_measured_against_the_usual_one(write):
    usual = [f"{'a' * 10}{n:02}|{'x' * 30}{n:03}" for n in range(50)]  # 12 to 33 characters
    corpus = write(train=[*usual, "a" * 60 + "|" + "x" * 20, "a" * 8 + "|" + "x" * 200])

    # 1870 target by 668 source characters are usual; with 10 added to each side, the last two
    # pairs are (60 + 10) / (20 / 2.8 + 10) = 4.08 and (200 / 2.8 + 10) / (8 + 10) = 4.53 times off
    assert found(corpus, max_ratio=4.0) == [50, 51]
    assert found(corpus, max_ratio=4.3) == [51]
    assert found(corpus, max_ratio=4.6) == []


def test_a_letter_more_does_not_matter_to_a_short_sentence(write):
    corpus = write(train=[*PLAIN, "Hi|Guten Tag"])

    assert found(corpus, max_ratio=2.0) == []


def test_sides_without_letters_and_digits_are_empty(write):
    corpus = write(train=["...|!", "a|...", "1|2", "*|a", "a|b"])

    assert found(corpus, empty=True) == [0, 1, 3]


def test_identical_sides_may_differ_in_width_and_spaces(write):
    corpus = write(train=["OK  1|ＯＫ １", "ok 1|OK 1", "a|b"])

    assert found(corpus, identical=True) == [0]


def test_the_first_of_repeated_pairs_stays(write):
    pairs = ["a|x", "b|y", "ａ|x", "a|y", "a|x", "b|y"]

    assert found(write(train=pairs), duplicates=True) == [2, 4, 5]


def test_repeated_pairs_are_found_across_blocks_and_parts(write):
    numbers = np.random.default_rng(1).integers(0, 3_000, 9_000).tolist()
    seen, repeated = set(), []
    for place, number in enumerate(numbers):
        if number in seen:
            repeated.append(place)
        seen.add(number)

    assert found(write(train=[f"s{n}|t{n}" for n in numbers]), duplicates=True) == repeated


def test_a_pair_of_another_split_is_no_repetition(write):
    corpus = write(valid=["a|x"], train=["a|x", "b|y"], test=["b|y"])

    assert found(corpus, duplicates=True) == []


def test_a_side_in_the_wrong_script_is_found(write):
    pairs = ["hello there|你好", "hello there|hello there", "你好|你好", "call Tom|给 Tom 打电话"]

    assert found(write(("en", "zh"), train=pairs), min_script=0.5) == [1, 2]


@pytest.mark.parametrize(("leaks", "expected"), [(Likeness.EXACT, [0]), (Likeness.LOOSE, [0, 1])])
def test_held_out_sentences_are_found(write, leaks, expected):
    corpus = write(train=["a|new", "A!|new", "b|new"], valid=["a|x"], test=["c|y"])

    assert found(corpus, leaks=leaks) == expected


def test_validation_and_test_pairs_are_never_found(write):
    bad = ["...|...", "a|a", "a|a", "a " * 500 + "|x"]
    corpus = write(train=PLAIN, valid=bad, test=bad)

    assert find_unclean(corpus, CleaningConfig()).dropped == 0


def test_a_rule_counts_whatever_the_others_find(write):
    corpus = write(train=[*PLAIN, "...|...", "...|..."])

    unclean = find_unclean(corpus, only(empty=True, identical=True, duplicates=True))

    counts = {rule: unclean.count(rule) for rule in Rule if unclean.count(rule)}
    assert counts == {Rule.EMPTY: 2, Rule.IDENTICAL: 2, Rule.DUPLICATES: 1}
    assert (unclean.dropped, unclean.train) == (2, 22)


def test_samples_are_drawn_at_random_and_repeat_with_their_seed(write):
    corpus = write(train=[f"{n}|{n}" for n in range(100)])
    unclean = find_unclean(corpus, only(identical=True))

    first = unclean.sample(Rule.IDENTICAL, 5, seed=1).tolist()

    assert first == unclean.sample(Rule.IDENTICAL, 5, seed=1).tolist() == sorted(first)
    assert first != unclean.sample(Rule.IDENTICAL, 5, seed=2).tolist()
    assert len(set(first)) == 5
    assert unclean.sample(Rule.IDENTICAL, 500, seed=1).tolist() == list(range(100))


def test_a_report_shows_counts_and_examples_of_the_rules_that_are_on(write):
    corpus = write(train=["a|x", "same|same", "b|y"])
    config = only(identical=True, min_length=1)

    report = report_cleaning(corpus, config, find_unclean(corpus, config), examples=3, seed=1)

    assert report.to_json() == {
        "config": config.model_dump(mode="json"),
        "train": 3,
        "dropped": 1,
        "rules": {
            "min_length": {"count": 0, "examples": []},
            "identical": {
                "count": 1,
                "examples": [{"pair": 2, "source": "same", "target": "same"}],
            },
        },
    }


def test_a_corpus_without_training_pairs_is_clean(write):
    assert find_unclean(write(test=["a|b"]), CleaningConfig()).dropped == 0


def test_every_training_pair_is_counted_once_a_reading(write):
    counted = []
    corpus = write(train=PLAIN, valid=["a|b"])

    find_unclean(corpus, CleaningConfig(), counted.append)

    assert sum(counted) == 2 * len(PLAIN)
    assert cleaning.find_unclean(corpus, NO_CLEANING).dropped == 0


def test_low_scores_are_found_among_the_training_pairs_alone(write):
    corpus = write(train=["a|b", "c|d", "e|f"], valid=["g|h"])
    scores = np.array([0.9, 0.3, np.nan, 0.1], np.float32)
    config = NO_CLEANING.model_copy(update={"min_translation": 0.5})

    unclean = find_unclean(corpus, config, translation_scores=scores)

    assert unclean.pairs(Rule.MIN_TRANSLATION).tolist() == [1]
    assert unclean.dropped == 1
