"""What a run teaches one head of its attention: what it minimises, and from which links."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from attnstudio.axes import TextUnits
from attnstudio.config import RunConfig
from attnstudio.config_guidance import GuidingLinks
from attnstudio.corpus.alignment import Span
from attnstudio.corpus.parallel_corpus import ParallelCorpus
from attnstudio.errors import AlignmentError
from attnstudio.interpretation.links import shared_characters
from attnstudio.model.intervention import HeadAddress
from attnstudio.project.corpus_links import CorpusLinks
from attnstudio.project.corrections import PairTexts, withheld_texts
from attnstudio.project.link_finding import find_corpus_links
from attnstudio.project.project import Project
from attnstudio.project.run_sides import RunSides
from attnstudio.project.taught import taught_reading
from attnstudio.sides.text import TextSource
from attnstudio.training.guided_attention import GuidedCrossEntropy
from attnstudio.training.guided_links import GuidedLinks


class TaughtWords(NamedTuple):
    """The links of a pair that are taught.

    Attributes:
        source_spans: the source words as characters.
        target_spans: the target words likewise.
        links: how sure each link is, (target words, source words); 0 where there is none.
    """

    source_spans: Sequence[Span]
    target_spans: Sequence[Span]
    links: NDArray[np.float32]


def guided_objective(config: RunConfig) -> GuidedCrossEntropy | None:
    """What is minimised where a head is taught; None where none is."""
    reading = taught_reading(config)
    if reading is None or reading.layer is None or reading.head is None:
        return None
    return GuidedCrossEntropy(
        config.training.label_smoothing,
        config.guidance.weight,
        HeadAddress(reading.site, reading.layer, reading.head),
        int(reading.is_shifted),
    )


def guided_links(
    project: Project,
    corpus: ParallelCorpus,
    sides: RunSides,
    pairs: Sequence[int],
    wanted: GuidingLinks,
    *,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> GuidedLinks | None:
    """The links of pairs, between the pieces that they are cut into.

    Links that are wanted from the text are found first, unless the project keeps them already.
    Between pieces they are worked out when a pair is trained on.
    Pairs of which none are known are not taught, nor are corrections that are held out.

    Args:
        project: keeps the links that were found.
        corpus: in the direction of the run.
        sides: its tokenizers.
        pairs: the numbers of the pairs, in the order of the examples.
        wanted: which links.
        progress: told how many pairs of how many are done while links are found in the text.
        should_stop: asked some times a second.

    Returns:
        None when stopped.

    Raises:
        AlignmentError: links given by people are wanted, and no pair has any.
        CorpusError: the corpus is damaged.
        StorageError: the links cannot be kept.
    """
    links_of = _links_of(project, corpus, pairs, wanted, progress=progress, should_stop=should_stop)
    if links_of is None:
        return None
    source = sides.only_source
    if not isinstance(source, TextSource):
        raise TypeError(f"links lead to pieces of text, and {type(source).__name__} has none")
    if all(links_of(pair) is None for pair in pairs):
        raise AlignmentError(
            "No training pair has links that attention could be taught.",
            hint="Import links with the sentences, or let the program find them in the text.",
            command_hint="Import links with the sentences, or set guidance.links=found.",
        )

    def looks_of(row: int) -> NDArray[np.float32] | None:
        words = links_of(pairs[row])
        if words is None:
            return None
        read, written = corpus.source(pairs[row]), corpus.target(pairs[row])
        return piece_links(
            TextUnits(read, source.tokenizer.cut(read).tokens),
            TextUnits(written, sides.target.cut(written).tokens),
            words,
        )

    return GuidedLinks(len(pairs), looks_of)


def piece_links(source: TextUnits, target: TextUnits, taught: TaughtWords) -> NDArray[np.float32]:
    """How much of the look of each piece is to lie where: (target pieces, source pieces, ``</s>``).

    Each piece of a word looks at all pieces of the words that it translates, the surer the link the
    more. Those of a word without links look at ``</s>``, where models look for words without
    counterpart.

    Args:
        source: its pieces, without ``</s>``.
        target: its pieces, without ``</s>``.
        taught: the links between their words.
    """
    of_target = shared_characters(target, taught.target_spans)
    of_source = shared_characters(source, taught.source_spans)
    looks = np.zeros((len(target), len(source) + 1), np.float32)
    looks[:, :-1] = of_target @ taught.links @ of_source.T
    is_word = of_target.any(axis=1)
    looks[:, -1] = is_word & ~looks.any(axis=1)
    return looks


def _links_of(
    project: Project,
    corpus: ParallelCorpus,
    pairs: Sequence[int],
    wanted: GuidingLinks,
    *,
    progress: Callable[[int, int], None],
    should_stop: Callable[[], bool],
) -> Callable[[int], TaughtWords | None] | None:
    """What gives the links of a pair; None when stopped.

    Where people gave links of every pair, nothing is looked for in the text, which takes a while.
    """
    if should_stop():
        return None
    withheld = withheld_texts(project)

    def given(pair: int) -> TaughtWords | None:
        return None if _texts(corpus, pair) in withheld else _given(corpus, pair)

    if wanted is GuidingLinks.GIVEN:
        return given
    if wanted is GuidingLinks.BOTH and _all_are_given(corpus, pairs, withheld):
        return given
    found = find_corpus_links(project, corpus, progress=progress, should_stop=should_stop)
    if found is None:
        return None
    if wanted is GuidingLinks.FOUND:
        return lambda pair: _found(found, corpus, pair)
    return lambda pair: given(pair) or _found(found, corpus, pair)


def _all_are_given(
    corpus: ParallelCorpus, pairs: Sequence[int], withheld: Collection[PairTexts]
) -> bool:
    if not all(corpus.link_lines(np.unique(pairs))):
        return False
    return not withheld or not any(_texts(corpus, pair) in withheld for pair in pairs)


def _texts(corpus: ParallelCorpus, pair: int) -> PairTexts:
    """In the order of the project's languages, as corrections have them."""
    texts = corpus.source(pair), corpus.target(pair)
    return PairTexts(*(reversed(texts) if corpus.is_reversed else texts))


def _given(corpus: ParallelCorpus, pair: int) -> TaughtWords | None:
    """Sure links, or the possible ones where none is sure."""
    gold = corpus.gold(pair)
    if gold is None:
        return None
    links = np.zeros((len(gold.target_spans), len(gold.source_spans)), np.float32)
    for link in gold.alignment.sure or gold.alignment.possible:
        links[link.target, link.source] = 1.0
    return TaughtWords(gold.source_spans, gold.target_spans, links)


def _found(kept: CorpusLinks, corpus: ParallelCorpus, pair: int) -> TaughtWords | None:
    """All links that are kept, also unsure ones: a head learnt them better so than from the best.

    After 900 updates on 1,500 Greek and English verses its own links had an error rate of .295,
    where one that was taught the links above the threshold, each alike, had .329.
    """
    if np.isnan(kept.scores[pair]):  # it was too long to be aligned
        return None
    found = kept[pair]
    links = np.zeros((len(found.target_spans), len(found.source_spans)), np.float32)
    for link, confidence in zip(found.links, found.confidences, strict=True):
        links[link.target, link.source] = confidence
    if corpus.is_reversed:
        return TaughtWords(found.target_spans, found.source_spans, links.T)
    return TaughtWords(found.source_spans, found.target_spans, links)
