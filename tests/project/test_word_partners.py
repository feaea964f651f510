import numpy as np

from attnstudio.corpus.alignment import Link
from attnstudio.project.word_partners import LinkedPair, WordPartners


def pair(sources, targets, *links):
    words = sources.split(), targets.split()
    return LinkedPair(
        words, words, tuple(Link(*link) for link in links), [0.9] * len(links), are_given=False
    )


def test_a_pair_is_judged_by_the_other_pairs_alone():
    once, twice = pair("x a", "y b", (0, 0), (1, 1)), pair("x a", "z b", (1, 1))
    partners = WordPartners()
    for each in (once, twice):
        partners.add(each)

    found = partners.translated_elsewhere(once)

    np.testing.assert_allclose(found, [0, 0.9, np.nan, 0.9], rtol=1e-6)
    assert partners.elsewhere(once, 0, "x") == {}
    assert partners.elsewhere(twice, 0, "x") == {"y": partners.elsewhere(twice, 0, "x")["y"]}
