"""Some of the sentences that a corpus has for training."""

from __future__ import annotations

from attnstudio.corpus.parallel_corpus import ParallelCorpus, Split


def sample_training_texts(corpus: ParallelCorpus, most: int) -> tuple[list[str], list[str]]:
    """The sources and the targets of at most so many training pairs, evenly taken."""
    pairs = corpus.indices(Split.TRAIN)
    stride = max(1, -(-len(pairs) // most))
    blocks = list(corpus.blocks(pairs[::stride]))
    return (
        [text for block in blocks for text in block.sources],
        [text for block in blocks for text in block.targets],
    )
