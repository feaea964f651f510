import errno
from pathlib import Path

import numpy as np
import pytest

from attnstudio.config import TokenizerConfig
from attnstudio.corpus.corpus_writer import CorpusWriter
from attnstudio.corpus.parallel_corpus import ParallelCorpus, Split
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.errors import CorpusError, StorageError
from attnstudio.sites import SOURCE
from attnstudio.tokenizer import (
    END_ID,
    PADDING_ID,
    START_ID,
    UNKNOWN_ID,
    Tokenizer,
    train_tokenizer,
)
from attnstudio.training.dataset import ParallelDataset, SubwordSampling, encode_dataset
from attnstudio.training.source_masking import SourceMasking

ALPHA, SEED = 0.3, 5


@pytest.fixture(scope="module")
def corpus(tmp_path_factory, pairs):
    with CorpusWriter(tmp_path_factory.mktemp("corpora"), "en", "de") as writer:
        writer.add(SentencePair("not for training", "nicht zum Lernen"), Split.TEST)
        for number, pair in enumerate(pairs):
            longer = SentencePair(pair.source + " and" * (number % 7), pair.target)
            writer.add(longer, Split.TRAIN)
        return ParallelCorpus(writer.finish())


@pytest.fixture(scope="module")
def tokenizer(corpus):
    texts = [text for pair in corpus.pairs(Split.TRAIN) for text in (pair.source, pair.target)]
    return Tokenizer(train_tokenizer(texts, TokenizerConfig(vocabulary_size=320)).model)


@pytest.fixture
def folder(tmp_path, corpus, tokenizer):
    encode_dataset(tmp_path / "data", corpus, tokenizer, tokenizer, max_tokens=60)
    return tmp_path / "data"


def plan(dataset, epoch=0, *, batch_tokens=200, seed=1):
    return dataset.epoch_batches(epoch, batch_tokens=batch_tokens, seed=seed)


def test_every_pair_is_in_exactly_one_batch_of_an_epoch(folder):
    dataset = ParallelDataset(folder)

    assert sorted(np.concatenate(plan(dataset)).tolist()) == list(range(len(dataset)))


def test_equal_seeds_and_epochs_give_equal_batches_and_others_do_not(folder):
    first, again, later, other = (
        [rows.tolist() for rows in plan(ParallelDataset(folder), epoch, seed=seed)]
        for epoch, seed in ((3, 1), (3, 1), (4, 1), (3, 2))
    )

    assert first == again
    assert first != later
    assert first != other


def test_no_batch_exceeds_its_tokens_and_most_are_nearly_full(folder):
    dataset = ParallelDataset(folder)
    sizes = [
        max(batch.sources[SOURCE].values.numel(), batch.target_outputs.numel())
        for batch in map(dataset.batch, plan(dataset))
    ]

    assert max(sizes) <= 200
    assert np.median(sizes) > 160


def test_pairs_that_fill_a_batch_to_the_last_token_are_not_parted(folder):
    dataset = ParallelDataset(folder)

    def longest(rows):
        batch = dataset.batch(rows)
        return max(batch.sources[SOURCE].values.shape[1], batch.target_outputs.shape[1])

    lengths = [longest(np.array([row])) for row in range(len(dataset))]
    usual = max(set(lengths), key=lengths.count)
    batches = plan(dataset, batch_tokens=4 * usual)

    assert max(len(rows) for rows in batches if longest(rows) == usual) == 4


def test_a_pair_longer_than_the_budget_is_a_batch_by_itself(folder):
    assert all(len(rows) == 1 for rows in plan(ParallelDataset(folder), batch_tokens=4))


def test_a_batch_holds_the_pairs_as_the_tokenizer_gives_them(folder, corpus, tokenizer):
    dataset = ParallelDataset(folder)
    rows = np.array([4, 0, 9])
    batch = dataset.batch(rows)
    for position, row in enumerate(rows):
        pair = corpus[int(corpus.indices(Split.TRAIN)[row])]
        source, target = tokenizer.encode(pair.source), tokenizer.encode(pair.target)

        assert strip(batch.sources[SOURCE].values[position]) == [*source, END_ID]
        assert strip(batch.target_outputs[position]) == [*target, END_ID]
        assert strip(batch.target_inputs[position]) == [START_ID, *target]
        assert batch.sources[SOURCE].mask[position].sum() == len(source) + 1


def test_target_tokens_are_counted_without_padding(folder):
    batch = ParallelDataset(folder).batch(np.array([0, 1, 2]))

    assert batch.target_tokens == int((batch.target_outputs != PADDING_ID).sum())


def test_long_pairs_are_left_out_and_counted(tmp_path, corpus, tokenizer):
    pairs = list(corpus.pairs(Split.TRAIN))
    lengths = [
        max(len(tokenizer.encode(pair.source)), len(tokenizer.encode(pair.target)))
        for pair in pairs
    ]
    most = int(np.median(lengths))
    encode_dataset(tmp_path / "data", corpus, tokenizer, tokenizer, max_tokens=most)
    dataset = ParallelDataset(tmp_path / "data")

    assert dataset.left_out > 0
    assert len(dataset) + dataset.left_out == len(corpus.indices(Split.TRAIN))


def test_a_corpus_of_long_pairs_only_is_refused_and_leaves_nothing(tmp_path, corpus, tokenizer):
    with pytest.raises(CorpusError, match="None of the 320 training pairs has at most 2 tokens"):
        encode_dataset(tmp_path / "data", corpus, tokenizer, tokenizer, max_tokens=2)
    assert list(tmp_path.iterdir()) == []


def test_pairs_that_cannot_be_read_are_told_with_their_folder(folder):
    (folder / "pairs").unlink()

    with pytest.raises(StorageError, match=f"{folder.name} could not be read: No such file"):
        ParallelDataset(folder)


def test_a_stopped_encoding_leaves_nothing(tmp_path, corpus, tokenizer):
    done = encode_dataset(
        tmp_path / "data", corpus, tokenizer, tokenizer, max_tokens=60, should_stop=lambda: True
    )

    assert not done
    assert list(tmp_path.iterdir()) == []


def test_sampled_subwords_differ_between_draws_and_repeat_with_their_draw(
    folder, corpus, tokenizer
):
    sampling = SubwordSampling(corpus, tokenizer, tokenizer, ALPHA, SEED)
    dataset = ParallelDataset(folder, sampling)
    rows = np.arange(12)
    first, again, other = (dataset.batch(rows, draw=draw) for draw in (1, 1, 2))

    assert first.target_outputs.tolist() == again.target_outputs.tolist()
    assert first.target_outputs.tolist() != other.target_outputs.tolist()
    texts = [tokenizer.decode(strip(ids)[:-1]) for ids in first.target_outputs]
    assert texts == [corpus.target(int(i)) for i in corpus.indices(Split.TRAIN)[rows]]


def strip(ids):
    return [i for i in ids.tolist() if i != PADDING_ID]


@pytest.mark.parametrize("name", ["source.ids", "target.ids", "pairs", "manifest.json"])
def test_a_file_that_cannot_be_made_leaves_nothing(tmp_path, corpus, tokenizer, name, monkeypatch):
    plain = Path.open

    def refuse(path, *arguments, **options):
        if path.name == name:
            raise OSError(errno.EACCES, "Permission denied", str(path))
        return plain(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", refuse)

    with pytest.raises(StorageError, match="Permission denied"):
        encode_dataset(tmp_path / "data", corpus, tokenizer, tokenizer, max_tokens=60)
    assert list(tmp_path.glob("*data*")) == []
    assert list(tmp_path.glob(".*data*")) == []


def test_a_share_of_the_source_is_hidden_anew_in_each_draw_and_nothing_else(folder):
    plain = ParallelDataset(folder)
    masked = ParallelDataset(folder, masking=SourceMasking(0.25, SEED))
    rows = np.arange(len(plain))
    whole, first, again, other = (
        plain.batch(rows), masked.batch(rows, draw=7), masked.batch(rows, draw=7),
        masked.batch(rows, draw=8),
    )  # fmt: skip

    values, ids = first.sources[SOURCE].values, whole.sources[SOURCE].values
    hidden = values != ids
    assert (values[hidden] == UNKNOWN_ID).all()
    assert not hidden[(ids == END_ID) | (ids == PADDING_ID)].any()
    words = (ids != END_ID) & (ids != PADDING_ID)
    assert float(hidden[words].float().mean()) == pytest.approx(0.25, abs=0.05)
    assert first.sources[SOURCE].mask.equal(whole.sources[SOURCE].mask)
    assert first.target_outputs.equal(whole.target_outputs)
    assert first.target_inputs.equal(whole.target_inputs)
    assert values.equal(again.sources[SOURCE].values)
    assert not values.equal(other.sources[SOURCE].values)


def test_sampled_words_are_hidden_too(folder, corpus, tokenizer):
    sampling = SubwordSampling(corpus, tokenizer, tokenizer, ALPHA, SEED)
    rows = np.arange(8)
    cut = ParallelDataset(folder, sampling).batch(rows, draw=1).sources[SOURCE].values
    masked = ParallelDataset(folder, sampling, masking=SourceMasking(0.5, SEED))
    hidden = masked.batch(rows, draw=1).sources[SOURCE].values

    assert (hidden[hidden != cut] == UNKNOWN_ID).all()
    assert (hidden != cut).any()
