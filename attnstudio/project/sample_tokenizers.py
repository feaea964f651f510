"""Tokenizers of a sample of a corpus: how its sentences would be cut, before a run is trained."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from attnstudio.config import TokenizerConfig
from attnstudio.corpus.parallel_corpus import ParallelCorpus, Split
from attnstudio.tokenizer import Tokenizer, train_tokenizer

_MOST_PAIRS = 4_000  # enough to see what the settings do, and quick


@dataclass(frozen=True, slots=True)
class Cutters:
    """Tokenizers trained on a sample of a corpus.

    Attributes:
        source: cuts the source.
        target: cuts the target; the same one where both sides share it.
        models: both as SentencePiece keeps them.
        pairs: how many pairs they were trained on.
    """

    source: Tokenizer
    target: Tokenizer
    models: tuple[bytes, bytes]
    pairs: int


def train_cutters(
    corpus: ParallelCorpus,
    config: TokenizerConfig,
    should_stop: Callable[[], bool] = lambda: False,
) -> Cutters | None:
    """Train on a sample; None when stopped."""
    places = corpus.indices(Split.TRAIN)
    places = places[:: max(1, len(places) // _MOST_PAIRS)]

    def texts(*, source: bool, target: bool) -> Iterator[str]:
        for place in places.tolist():
            if source:
                yield corpus.source(place)
            if target:
                yield corpus.target(place)

    def trained(*, source: bool, target: bool) -> bytes | None:
        found = train_tokenizer(
            texts(source=source, target=target), config, should_stop=should_stop
        )
        return found.model if found is not None else None

    first = trained(source=True, target=config.shared)
    second = first if config.shared else trained(source=False, target=True)
    if first is None or second is None:
        return None
    return Cutters(Tokenizer(first), Tokenizer(second), (first, second), len(places))
