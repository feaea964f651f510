import pytest

from attnstudio.corpus.corpus_writer import CorpusWriter
from attnstudio.corpus.parallel_corpus import ParallelCorpus, Split
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.corpus.splitting import cut_splits, find_leaks, find_overlap

TRAIN, VALID, TEST = Split


@pytest.fixture
def write(tmp_path):
    """A corpus of ``source target`` pairs by split."""

    def write(**pairs_by_split):
        with CorpusWriter(tmp_path, "en", "de") as writer:
            for split, pairs in pairs_by_split.items():
                for pair in pairs:
                    writer.add(SentencePair(*pair.split("|")), Split(split))
            return ParallelCorpus(writer.finish())

    return write


def numbered(count, prefix="s"):
    return [f"{prefix}{i}|t{prefix}{i}" for i in range(count)]


def cut(corpus, seed=1):
    """The source sentences of each split after the cut."""
    codes = cut_splits(corpus, seed=seed)
    return {
        split: [corpus.source(i) for i in range(len(corpus)) if codes[i] == code]
        for code, split in enumerate(Split)
    }


def test_five_per_cent_are_cut_for_each_split(write):
    splits = cut(write(train=numbered(200)))

    assert [len(splits[split]) for split in Split] == [180, 10, 10]


def test_a_large_corpus_gives_at_most_a_thousand_for_each(write):
    splits = cut(write(train=numbered(30_000)))

    assert [len(splits[split]) for split in Split] == [28_000, 1_000, 1_000]


def test_a_cut_repeats_with_its_seed_and_differs_with_another(write):
    corpus = write(train=numbered(200))

    assert cut(corpus) == cut(corpus)
    assert cut(corpus, seed=1) != cut(corpus, seed=2)


def test_the_order_of_pairs_does_not_decide_their_split(write):
    pairs = numbered(200)

    forward, backward = cut(write(train=pairs)), cut(write(train=pairs[::-1]))

    assert {s: set(x) for s, x in forward.items()} == {s: set(x) for s, x in backward.items()}


def test_only_what_is_missing_is_cut(write):
    splits = cut(write(train=numbered(100), valid=["v|tv"]))

    assert splits[VALID] == ["v"]
    assert [len(splits[split]) for split in Split] == [95, 1, 5]


def test_nothing_is_cut_where_all_splits_are_given(write):
    assert cut_splits(write(train=numbered(9), valid=["v|v"], test=["t|t"]), seed=1) is None


@pytest.mark.parametrize(("count", "sizes"), [(4, [2, 1, 1]), (5, [3, 1, 1]), (40, [36, 2, 2])])
def test_a_small_corpus_gives_at_least_one_for_each(write, count, sizes):
    splits = cut(write(train=numbered(count)))

    assert sizes == [len(splits[split]) for split in Split]


def test_a_tiny_corpus_is_not_cut(write):
    assert cut_splits(write(train=numbered(3)), seed=1) is None


def test_pairs_with_one_source_sentence_go_together(write):
    pairs = [f"s{i % 20}|t{i}" for i in range(400)]

    splits = cut(write(train=pairs))

    assert len(set(splits[TRAIN]) & {*splits[VALID], *splits[TEST]}) == 0
    assert len(set(splits[VALID]) & set(splits[TEST])) == 0
    assert all(splits.values())


def test_one_sentence_over_and_over_stays_in_train(write):
    corpus = write(train=[f"same|t{i}" for i in range(50)])

    assert len(cut(corpus)[TRAIN]) == 50


def test_overlap_counts_shared_sources_and_targets(write):
    corpus = write(
        train=["a|x", "b|y", "c|z", "c|w", "d|v", "a|u"],
        valid=["a|other", "new|y", "fresh|fresh"],
        test=["c|z", "a|also", "never|seen"],
    )

    overlap = find_overlap(corpus)

    assert (overlap.valid, overlap.test) == (2, 2)
    assert overlap.valid_with_test == 1
    assert overlap.train.tolist() == [0, 1, 2, 3, 5]


def test_a_source_equal_to_another_pairs_target_is_no_overlap(write):
    overlap = find_overlap(write(train=["a|b"], valid=["b|a"]))

    assert (overlap.valid, overlap.test, len(overlap.train)) == (0, 0, 0)


def test_leaks_are_found_exactly_and_but_for_case_and_punctuation(write):
    corpus = write(
        train=["A dog.|x", "a, dog!|y", "a cat|z", "...|w"],
        valid=["a dog|-", "new|neu", "?!|v"],
        test=["A DOG|-", "a cat|u"],
    )

    leaks = find_leaks(corpus)

    assert leaks.to_json() == {
        "overlap": {"valid": 0, "test": 1, "valid_with_test": 1, "train": 1},
        "overlap_loose": {"valid": 1, "test": 2, "valid_with_test": 1, "train": 3},
    }
    assert leaks.exact.train.tolist() == [2]
    assert leaks.loose.train.tolist() == [0, 1, 2]


def test_reading_can_be_given_up(write):
    def give_up(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        find_overlap(write(train=["a|b"], valid=["a|b"]), count_pairs=give_up)


@pytest.mark.parametrize("splits", [{"train": ["a|b", "a|b"]}, {"valid": ["a|b"], "test": ["a|b"]}])
def test_a_split_does_not_overlap_with_itself_or_where_nothing_is_trained_on(write, splits):
    overlap = find_overlap(write(**splits))

    assert (overlap.valid, overlap.test, len(overlap.train)) == (0, 0, 0)
