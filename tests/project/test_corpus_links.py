"""Word links of a whole corpus: found, kept, found again, and what may go wrong with them."""

import errno
import json
import os
import shutil
import sys

import numpy as np
import pytest

from attnstudio.alignment.aligner import align_corpus
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.errors import AlignmentError, CorpusError, StorageError
from attnstudio.interpretation.words import words_of
from attnstudio.project.alignment_size import AlignmentSize, size_for_alignment
from attnstudio.project.copying import copy_project
from attnstudio.project.corpus_links import KEPT_ABOVE, CorpusLinks
from attnstudio.project.link_files import BlockOrder, LinkFolderWriter
from attnstudio.project.link_finding import find_corpus_links
from attnstudio.project.project import Project
from attnstudio.project.room import Kind, find_unused

FILES = ["counts", "source.spans", "target.spans", "links", "confidences", "scores"]


@pytest.fixture
def small(empty, fill):
    """A project of 40 short pairs, and their links."""
    nouns = {"dog": "Hund", "cat": "Katze", "cow": "Kuh", "horse": "Pferd", "bird": "Vogel"}
    verbs = {"eats": "frisst", "runs": "rennt", "sleeps": "schläft", "sings": "singt"}
    pairs = [f"the {n} {v}!|{nouns[n]} {verbs[v]}!" for n in nouns for v in verbs]
    fill(empty, train=pairs, valid=[pair.replace("!", ".") for pair in pairs])
    return empty


@pytest.fixture
def links(small):
    return find_corpus_links(small, small.corpus())


def folder_of(project):
    return project.links / project.file.corpus


def texts_of(pair_links, pair):
    """Its words and the words of its likely links."""
    sources = [pair.source[start:end] for start, end in pair_links.source_spans]
    targets = [pair.target[start:end] for start, end in pair_links.target_spans]
    linked = {(sources[s], targets[t]) for s, t in pair_links.alignment().sure}
    return sources, targets, linked


def same(one, other):
    return all(
        (one[i].source_spans, one[i].target_spans, one[i].links)
        == (other[i].source_spans, other[i].target_spans, other[i].links)
        and np.array_equal(one[i].confidences, other[i].confidences)
        for i in range(len(one))
    ) and np.array_equal(one.scores, other.scores, equal_nan=True)


def left_in(folder):
    """What lies there beside what an alignment goes on with."""
    return {path.name for path in folder.glob("*")} - {".begun"}


def test_every_pair_of_a_corpus_gets_its_links(small, links):
    assert len(links) == len(small.corpus()) == 40
    sources, targets, linked = texts_of(links[5], small.corpus()[5])
    assert (sources, targets) == (["the", "cat", "runs", "!"], ["Katze", "rennt", "!"])
    assert {("cat", "Katze"), ("runs", "rennt"), ("!", "!")} <= linked
    assert ("the", "rennt") not in linked
    with pytest.raises(IndexError):
        links[40]
    with pytest.raises(IndexError):
        links[-1]


def test_confidences_and_scores_are_those_of_the_aligner(small, links):
    corpus = small.corpus()
    sides = [[words_of(text) for text in side(0, 40)] for side in (corpus.sources, corpus.targets)]
    chances = align_corpus(*sides)

    for number in range(40):
        grid = (chances[number].forward + chances[number].backward) / 2
        expected = {
            (s, t): grid[s, t]
            for s in range(grid.shape[0])
            for t in range(grid.shape[1])
            if grid[s, t] > KEPT_ABOVE
        }
        found = links[number]
        assert list(found.links) == sorted(expected)
        assert found.confidences.tolist() == pytest.approx([expected[k] for k in sorted(expected)])
        assert found.alignment() == chances[number].links()
        best = [max(row) for row in grid] + [max(column) for column in grid.T]
        assert links.scores[number] == pytest.approx(sum(best) / len(best), abs=1e-5)
    assert links.scores.dtype == np.float32


def test_a_wrong_translation_has_a_low_score(empty, fill):
    nouns = ["dog", "cat", "cow", "horse", "bird", "fish"]
    right = [f"{one} and {two}|{one.upper()} und {two.upper()}" for one in nouns for two in nouns]
    wrong = "dog and cat|HORSE BIRD FISH"
    scores = find_corpus_links(empty, fill(empty, train=[*right, wrong])).scores

    assert scores[-1] == scores.min()
    assert scores[-1] < 0.8 * np.median(scores)


def test_links_that_are_kept_are_answered_at_once(small, links, monkeypatch):
    monkeypatch.setattr("attnstudio.project.link_finding.align_corpus", None)

    assert same(find_corpus_links(small, small.corpus()), links)
    assert same(CorpusLinks.open(Project.open(small.folder), links.corpus), links)


def test_a_corpus_that_is_read_in_reverse_has_the_same_links(small):
    found = find_corpus_links(small, small.corpus(reverse=True))

    pair = small.corpus()[0]
    sources, _, linked = texts_of(found[0], pair)
    assert sources[:2] == ["the", "dog"]
    assert ("dog", "Hund") in linked


def test_another_version_of_the_corpus_has_none_yet(small, links, fill):
    fill(small, train=["more|mehr"])

    assert CorpusLinks.open(small, small.file.corpus) is None
    assert CorpusLinks.open(small, links.corpus) is not None


def test_another_version_with_the_same_texts_has_the_same_links(small, links, monkeypatch):
    monkeypatch.setattr("attnstudio.project.link_finding.align_corpus", None)
    former = small.corpus()
    with small.changing(), small.corpus_writer() as writer:
        writer.add_corpus(former, np.zeros(40, np.uint8))
        small.set_corpus(writer.finish())
    assert small.file.corpus != former.hash

    assert same(CorpusLinks.open(small, small.file.corpus), links)
    assert same(find_corpus_links(small, small.corpus()), links)
    assert [(thing.kind, thing.name) for thing in find_unused(small)] == [
        (Kind.CORPORA, former.hash)
    ]
    shutil.rmtree(former.folder)
    assert same(CorpusLinks.open(small, small.file.corpus), links)


def test_spans_slice_to_the_words_of_chinese_and_arabic(tmp_path):
    project = Project.create(tmp_path / "p", "zh", "ar")
    pairs = [("我喜欢 tea。", "أُحِبُّ الشّاي."), ("𠮷野家🙂", "مَرْحَبًا، ٣ مَرّات!")] * 4
    with project.changing(), project.corpus_writer() as writer:
        for source, target in pairs:
            writer.add(SentencePair(source, target), Split.TRAIN)
        project.set_corpus(writer.finish())

    links = find_corpus_links(project, project.corpus())

    for number, pair in enumerate(pairs):
        sources, targets, _ = texts_of(links[number], SentencePair(*pair))
        assert sources == words_of(pair[0])
        assert targets == words_of(pair[1])
    assert texts_of(links[0], SentencePair(*pairs[0]))[0] == ["我", "喜", "欢", "tea", "。"]


def test_an_empty_side_and_a_pair_that_is_too_long(empty, fill):
    long = " ".join(map(str, range(501)))
    pairs = ["a dog|", "|ein Hund", "|", "a dog|ein Hund", f"{long}|{long}", "a cat|eine Katze"]
    links = find_corpus_links(empty, fill(empty, train=pairs))

    assert [len(links[i].links) for i in (0, 1, 2, 4)] == [0] * 4
    assert (len(links[0].source_spans), len(links[0].target_spans)) == (2, 0)
    assert len(links[4].source_spans) == 501
    assert links.scores[:3].tolist() == [0, 0, 0]
    assert links.scores[3] > 0
    assert np.isnan(links.scores[4])
    assert same(CorpusLinks.open(empty, links.corpus), links)


def test_a_long_corpus_is_aligned_in_interleaved_blocks(small, monkeypatch):
    monkeypatch.setattr("attnstudio.project.alignment_size._MOST_PAIRS", 15)
    corpus, told = small.corpus(), []

    links = find_corpus_links(small, corpus, progress=lambda done, of: told.append((done, of)))

    assert json.loads((folder_of(small) / "manifest.json").read_text())["blocks"] == 3
    for block in range(3):
        members = range(block, 40, 3)
        alone = align_corpus(
            [words_of(corpus.source(i)) for i in members],
            [words_of(corpus.target(i)) for i in members],
        )
        for row, number in enumerate(members):
            assert links[number].alignment() == alone[row].links()
            grid = alone[row].confidence
            best = np.concatenate((grid.max(axis=0), grid.max(axis=1)))
            assert links.scores[number] == pytest.approx(best.mean(), abs=1e-5)
    assert told == sorted(told)
    assert told[-1] == (40, 40)


def test_long_sentences_make_smaller_blocks(small, monkeypatch):
    monkeypatch.setattr("attnstudio.project.alignment_size._MOST_CELLS", 240)  # 12 cells a pair
    find_corpus_links(small, small.corpus())

    assert json.loads((folder_of(small) / "manifest.json").read_text())["blocks"] == 2


@pytest.mark.parametrize(
    ("size", "seconds"),
    [
        (AlignmentSize(1_000, 182_000), 6),
        (AlignmentSize(4_000, 698_000), 20),
        (AlignmentSize(4_000, 698_000), 37),
        (AlignmentSize(4_000, 698_000, rivals=1.8), 32),
        (AlignmentSize(4_000, 698_000, rivals=2), 176),
        (AlignmentSize(1_000, 182_000, rivals=2), 45),
        (AlignmentSize(10_000, 1_850_000), 90),
    ],
)
def test_what_was_measured_lies_in_what_is_expected(size, seconds):
    shortest, longest = size.expected_s

    assert shortest < seconds < longest < 4 * (1 + size.rivals) * shortest


@pytest.mark.skipif(not hasattr(os, "getloadavg"), reason="the system keeps it for itself")
def test_other_programs_are_expected_to_slow_it_down(small, monkeypatch):
    monkeypatch.setattr(os, "getloadavg", lambda: (0.0, 0.0, 0.0))
    alone = size_for_alignment(small.corpus())
    monkeypatch.setattr(os, "getloadavg", lambda: (9.0 * (os.cpu_count() or 1), 0.0, 0.0))
    beside_others = size_for_alignment(small.corpus())

    assert alone.rivals == 0
    assert beside_others.expected_s[1] > 5 * alone.expected_s[1]


@pytest.mark.parametrize(("pairs", "blocks"), [(1, 1), (7, 3), (8, 3), (9, 3), (5, 5)])
def test_where_the_pairs_of_blocks_lie(pairs, blocks):
    order = BlockOrder(pairs, blocks)
    written = [pair for block in range(blocks) for pair in order.members(block)]

    assert sorted(written) == list(range(pairs))
    assert [written[order.place(pair)] for pair in range(pairs)] == list(range(pairs))
    assert order.in_pair_order(np.array(written, np.float32)).tolist() == list(range(pairs))


@pytest.mark.parametrize("at", [0, 1, 3, 50, 5_000])
def test_a_stop_leaves_no_links(small, at):
    asked = []

    def should_stop():
        asked.append(True)
        return len(asked) > at

    found = find_corpus_links(small, small.corpus(), should_stop=should_stop)

    assert (found is None) == (len(asked) > at)
    if found is None:
        assert not left_in(small.links)
        assert find_corpus_links(small, small.corpus()) is not None


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError])
def test_an_end_from_outside_leaves_no_links(small, error):
    def progress(done, _):
        if done > 10:
            raise error

    with pytest.raises(error):
        find_corpus_links(small, small.corpus(), progress=progress)
    assert not left_in(small.links)


def test_what_a_killed_program_left_is_swept(small):
    left = small.links / f".{small.file.corpus}.new"
    left.mkdir(parents=True)
    (left / "links").write_bytes(b"half")

    assert find_corpus_links(small, small.corpus()) is not None
    assert not left.exists()


@pytest.mark.parametrize("name", [*FILES, "manifest.json"])
@pytest.mark.parametrize("fault", ["cut", "changed", "gone"])
def test_a_damaged_folder_is_told_and_made_anew(small, links, name, fault):
    path = folder_of(small) / name
    content = path.read_bytes()
    path.unlink()  # what has it open keeps what it was
    match fault:
        case "cut":
            path.write_bytes(content[:-1])
        case "changed":
            path.write_bytes(bytes([content[0] ^ 1]) + content[1:])
        case "gone":
            pass

    with pytest.raises(AlignmentError, match=r"^The word links in .* are damaged: .*\w\. Align"):
        CorpusLinks.open(small, links.corpus)

    assert same(find_corpus_links(small, small.corpus()), links)
    assert same(CorpusLinks.open(small, links.corpus), links)


def sealed_anew(folder, change):
    """A stranger's folder: its files lie, and its manifest agrees with them."""
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest.pop("files")
    manifest |= change
    (folder / "manifest.json").write_text(json.dumps(manifest))


@pytest.mark.parametrize(
    ("name", "value"),
    [("links", 77), ("counts", 5), ("confidences", np.float32(np.nan)),
     ("confidences", np.float32(7)), ("scores", None), ("source.spans", None)],
)  # fmt: skip
def test_numbers_that_lead_out_of_a_pair_are_refused(small, links, name, value):
    path = folder_of(small) / name
    numbers = np.fromfile(path, "<f4" if name in ("confidences", "scores") else "<u4")
    if value is None:
        numbers = numbers[:-2]
    else:
        numbers[3] = value
    path.unlink()
    numbers.tofile(path)
    sealed_anew(folder_of(small), {})

    with pytest.raises(AlignmentError, match="are damaged"):
        CorpusLinks.open(small, links.corpus)


@pytest.mark.parametrize(
    "change",
    [{"corpus": "0" * 16}, {"format": 2}, {"pairs": 39}, {"pairs": "40"}, {"pairs": True},
     {"blocks": 0}, {"blocks": 41}, {"blocks": None}, {"files": {"../x": {}}}, {"files": 3}],
)  # fmt: skip
def test_a_manifest_that_lies_is_refused(small, links, change):
    sealed_anew(folder_of(small), change)

    with pytest.raises(AlignmentError, match="are damaged"):
        CorpusLinks.open(small, links.corpus)


def test_a_full_disk_is_told_and_leaves_no_links(small, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(LinkFolderWriter, "add", full)

    with pytest.raises(StorageError, match=r"could not be written: No space left.*MB are free"):
        find_corpus_links(small, small.corpus())
    assert not left_in(small.links)


def test_a_damaged_corpus_is_not_aligned(small):
    path = small.corpus().folder / "en.txt"
    path.write_bytes(path.read_bytes().replace(b"dog", b"cat"))

    with pytest.raises(CorpusError, match="is missing or damaged"):
        find_corpus_links(small, small.corpus())


@pytest.mark.skipif(sys.platform == "win32", reason="folders can be written there by their owner")
def test_kept_links_are_read_where_nobody_may_write(small, links):
    small.folder.chmod(0o500)
    try:
        assert same(find_corpus_links(small, small.corpus()), links)
    finally:
        small.folder.chmod(0o700)


def test_a_copy_of_a_project_holds_its_links(small, links, tmp_path):
    copy = copy_project(small.folder, tmp_path / "copy")
    shutil.rmtree(small.folder)

    assert len(CorpusLinks.open(Project.open(copy), links.corpus)) == 40
