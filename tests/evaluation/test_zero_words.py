"""Which words get exactly nothing: every share against plain loops over its definition."""

from collections import defaultdict
from dataclasses import replace

import numpy as np
import pytest
from records import make_record

from attnstudio.axes import Matrix
from attnstudio.evaluation.zero_words import ZeroWordCounts
from attnstudio.sites import CROSS
from attnstudio.tokenizer import Token, end_token

LAYERS, HEADS = 2, 2
TARGET = ("xy", (Token("▁x", 0, 1), Token("y", 1, 2), end_token("xy")))


def text_of(*words):
    """A text of words that are given as their pieces."""
    text, tokens = "", []
    for pieces in words:
        text += " " if text else ""
        for piece in pieces:
            tokens.append(Token(piece, len(text), len(text) + len(piece)))
            text += piece
    return text, (*tokens, end_token(text))


SOURCES = [
    (("The",), ("ho", "use"), ("the",), (".",)),
    (("a",), ("the",), ("ho", "u", "se")),
    (("a",),),
]


def record_of(words, seed, *, share=0.6, reached=None):
    generator = np.random.default_rng(seed)
    source = text_of(*words)
    shape = (LAYERS, HEADS, len(TARGET[1]), len(source[1]))
    weights = generator.random(shape) * (generator.random(shape) > share)
    weights = weights if reached is None else weights * reached
    last = np.ones(shape[-1]) if reached is None else reached
    weights = np.where(weights.sum(axis=-1, keepdims=True) > 0, weights, last * np.ones(shape))
    weights = (weights / weights.sum(axis=-1, keepdims=True)).astype(np.float32)
    record = make_record(source, TARGET)
    whole = None if reached is None else np.broadcast_to(reached, shape).copy()
    return replace(record, matrices={CROSS: Matrix(weights, reached=whole)})


def by_loops(records, sources):
    """Of each word: occurrences, looks, zeros, places, places by all, never."""
    counts = defaultdict(lambda: [0] * 6)
    for record, words in zip(records, sources, strict=True):
        matrix, at = record.matrices[CROSS], 0
        for pieces in words:
            columns = range(at, at + len(pieces))
            at += len(pieces)
            found = counts["".join(pieces).lower()]
            looked_at_all, could_at_all = False, False
            for t in range(len(TARGET[1])):
                seen, could = False, False
                for layer, head in np.ndindex(LAYERS, HEADS):
                    row = matrix.weights[layer, head, t]
                    can = [
                        j
                        for j in range(len(row))
                        if matrix.reached is None or matrix.reached[layer, head, t, j]
                    ]
                    gets = any(row[j] > 0 for j in columns)
                    seen |= gets
                    if len(can) > 1 and any(j in can for j in columns):
                        could = True
                        found[1] += 1
                        found[2] += not gets
                found[3] += could
                found[4] += could and not seen
                looked_at_all |= seen
                could_at_all |= could
            found[0] += could_at_all
            found[5] += could_at_all and not looked_at_all
    return counts


def counted(records):
    counts = ZeroWordCounts()
    for record in records:
        counts.add(record)
    return counts


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_each_share_is_what_loops_over_its_definition_find(share):
    records = [record_of(words, seed, share=share) for seed, words in enumerate(SOURCES)]
    expected = by_loops(records, SOURCES)

    found = counted(records)

    assert {word.word.lower() for word in found.words()} == {"the", "house", "a", "."}
    for word in found.words():
        occurrences, looks, zeros, places, by_all, never = expected[word.word.lower()]
        assert word.occurrences == occurrences
        assert word.of_heads == pytest.approx(zeros / looks)
        assert word.by_all == pytest.approx(by_all / places)
        assert word.never == pytest.approx(never / occurrences)
    assert found.zeros == sum(each[2] for each in expected.values())
    assert found.looks == sum(each[1] for each in expected.values())


def test_what_cannot_be_looked_at_is_no_look():
    words = SOURCES[0]
    reached = np.zeros((1, 1, 3, 6), dtype=bool)
    reached[..., :2, :2] = True  # two rows look at the first word and a half, and one has no choice
    reached[..., 2, 3] = True
    record = record_of(words, 5, reached=reached)

    found = {word.word: word for word in counted([record]).words()}

    assert found.keys() == {"The", "house"}
    expected = by_loops([record], [words])
    assert counted([record]).looks == sum(each[1] for each in expected.values())
    for word, (_, looks, zeros, places, by_all, _) in expected.items():
        if looks:
            there = found["The"] if word == "the" else found[word]
            assert there.of_heads == zeros / looks
            assert there.by_all == by_all / places


def test_the_most_left_out_come_first_and_rare_ones_can_be_left_away():
    records = [record_of(words, seed) for seed, words in enumerate(SOURCES)]

    words = counted(records).words()
    some = counted(records).words(least=2)

    shares = [word.of_heads for word in words]
    assert shares == sorted(shares, reverse=True)
    assert {word.word.lower() for word in some} == {"the", "house", "a"}
    assert all(word.occurrences >= 2 for word in some)


def test_a_word_is_written_as_it_mostly_stands_there():
    sources = [(("The",),), (("the",),), (("The",),)]

    [word] = counted([record_of(words, 1) for words in sources]).words()

    assert (word.word, word.occurrences) == ("The", 3)


def test_without_zeros_no_share_is_above_0():
    counts = counted([record_of(SOURCES[0], 1, share=0.0)])

    assert (counts.zeros, counts.looks) == (0, 4 * LAYERS * HEADS * 3)
    assert {(word.of_heads, word.by_all, word.never) for word in counts.words()} == {(0, 0, 0)}


def test_without_attention_there_are_no_words():
    counts = counted([make_record(text_of(("a",)), TARGET)])

    assert counts.words() == ()
    assert counts.looks == 0
