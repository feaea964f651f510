"""Sentences on which an exported model is held against the one that it was made of."""

from __future__ import annotations

from itertools import islice
from random import Random

from attnstudio.corpus.parallel_corpus import ParallelCorpus, Split
from attnstudio.export.onnx_parity import IdPair
from attnstudio.tokenizer import END_ID, Tokenizer

_LONGEST_MADE_UP = 40  # pieces


def text_pairs(corpus: ParallelCorpus, most: int) -> list[tuple[str, str]]:
    """Pairs that the model did not learn from, if there are any, or else such as it did."""
    found = (
        pair for split in (Split.TEST, Split.VALID, Split.TRAIN) for pair in corpus.pairs(split)
    )
    return [(pair.source, pair.target) for pair in islice(found, most)]


def id_pairs(
    corpus: ParallelCorpus, source: Tokenizer, target: Tokenizer, most: int
) -> list[IdPair]:
    """The same as ids, ``</s>`` of the source included; made up where there are none."""
    texts = text_pairs(corpus, most)
    pairs: list[IdPair] = [
        ((*source.encode(text), END_ID), tuple(target.encode(translation)))
        for text, translation in texts
    ]
    return pairs or _made_up(source.size, target.size, most)


def made_up_texts(source: Tokenizer, target: Tokenizer, most: int) -> list[tuple[str, str]]:
    """Pieces by chance, as texts: their numbers are as good a test, if not their meaning."""
    return [
        (source.decode(list(read)[:-1]), target.decode(list(written)))
        for read, written in _made_up(source.size, target.size, most)
    ]


def _made_up(source_size: int, target_size: int, most: int) -> list[IdPair]:
    draw = Random(1)

    def pieces(size: int) -> tuple[int, ...]:
        count = draw.randint(1, _LONGEST_MADE_UP)
        return tuple(draw.randrange(END_ID + 1, size) for _ in range(count))

    return [((*pieces(source_size), END_ID), pieces(target_size)) for _ in range(most)]
