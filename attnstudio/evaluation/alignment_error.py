"""How far links are from those that people drew."""

from collections.abc import Sequence
from dataclasses import dataclass

from attnstudio.corpus.alignment import Alignment
from attnstudio.errors import AlignmentError


@dataclass(frozen=True, slots=True)
class AlignmentScore:
    """Counts over a corpus, and the rates of Och and Ney 2003 made from them.

    The paper is A Systematic Comparison of Various Statistical Alignment Models.

    *A* are the links under test, *S* the sure and *P* the possible gold links; *P* contains *S*.

    Attributes:
        links: number of links under test, |A|.
        sure: number of sure gold links, |S|.
        possible: number of possible gold links, |P|, the sure ones included.
        links_sure: those under test that are sure, |A ∩ S|.
        links_possible: those under test that are possible, |A ∩ P|.
    """

    links: int
    sure: int
    possible: int
    links_sure: int
    links_possible: int

    @property
    def aer(self) -> float:
        """Alignment error rate, 1 - (|A∩S| + |A∩P|) / (|A| + |S|); 0 if there is no link at all."""
        if self.links + self.sure == 0:
            return 0.0
        return 1.0 - (self.links_sure + self.links_possible) / (self.links + self.sure)

    @property
    def precision(self) -> float:
        """|A∩P| / |A|: how many links are right; 1 if there is none to be wrong."""
        return self.links_possible / self.links if self.links else 1.0

    @property
    def recall(self) -> float:
        """|A∩S| / |S|: how many sure links were found; 1 if there is none to be missed."""
        return self.links_sure / self.sure if self.sure else 1.0


def score_alignments(hypotheses: Sequence[Alignment], golds: Sequence[Alignment]) -> AlignmentScore:
    """Score a corpus: counts are summed over the sentence pairs before any rate is taken.

    Args:
        hypotheses: the links under test; all of them count, sure and possible ones alike.
        golds: the links that people drew, in the same order.

    Raises:
        AlignmentError: the numbers of sentence pairs differ.
    """
    if len(hypotheses) != len(golds):
        raise AlignmentError(
            "There are {hypotheses} alignments to score, but {golds} gold alignments.",
            hint="Each needs its partner, in the same order.",
            hypotheses=len(hypotheses),
            golds=len(golds),
        )
    pairs = list(zip(hypotheses, golds, strict=True))
    return AlignmentScore(
        links=sum(len(hypothesis.possible) for hypothesis in hypotheses),
        sure=sum(len(gold.sure) for gold in golds),
        possible=sum(len(gold.possible) for gold in golds),
        links_sure=sum(len(hypothesis.possible & gold.sure) for hypothesis, gold in pairs),
        links_possible=sum(len(hypothesis.possible & gold.possible) for hypothesis, gold in pairs),
    )
