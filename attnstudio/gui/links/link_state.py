"""What is known of the word links of a project: read behind the window, shown as a value."""

from __future__ import annotations

from dataclasses import dataclass

from attnstudio.corpus.parallel_corpus import ParallelCorpus
from attnstudio.errors import AlignmentError, AttentionStudioError
from attnstudio.project.alignment_size import AlignmentSize, size_for_alignment
from attnstudio.project.corpus_links import CorpusLinks, aligned_corpora, pairs_begun
from attnstudio.project.project import Project
from attnstudio.project.standing_links import LinkTotals, StandingLinks, state_of_given


@dataclass(frozen=True, slots=True)
class LinkState:
    """The links of the current corpus, or of an earlier version of it.

    Attributes:
        corpus: whose links they are; the current one where there are none.
        links: None where no version was aligned.
        is_current: whether they are those of the current corpus.
        totals: of the links as they stand; None where there are none.
        given: another text where people may have given other links, see `state_of_given`.
        size: of the current corpus: how much work it is.
        begun: how many of its pairs' work a stopped alignment has left.
        problem: what is wrong with the links that are there; empty where nothing is.
    """

    corpus: ParallelCorpus
    links: CorpusLinks | None
    totals: LinkTotals | None
    is_current: bool
    given: str
    size: AlignmentSize
    begun: int = 0
    problem: str = ""

    @property
    def share_begun(self) -> float:
        """How much of an alignment of the current corpus is done, from 0 to 1."""
        return self.begun / self.size.pairs


def read_link_state(project: Project) -> LinkState:
    """Look for the links of a project that has a corpus.

    Raises:
        CorpusError: the corpus is damaged.
        StorageError: something cannot be read.
    """
    corpus = project.corpus()
    size, given = size_for_alignment(corpus), state_of_given(project, corpus)
    begun = pairs_begun(project, corpus)
    try:
        links = CorpusLinks.open(project, corpus.hash)
    except AlignmentError as error:
        return LinkState(corpus, None, None, True, given, size, begun, error.message)
    if links is not None:
        totals = StandingLinks.read(project, corpus, links).totals()
        return LinkState(corpus, links, totals, True, given, size)
    for name in aligned_corpora(project):
        try:
            earlier, links = project.corpus(name), CorpusLinks.open(project, name)
        except AttentionStudioError:  # of no use any more
            continue
        if links is not None and len(links) == len(earlier):
            given = state_of_given(project, earlier)
            totals = StandingLinks.read(project, earlier, links).totals()
            return LinkState(earlier, links, totals, False, given, size, begun)
    return LinkState(corpus, None, None, True, given, size, begun)
