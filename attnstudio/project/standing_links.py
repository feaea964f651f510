"""The word links of a corpus as they stand: those that a person gave, elsewhere those found.

What is shown, counted or written for others goes by these; what measures or teaches the found links
takes `CorpusLinks` itself.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from attnstudio.corpus.alignment import GoldLinks
from attnstudio.corpus.parallel_corpus import ParallelCorpus
from attnstudio.project.corpus_links import CorpusLinks, PairLinks
from attnstudio.project.corrections import NAME, Correction, PairTexts, read_corrections
from attnstudio.project.project import Project
from attnstudio.storage_errors import READ, storing

_SURE = np.float32(1.0)
_POSSIBLE = np.float32(0.25)  # kept, but not among those that count as sure


class LinkTotals(NamedTuple):
    """What is said of all links of a corpus.

    Attributes:
        links: how many count as sure.
        mean_score: of the pairs that have one; no number (NaN) where none has.
    """

    links: int
    mean_score: float


class StandingLinks:
    """The links of each pair of a corpus; those of a person have their own words.

    A sure link of a person has the confidence 1, a possible one a confidence below `THRESHOLD`.
    Corrections that are not kept in the corpus yet hold as well, and come before its gold links.

    Args:
        corpus: read from the first language to the second.
        found: its links.
        corrections: the last of each pair.

    Attributes:
        scores: of the found links, see `CorpusLinks`; `score` tells that of a pair as it stands.
    """

    def __init__(
        self,
        corpus: ParallelCorpus,
        found: CorpusLinks,
        corrections: Mapping[PairTexts, Correction],
    ) -> None:
        self._corpus, self._found, self._corrections = corpus, found, corrections
        self.scores = found.scores

    @classmethod
    def read(cls, project: Project, corpus: ParallelCorpus, found: CorpusLinks) -> StandingLinks:
        """The links as they stand now; later corrections do not change them.

        Raises:
            StorageError: the corrections cannot be read.
        """
        return cls(corpus, found, read_corrections(project))

    def __len__(self) -> int:
        return len(self._found)

    def __getitem__(self, pair: int) -> PairLinks:
        given = self._given(pair)
        return self._found[pair] if given is None else _as_found(given)

    def score(self, pair: int) -> float:
        """How well the words of a pair are linked, from 0 to 1, see `CorpusLinks.scores`."""
        given = self._given(pair)
        return float(self.scores[pair]) if given is None else _score(_as_found(given))

    def totals(self) -> LinkTotals:
        """Those of the found links, corrected by the pairs that a person gave links.

        Where there are such, the texts of the corpus are read once: a twentieth of a second
        for 100,000 short pairs on two busy cores.

        Raises:
            CorpusError: the corpus is damaged.
        """
        links, scores = self._found.count(), self.scores.astype(np.float64)
        for pair in self._pairs_with_given():
            given = self._given(pair)
            if given is None:  # a correction that was taken back
                continue
            links += len(given.alignment.sure) - len(self._found[pair].alignment().sure)
            scores[pair] = _score(_as_found(given))
        known = scores[~np.isnan(scores)]
        return LinkTotals(links, float(known.mean()) if len(known) else math.nan)

    def _pairs_with_given(self) -> Iterator[int]:
        """The pairs with gold links, or texts that were ever corrected."""
        if not (self._corrections or self._corpus.has_gold):
            return
        for block in self._corpus.blocks(np.arange(len(self._corpus))):
            lines = self._corpus.link_lines(block.pairs)
            for pair, source, target, line in zip(*block, lines, strict=True):
                if line or (source, target) in self._corrections:
                    yield int(pair)

    def _given(self, pair: int) -> GoldLinks | None:
        if self._corrections:
            texts = PairTexts(self._corpus.source(pair), self._corpus.target(pair))
            correction = self._corrections.get(texts)
            if correction is not None:
                return correction.gold
        return self._corpus.gold(pair)


def state_of_given(project: Project, corpus: ParallelCorpus) -> str:
    """A hash of all links that people gave: another one where they may stand otherwise.

    Raises:
        StorageError: they cannot be read.
    """
    digest = hashlib.sha256()
    for path in (corpus.folder / "links.txt", project.folder / NAME):
        with storing(path, READ):
            if path.exists():
                digest.update(hashlib.sha256(path.read_bytes()).digest())
        digest.update(b"\n")
    return digest.hexdigest()


def _as_found(given: GoldLinks) -> PairLinks:
    links = tuple(sorted(given.alignment.possible))
    sure = given.alignment.sure
    confidences = np.array([_SURE if link in sure else _POSSIBLE for link in links], np.float32)
    return PairLinks(given.source_spans, given.target_spans, links, confidences, are_given=True)


def _score(pair: PairLinks) -> float:
    best: tuple[NDArray[np.float32], NDArray[np.float32]] = (
        np.zeros(len(pair.source_spans), np.float32),
        np.zeros(len(pair.target_spans), np.float32),
    )
    for link, confidence in zip(pair.links, pair.confidences, strict=True):
        for side in (0, 1):
            best[side][link[side]] = max(best[side][link[side]], confidence)
    return float(np.concatenate(best).mean()) if len(best[0]) and len(best[1]) else 0.0
