"""How long the sentences of a project's corpus are in pieces, as a model of it would read them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import numpy as np
from numpy.typing import NDArray

from attnstudio.config import TokenizerConfig
from attnstudio.corpus.parallel_corpus import ParallelCorpus, Split
from attnstudio.errors import AttentionStudioError
from attnstudio.lab.findings import PieceLengths
from attnstudio.project.project import Project
from attnstudio.project.sample_tokenizers import train_cutters
from attnstudio.project.tokenizers import read_tokenizer
from attnstudio.tokenizer import Tokenizer

_MOST_PAIRS = 20_000  # evenly taken
_LONGEST_PAIRS = 100  # by their characters, of all: the one with most pieces is among them
_LOW, _HIGH = 5, 95
_END = 1  # </s>


def measure_piece_lengths(
    project: Project,
    config: TokenizerConfig,
    should_stop: Callable[[], bool] = lambda: False,
) -> PieceLengths | None:
    """Cut the training pairs as the last trained run does, or else as a sample of them says.

    Args:
        project: whose corpus it is.
        config: how to cut where nothing was trained yet.
        should_stop: asked now and then.

    Returns:
        None when stopped, or where there are no training pairs.

    Raises:
        ProjectError: nothing was imported yet.
        CorpusError: the corpus is missing or damaged.
        TokenizerError: there is too little text to learn pieces from.
    """
    corpus = project.corpus()
    pairs = corpus.indices(Split.TRAIN)
    tokenizers = _of_last_run(project) or _of_sample(corpus, config, should_stop)
    if not len(pairs) or tokenizers is None or should_stop():
        return None
    source, target = tokenizers
    chosen = pairs[:: -(-len(pairs) // _MOST_PAIRS)]
    usual = _lengths(corpus, chosen, source, target)
    low, high = np.percentile(usual, (_LOW, _HIGH)).round().astype(int).tolist()
    longest = int(_lengths(corpus, _longest(corpus, pairs), source, target).max())
    return PieceLengths(low, high, max(longest, int(usual.max())))


def _of_last_run(project: Project) -> tuple[Tokenizer, Tokenizer] | None:
    """Those of the project's source and target; None where there is no run of its two languages."""
    with suppress(AttentionStudioError):
        definition = project.run().definition()
        of_language = {
            definition.source.language: definition.source.tokenizer,
            definition.target.language: definition.target.tokenizer,
        }
        names = [
            of_language[language]
            for language in (project.file.source_language, project.file.target_language)
            if language in of_language
        ]
        if len(names) == 2:
            return read_tokenizer(project, names[0]), read_tokenizer(project, names[1])
    return None


def _of_sample(
    corpus: ParallelCorpus, config: TokenizerConfig, should_stop: Callable[[], bool]
) -> tuple[Tokenizer, Tokenizer] | None:
    cutters = train_cutters(corpus, config, should_stop)
    return None if cutters is None else (cutters.source, cutters.target)


def _lengths(
    corpus: ParallelCorpus, pairs: NDArray[np.int64], source: Tokenizer, target: Tokenizer
) -> NDArray[np.int64]:
    """Pieces of each sentence of both sides, ``</s>`` included."""
    sources = source.encode_all([corpus.source(pair) for pair in pairs.tolist()])
    targets = target.encode_all([corpus.target(pair) for pair in pairs.tolist()])
    return np.array([len(ids) + _END for ids in (*sources, *targets)], dtype=np.int64)


def _longest(corpus: ParallelCorpus, pairs: NDArray[np.int64]) -> NDArray[np.int64]:
    """The pairs with most characters on one of their sides."""
    characters = np.array(
        [max(len(corpus.source(pair)), len(corpus.target(pair))) for pair in pairs.tolist()]
    )
    return pairs[np.argsort(characters)[-_LONGEST_PAIRS:]]
