"""A few rule-made pairs as a dataset that a trainer takes."""

import pytest

from attnstudio.config import TokenizerConfig
from attnstudio.corpus.corpus_writer import CorpusWriter
from attnstudio.corpus.parallel_corpus import ParallelCorpus, Split
from attnstudio.tokenizer import Tokenizer, train_tokenizer
from attnstudio.training.dataset import ParallelDataset, encode_dataset


@pytest.fixture(scope="session")
def dataset(tmp_path_factory, pairs):
    folder = tmp_path_factory.mktemp("trainer")
    with CorpusWriter(folder / "corpus", "en", "de") as writer:
        for pair in pairs[:60]:
            writer.add(pair, Split.TRAIN)
        corpus = ParallelCorpus(writer.finish())
    texts = [text for pair in pairs for text in (pair.source, pair.target)]
    tokenizer = Tokenizer(train_tokenizer(texts, TokenizerConfig(vocabulary_size=320)).model)
    encode_dataset(folder / "data", corpus, tokenizer, tokenizer, max_tokens=60)
    return ParallelDataset(folder / "data")
