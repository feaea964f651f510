import random

import pytest

from attnstudio.corpus.mismatch import first_suspicious_line


def lengths_of_pairs(count, *, seed, factor=1.1):
    """Characters of realistic sentences and their translations, which are ``factor`` as long."""
    chance = random.Random(seed)
    sources = [round(chance.lognormvariate(4.0, 0.6)) for _ in range(count)]
    return sources, [round(n * factor * chance.lognormvariate(0.0, 0.15)) for n in sources]


def without(lengths, *lines):
    return [length for line, length in enumerate(lengths, start=1) if line not in lines]


@pytest.mark.parametrize("factor", [1.1, 0.3], ids=["German", "Chinese"])
@pytest.mark.parametrize("seed", range(5))
def test_a_missing_line_is_found(factor, seed):
    sources, targets = lengths_of_pairs(200, seed=seed, factor=factor)

    assert first_suspicious_line(sources, without(targets, 37)) == pytest.approx(37, abs=3)
    assert first_suspicious_line(without(sources, 37), targets) == pytest.approx(37, abs=3)


@pytest.mark.parametrize(
    "missing", [(37, 150), (37, 38, 39, 90, 160), (37, *range(60, 190, 2))], ids=len
)
@pytest.mark.parametrize("seed", range(3))
def test_of_several_missing_lines_the_first_is_found(missing, seed):
    sources, targets = lengths_of_pairs(200, seed=seed)

    assert first_suspicious_line(sources, without(targets, *missing)) == pytest.approx(37, abs=5)


def test_a_split_line_is_found():
    sources, targets = lengths_of_pairs(200, seed=1)
    split = [*targets[:119], targets[119] // 2, targets[119] // 2, *targets[120:]]

    assert first_suspicious_line(sources, split) == pytest.approx(120, abs=2)


def test_missing_lines_at_the_end_are_found():
    sources, targets = lengths_of_pairs(200, seed=1)

    assert first_suspicious_line(sources, targets[:190]) == pytest.approx(191, abs=3)


def test_an_empty_side_comes_apart_at_once():
    assert first_suspicious_line([3, 4], []) == 1
    assert first_suspicious_line([], [3]) == 1
