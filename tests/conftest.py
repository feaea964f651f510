"""A tiny parallel corpus made by rules, shared by all tests."""

import itertools

import pytest

# Before torch is loaded, which then reads how waiting threads may spin: spinning for long was seen
# to slow decoding on shared cores down by a factor of 50.
import attnstudio  # noqa: F401

# isort: split
import hypothesis
import torch

from attnstudio.corpus.sentence_pair import SentencePair

# Shared machines pause for longer than any deadline.
hypothesis.settings.register_profile("patient", deadline=None)
hypothesis.settings.load_profile("patient")

DETERMINERS = {"a": "ein", "the": "der", "this": "dieser", "my": "mein"}
NOUNS = {"dog": "Hund", "man": "Mann", "boy": "Junge", "bird": "Vogel", "cook": "Koch"}
VERBS = {"sees": "sieht", "hears": "hört", "knows": "kennt", "finds": "findet"}


def rule_made_pairs():
    """320 pairs: ``the dog sees a bird today``, ``heute sieht der Hund ein Vogel``."""
    return [
        SentencePair(
            f"{one} {noun} {verb} {two} {other} today",
            f"heute {VERBS[verb]} {DETERMINERS[one]} {NOUNS[noun]} "
            f"{DETERMINERS[two]} {NOUNS[other]}",
        )
        for one, noun, verb, two, other in itertools.product(
            DETERMINERS, list(NOUNS)[:2], VERBS, list(DETERMINERS)[:2], NOUNS
        )
    ]


@pytest.fixture(scope="session")
def pairs():
    return rule_made_pairs()


@pytest.fixture(autouse=True, scope="session")
def _one_thread():
    """Float sums depend on the number of threads, and small machines share their cores."""
    torch.set_num_threads(1)
