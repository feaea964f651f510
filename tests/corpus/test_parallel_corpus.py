import json
import shutil
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from word_spans import space_spans

from attnstudio.corpus.alignment import Alignment, GoldLinks
from attnstudio.corpus.corpus_writer import CorpusWriter
from attnstudio.corpus.parallel_corpus import ParallelCorpus, Split
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.corpus.text import clean_text
from attnstudio.errors import CorpusError

sentences = st.text(st.characters(exclude_categories=("Cs",))).map(clean_text).filter(bool)
stored_pairs = st.lists(
    st.tuples(st.builds(SentencePair, sentences, sentences), st.sampled_from(Split)), min_size=1
)


def gold_pair(source, target, links):
    gold = GoldLinks(space_spans(source), space_spans(target), Alignment.from_pharaoh(links))
    return SentencePair(source, target, gold)


ONE = SentencePair("one", "eins")
TWO = SentencePair("zwei 😀", "két")
GOLD = gold_pair("the house .", "das Haus .", "0-0 1-1 2p2")


def write_corpus(parent, *pairs, before=None, split=Split.TRAIN):
    with CorpusWriter(parent, "en", "de") as writer:
        if before is not None:
            writer.add_corpus(before)
        for pair in pairs:
            writer.add(pair, split)
        return ParallelCorpus(writer.finish())


@settings(max_examples=25)
@given(stored_pairs)
def test_a_corpus_gives_back_what_was_written(tmp_path_factory, pairs):
    with CorpusWriter(tmp_path_factory.mktemp("corpus"), "en", "de") as writer:
        for pair, split in pairs:
            writer.add(pair, split)
        corpus = ParallelCorpus(writer.finish())

    assert [pair for pair, _ in pairs] == list(corpus)
    for split in Split:
        assert [pair for pair, of in pairs if of is split] == list(corpus.pairs(split))
        assert corpus.counts()[split] == len(corpus.indices(split))


def test_more_pairs_than_are_written_together_keep_their_places(tmp_path):
    pairs = [SentencePair(f"line {i}", "ä" * (i % 7 + 1)) for i in range(10_000)]

    corpus = write_corpus(tmp_path, *pairs)

    assert len(corpus) == 10_000
    assert pairs == list(corpus)


def test_text_is_readable_with_any_editor(tmp_path):
    corpus = write_corpus(tmp_path, ONE, TWO)

    assert (corpus.folder / "en.txt").read_text(encoding="utf-8") == "one\nzwei 😀\n"


def test_there_is_nothing_beyond_the_ends(tmp_path):
    corpus = write_corpus(tmp_path, ONE)

    for index in (1, 2, -1):
        with pytest.raises(IndexError):
            corpus[index]


def test_a_corpus_without_pairs_is_one_too(tmp_path):
    corpus = write_corpus(tmp_path)

    corpus.check()
    assert (len(corpus), list(corpus.pairs(Split.TEST))) == (0, [])
    assert corpus.indices(Split.TRAIN).tolist() == []
    assert (corpus.source_language, corpus.has_gold) == ("en", False)


def test_the_reverse_direction_swaps_texts_languages_and_gold(tmp_path):
    folder = write_corpus(tmp_path, GOLD, ONE).folder

    reverse = ParallelCorpus(folder, reverse=True)

    assert (reverse.source_language, reverse.target_language) == ("de", "en")
    assert SentencePair("das Haus .", "the house .", GOLD.gold.reversed()) == reverse[0]
    assert (reverse.source(1), reverse.target(1), reverse.gold(1)) == ("eins", "one", None)


def test_pairs_with_and_without_gold_live_together(tmp_path):
    corpus = write_corpus(tmp_path, ONE, GOLD, TWO)

    assert corpus.has_gold
    assert list(corpus) == [ONE, GOLD, TWO]
    assert not write_corpus(tmp_path, ONE).has_gold


@pytest.mark.parametrize("first", [(ONE, TWO), (ONE, GOLD)])
@pytest.mark.parametrize("second", [(TWO,), (GOLD, TWO)])
def test_appending_keeps_earlier_pairs_their_gold_and_their_splits(tmp_path, first, second):
    before = write_corpus(tmp_path, *first, split=Split.VALID)

    after = write_corpus(tmp_path, *second, before=before)

    assert [*first, *second] == list(after)
    assert [1] * len(first) + [0] * len(second) == after.split_codes().tolist()


def test_a_corpus_written_in_parts_equals_one_written_at_once(tmp_path):
    first = write_corpus(tmp_path, ONE)

    assert write_corpus(tmp_path, ONE, GOLD).hash == write_corpus(tmp_path, GOLD, before=first).hash


def test_the_hash_says_every_part_of_the_content(tmp_path):
    hashes = [
        write_corpus(tmp_path, ONE, TWO).hash,
        write_corpus(tmp_path, TWO, ONE).hash,
        write_corpus(tmp_path, ONE).hash,
        write_corpus(tmp_path, ONE, TWO, split=Split.TEST).hash,
        write_corpus(tmp_path, GOLD).hash,
        write_corpus(tmp_path, SentencePair(GOLD.source, GOLD.target)).hash,
        write_corpus(tmp_path, SentencePair("eins", "one")).hash,
    ]

    assert len(hashes) == len(set(hashes))
    assert hashes[0] == write_corpus(tmp_path, ONE, TWO).hash


def test_a_writer_that_is_left_before_the_end_leaves_nothing(tmp_path):
    with CorpusWriter(tmp_path / "c", "en", "de") as writer:
        writer.add(ONE, Split.TRAIN)

    assert list(tmp_path.iterdir()) == []


def test_a_writer_that_cannot_begin_leaves_nothing(tmp_path):
    with pytest.raises(OSError, match="File name too long"):
        CorpusWriter(tmp_path, "en", "x" * 300)

    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_writer_left_is_swept_away_by_the_next(tmp_path):
    (tmp_path / ".killed.new").mkdir()
    (tmp_path / ".killed.new" / "en.txt").write_text("half a li")

    corpus = write_corpus(tmp_path, ONE)

    assert [corpus.folder.name] == [path.name for path in tmp_path.iterdir()]


def test_opening_a_large_corpus_reads_none_of_its_pairs(tmp_path):
    small = write_corpus(tmp_path, ONE, GOLD)
    large = small
    while len(large) < 200_000:
        with CorpusWriter(tmp_path, "en", "de") as writer:
            writer.add_corpus(large)
            writer.add_corpus(large)
            large = ParallelCorpus(writer.finish())

    tracemalloc.start()
    corpora = [ParallelCorpus(folder) for folder in (small.folder, large.folder)]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 100_000
    assert [2, len(large)] == [len(corpus) for corpus in corpora]


@pytest.fixture
def damaged(tmp_path):
    """A corpus to damage."""
    folder = write_corpus(tmp_path, ONE, TWO, GOLD).folder
    target = tmp_path / "damaged"
    shutil.copytree(folder, target)
    return target


@pytest.mark.parametrize(
    "name", ["manifest.json", "split", "en.txt", "de.offsets", "links.txt", "links.offsets"]
)
@pytest.mark.parametrize("damage", ["missing", "empty", "cut"])
def test_a_damaged_corpus_is_refused_on_opening(damaged, name, damage):
    path = damaged / name
    content = path.read_bytes()
    path.unlink()
    if damage != "missing":
        path.write_bytes(content[: -8 if damage == "cut" else 0][: len(content) - 1])

    with pytest.raises(CorpusError, match=r"^The corpus in .*damaged is missing or damaged: .+\. "):
        ParallelCorpus(damaged)


@pytest.mark.parametrize("manifest", [[], {}, {"languages": ["en"], "pairs": 3, "hash": "x"}])
def test_a_strange_manifest_is_refused(damaged, manifest):
    (damaged / "manifest.json").write_text(json.dumps(manifest))

    with pytest.raises(CorpusError, match="is missing or damaged"):
        ParallelCorpus(damaged)


def test_splits_are_read_only(tmp_path):
    codes = write_corpus(tmp_path, ONE).split_codes()

    with pytest.raises(ValueError, match="read-only"):
        codes[0] = 1
    assert np.uint8 == codes.dtype
