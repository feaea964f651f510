"""How far a model's attention links words as its text's own links do, where no gold links tell."""

from __future__ import annotations

from contextlib import suppress

from attnstudio.corpus.parallel_corpus import ParallelCorpus, Split
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.errors import AlignmentError, StorageError
from attnstudio.evaluation.bootstrap import Interval
from attnstudio.evaluation.reading import ChosenBy, choose_reading
from attnstudio.inference.translator import Translator
from attnstudio.project.corpus_links import CorpusLinks
from attnstudio.project.measured_pairs import spread
from attnstudio.project.project import Project

_MOST_PAIRS = 200


def pairs_linked_by_text(project: Project, corpus: ParallelCorpus) -> list[SentencePair]:
    """At most 200 validation pairs with the links that were found in the text.

    Args:
        project: that may keep the links of the corpus; they are never looked for here.
        corpus: one of its corpora, in either direction.

    Returns:
        None of them where nobody aligned the corpus.
    """
    links = None
    with suppress(AlignmentError, StorageError):  # damaged ones tell nothing
        links = CorpusLinks.open(project, corpus.hash)
    if links is None:
        return []
    found = []
    for index in spread(corpus.indices(Split.VALID).tolist(), _MOST_PAIRS):
        pair, gold = corpus[index], links[index].as_gold(reverse=corpus.is_reversed)
        if gold.alignment.sure:
            found.append(SentencePair(pair.source, pair.target, gold))
    return found


def agreement_with_text(
    translator: Translator, pairs: list[SentencePair]
) -> tuple[float, Interval] | None:
    """One minus the alignment error of the best reading, held against links of the text.

    Where a head was taught it is that head's, which links are read from.

    Args:
        translator: of the model.
        pairs: with links, as `pairs_linked_by_text` gives them.

    Returns:
        The agreement, from 0 to 1, and where it lies with 95 %; None without attention.
    """
    records = translator.records(
        [translator.read_forced(pair.source, pair.target) for pair in pairs]
    )
    if records[0].cross is None:
        return None
    golds = [pair.gold for pair in pairs if pair.gold is not None]
    choice = choose_reading(records, golds, ChosenBy.TEXT, only=records[0].taught)
    where = Interval(1.0 - choice.interval.high, 1.0 - choice.interval.low)
    return 1.0 - choice.score.aer, where
