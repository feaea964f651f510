"""Word links learnt from text alone: the pairs that are asked about, and a project's corpus."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from attnstudio.alignment.aligner import align_corpus
from attnstudio.alignment.link_chances import LinkChances
from attnstudio.corpus.parallel_corpus import ParallelCorpus
from attnstudio.corpus.training_texts import sample_training_texts
from attnstudio.interpretation.words import words_of

_MOST_LEARNT = 30_000  # pairs of the corpus: a minute or two, and more add little

Sentences = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class FoundLinks:
    """Links of the pairs that were asked about.

    Attributes:
        chances: of each pair's links, in their order.
        learnt_from: how many pairs were read to find them, these included.
    """

    chances: list[LinkChances]
    learnt_from: int


def align_beside_corpus(
    corpus: ParallelCorpus | None,
    sources: Sentences,
    targets: Sentences,
    *,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> FoundLinks | None:
    """Link the words of pairs, learning from a corpus of the same languages as well.

    Args:
        corpus: whose training pairs are learnt from, at most 30,000 of them, evenly taken; None
            for the pairs alone.
        sources: the words of each source sentence.
        targets: those of its translation.
        progress: see `align_corpus`.
        should_stop: see `align_corpus`.

    Returns:
        None when stopped.

    Raises:
        AlignmentError: the numbers of sentences differ.
    """
    more_sources, more_targets = _words_in(corpus) if corpus is not None else ([], [])
    found = align_corpus(
        [*sources, *more_sources],
        [*targets, *more_targets],
        progress=progress,
        should_stop=should_stop,
    )
    if found is None:
        return None
    return FoundLinks([found[pair] for pair in range(len(sources))], len(found))


def _words_in(corpus: ParallelCorpus) -> tuple[list[list[str]], list[list[str]]]:
    sources, targets = sample_training_texts(corpus, _MOST_LEARNT)
    return [words_of(text) for text in sources], [words_of(text) for text in targets]
