"""A corpus made by rule with its word links, some of which a test may spoil."""

import numpy as np

from attnstudio.corpus.alignment import Link
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.interpretation.words import word_spans
from attnstudio.project.corpus_links import PairLinks

NOUNS = {
    "dog": "Hund", "cat": "Katze", "cow": "Rind", "horse": "Pferd", "bird": "Vogel",
    "mouse": "Maus", "sheep": "Lamm", "goose": "Gans", "duck": "Ente", "goat": "Ziege",
    "wolf": "Isegrim", "frog": "Quaker",
}  # fmt: skip
VERBS = {
    "eats": "frisst", "runs": "rennt", "sleeps": "ruht", "sings": "singt", "jumps": "springt",
    "drinks": "trinkt", "falls": "stolpert", "hides": "verbirgt", "swims": "badet",
    "barks": "bellt", "walks": "geht", "wins": "gewinnt",
}  # fmt: skip
LINKS = "0-0 1-1 2-2 3-3"


def made_pairs():
    """144 pairs as ``(source, target, links)``: "the dog eats." and "das Hund frisst."."""
    return [
        (f"the {noun} {verb}.", f"das {NOUNS[noun]} {VERBS[verb]}.", LINKS)
        for noun in NOUNS
        for verb in VERBS
    ]


def links_of(source, target, links):
    """The links of a pair from ``0-0 1-1:.5``, with .9 as their usual confidence."""
    parts = [item.partition(":") for item in links.split()]
    return PairLinks(
        tuple(word_spans(source)),
        tuple(word_spans(target)),
        tuple(Link(*map(int, part[0].split("-"))) for part in parts),
        np.array([float(part[2] or 0.9) for part in parts], np.float32),
    )


class MadeLinks(list):
    """Links of pairs by place, each of which was aligned."""

    def __init__(self, links):
        super().__init__(links)
        self.scores = np.full(len(self), 0.5, np.float32)


def corpus_of(project, pairs):
    """A corpus of the pairs and a list of their links."""
    with project.changing(), project.corpus_writer() as writer:
        for source, target, _ in pairs:
            writer.add(SentencePair(source, target), Split.TRAIN)
        project.set_corpus(writer.finish())
    return project.corpus(), MadeLinks(links_of(*pair) for pair in pairs)
