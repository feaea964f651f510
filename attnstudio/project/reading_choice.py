"""Which reading of a run's attention aligns best, asked of the project's own sentence pairs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from attnstudio.alignment.aligner import align_corpus
from attnstudio.axes import Record
from attnstudio.corpus.alignment import GoldLinks
from attnstudio.corpus.parallel_corpus import ParallelCorpus, Split
from attnstudio.errors import AlignmentError
from attnstudio.evaluation.reading import MEASURES, ChosenBy, ReadingChoice, choose_reading
from attnstudio.inference.translator import Translator
from attnstudio.interpretation.words import word_spans
from attnstudio.project.corpus_links import CorpusLinks
from attnstudio.project.measured_pairs import FEWEST_GOLD_PAIRS, gold_pairs, spread
from attnstudio.project.project import Project
from attnstudio.project.run_loading import LoadedRun
from attnstudio.project.taught import taught_pairs
from attnstudio.reading import Measure

_PAIRS = 200
_LEARNT_FROM = 2_000  # pairs, where the project keeps no links yet: some seconds
_READ_TOGETHER = 32  # pairs, between two times that somebody is asked whether to stop


def choose_own_reading(
    project: Project,
    loaded: LoadedRun,
    measures: Sequence[Measure] = MEASURES,
    *,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> ReadingChoice | None:
    """Choose by gold links where at least 20 pairs have any, else by links found in the text.

    Links of the text come from the project, which keeps them once its corpus was aligned, else from
    a part of the corpus that is aligned here.

    Args:
        project: of the run.
        loaded: its model, and its corpus in its direction.
        measures: what of its attention is tried.
        progress: told how many of a hundred steps are done.
        should_stop: asked every few pairs.

    Returns:
        None when stopped.

    Raises:
        AlignmentError: the model has no attention, or none of the measures, or no pair has any
            link.
    """
    corpus = loaded.corpus
    is_taught = taught_pairs(loaded.definition.config, corpus)
    gold, by = gold_pairs(corpus, is_taught=is_taught).pairs, ChosenBy.GOLD
    links = [each for each in map(corpus.gold, gold) if each is not None]
    if len(gold) < FEWEST_GOLD_PAIRS:
        gold, by = _asked(corpus), ChosenBy.TEXT
        first_half = _part(progress, 0.0, 0.5)
        of_text = _links_of_text(project, loaded, gold, first_half, should_stop)
        if of_text is None:
            return None
        links = of_text
    asked = [place for place, each in enumerate(links) if each.alignment.sure]
    if not asked:
        raise AlignmentError(
            "No sentence pair has links to choose a reading by.",
            hint="Choose a layer and a head yourself.",
        )
    rest = _part(progress, 0.0 if by is ChosenBy.GOLD else 0.5, 1.0)
    asked_pairs = [gold[place] for place in asked]
    records = _records(loaded.translator, corpus, asked_pairs, measures, rest, should_stop)
    if records is None:
        return None
    return choose_reading(records, [links[place] for place in asked], by, measures)


def _part(
    progress: Callable[[int, int], None], first: float, last: float
) -> Callable[[int, int], None]:
    """Tells the progress of a part as that of the whole, of which it is so much."""
    return lambda done, of: progress(round(100 * (first + (last - first) * done / of)), 100)


def _asked(corpus: ParallelCorpus) -> tuple[int, ...]:
    split = Split.VALID if corpus.counts()[Split.VALID] >= _PAIRS else Split.TRAIN
    return tuple(spread(corpus.indices(split).tolist(), _PAIRS))


def _links_of_text(
    project: Project,
    loaded: LoadedRun,
    pairs: Sequence[int],
    progress: Callable[[int, int], None],
    should_stop: Callable[[], bool],
) -> list[GoldLinks] | None:
    kept = CorpusLinks.open(project, loaded.corpus.hash)
    if kept is None:
        return _found_here(loaded.corpus, pairs, progress, should_stop)
    return [kept[pair].as_gold(reverse=loaded.corpus.is_reversed) for pair in pairs]


def _found_here(
    corpus: ParallelCorpus,
    pairs: Sequence[int],
    progress: Callable[[int, int], None],
    should_stop: Callable[[], bool],
) -> list[GoldLinks] | None:
    """The same where nobody aligned the corpus: from these pairs and some of its training pairs."""
    others = spread(corpus.indices(Split.TRAIN).tolist(), _LEARNT_FROM)
    asked = set(pairs)
    read = [*pairs, *(pair for pair in others if pair not in asked)]
    texts = [(corpus.source(pair), corpus.target(pair)) for pair in read]
    spans = [(word_spans(source), word_spans(target)) for source, target in texts]
    words = [
        [
            [text[side][start:end] for start, end in cut[side]]
            for text, cut in zip(texts, spans, strict=True)
        ]
        for side in (0, 1)
    ]
    chances = align_corpus(*words, progress=progress, should_stop=should_stop)
    if chances is None:
        return None
    return [
        GoldLinks(tuple(spans[place][0]), tuple(spans[place][1]), chances[place].links())
        for place in range(len(pairs))
    ]


def _records(
    translator: Translator,
    corpus: ParallelCorpus,
    pairs: Sequence[int],
    measures: Sequence[Measure],
    progress: Callable[[int, int], None],
    should_stop: Callable[[], bool],
) -> list[Record] | None:
    records: list[Record] = []
    for start in range(0, len(pairs), _READ_TOGETHER):
        if should_stop():
            return None
        some = pairs[start : start + _READ_TOGETHER]
        forced = [translator.read_forced(corpus.source(i), corpus.target(i)) for i in some]
        records += translator.records(forced, measures=measures)
        progress(len(records), len(pairs))
    return records
