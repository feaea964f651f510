"""What a run trains on: the pairs of its corpus, encoded once, and the stream that is made of them.

The one place that knows how the sides of a run are kept as numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from attnstudio.config import RunConfig
from attnstudio.corpus.parallel_corpus import ParallelCorpus
from attnstudio.project.run_sides import RunSides
from attnstudio.sides.text import TextSource
from attnstudio.tokenizer import Tokenizer
from attnstudio.training.batch import ExampleStream
from attnstudio.training.dataset import (
    ParallelDataset,
    SubwordSampling,
    Texts,
    damage_of_dataset,
    encode_dataset,
)
from attnstudio.training.guided_links import GuidedLinks
from attnstudio.training.source_masking import SourceMasking


class Examples(ExampleStream, Protocol):
    """A stream that was encoded.

    Attributes:
        pairs: the number of each in its corpus.
        left_out: how many examples were too long.
    """

    pairs: NDArray[np.int64]
    left_out: int

    def __len__(self) -> int:
        """How many examples there are."""
        ...


def encode_examples(
    folder: Path,
    corpus: Texts,
    sides: RunSides,
    *,
    max_tokens: int,
    should_stop: Callable[[], bool] = lambda: False,
) -> bool:
    """Encode the training pairs of a corpus into a folder; see `encode_dataset`."""
    tokenizers = _tokenizers(sides)
    return encode_dataset(
        folder, corpus, *tokenizers, max_tokens=max_tokens, should_stop=should_stop
    )


def open_examples(
    folder: Path,
    config: RunConfig,
    corpus: ParallelCorpus,
    sides: RunSides,
    links: GuidedLinks | None = None,
) -> Examples:
    """The stream of what was encoded there, as the settings say.

    Words may be cut anew each time, and pieces of the source hidden.

    Args:
        folder: where it was encoded.
        config: of the run.
        corpus: in its direction.
        sides: its tokenizers.
        links: what a head is taught, example by example; None where nothing is.

    Raises:
        StorageError: a file cannot be read.
    """
    tokenizers = _tokenizers(sides)
    share, seed = config.training.source_masking, config.training.seed
    masking = SourceMasking(share, seed) if share else None
    if not config.tokenizer.sampling:
        return ParallelDataset(folder, links=links, masking=masking)
    sampling = SubwordSampling(corpus, *tokenizers, config.tokenizer.sampling_alpha, seed)
    return ParallelDataset(folder, sampling, masking=masking)


def damage_of_examples(folder: Path, sides: RunSides) -> str:
    """What is wrong with what was encoded there; nothing where it is whole or not there."""
    _tokenizers(sides)  # nothing but pairs of texts is kept so
    return damage_of_dataset(folder)


def _tokenizers(sides: RunSides) -> tuple[Tokenizer, Tokenizer]:
    source = sides.only_source
    if not isinstance(source, TextSource):
        raise TypeError(f"pairs of texts can be encoded, and {type(source).__name__} is none")
    return source.tokenizer, sides.target
