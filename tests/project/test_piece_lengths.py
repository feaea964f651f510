"""The lengths of a corpus in pieces, against what the tokenizers give one by one."""

import numpy as np
import pytest

from attnstudio.config import TokenizerConfig
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.project.piece_lengths import measure_piece_lengths
from attnstudio.project.sample_tokenizers import train_cutters

CONFIG = TokenizerConfig(kind="bpe", vocabulary_size=320)


def test_lengths_are_those_of_both_sides_with_their_end(project):
    corpus = project.corpus()
    cutters = train_cutters(corpus, CONFIG)
    lengths = []
    for pair in corpus.indices(Split.TRAIN):
        lengths.append(len(cutters.source.encode(corpus.source(pair))) + 1)
        lengths.append(len(cutters.target.encode(corpus.target(pair))) + 1)

    found = measure_piece_lengths(project, CONFIG)

    assert found.longest == max(lengths)
    assert found.low == pytest.approx(np.percentile(lengths, 5), abs=0.5)
    assert found.high == pytest.approx(np.percentile(lengths, 95), abs=0.5)


def test_stopped_it_says_nothing(project):
    assert measure_piece_lengths(project, CONFIG, lambda: True) is None
