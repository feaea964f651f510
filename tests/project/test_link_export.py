"""Every format of word links, read back by a reader that knows nothing of the writer."""

import csv
import os
import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from attnstudio.corpus.alignment import Alignment
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.errors import StorageError
from attnstudio.interpretation.words import word_spans, words_of
from attnstudio.project.corpus_links import CorpusLinks
from attnstudio.project.importing import import_files
from attnstudio.project.link_export import LinkFormat, write_links
from attnstudio.project.link_files import LinkArrays, LinkFolderWriter
from attnstudio.project.project import Project
from attnstudio.project.standing_links import StandingLinks

PAIRS = [
    ('The "dog" barks & <runs>.', "Der „Hund“ bellt & <rennt>.", "0-0 2-2:.75 4-4 5-5 7-7 9-9"),
    ("nothing here", "gar nichts", ""),
    ("I buy\tapples", "我买苹果。\u2028\x01", "0-0:.3 1-1 2-2 2-3:.5"),
    ("", "leer", ""),
    ("He is not", "Il n' est pas", "0-0 1-3 2-1 2-4"),
]


@pytest.fixture
def corpus_and_links(tmp_path):
    project = Project.create(tmp_path / "p", "en", "de")
    with project.changing(), project.corpus_writer() as writer:
        for source, target, _ in PAIRS:
            writer.add(SentencePair(source, target), Split.TRAIN)
        project.set_corpus(writer.finish())
    corpus = project.corpus()
    folder = project.links / corpus.hash
    folder.mkdir(parents=True)
    with LinkFolderWriter(folder) as writer:
        for source, target, links in PAIRS:
            parts = [item.partition(":") for item in links.split()]
            places = [tuple(map(int, part[0].split("-"))) for part in parts]
            confidences = np.array([float(part[2] or 0.9) for part in parts], np.float32)
            places = np.array(places, np.int64).reshape(-1, 2)
            writer.add(word_spans(source), word_spans(target), places, confidences, 0.625)
        writer.seal(corpus, 1)
    found = CorpusLinks(corpus.hash, corpus.hash, LinkArrays.read(folder, corpus.hash))
    return corpus, StandingLinks(corpus, found, {})


@pytest.fixture
def written(corpus_and_links, tmp_path):
    def written(form):
        path = tmp_path / f"links{form.ending}"
        assert write_links(path, form, *corpus_and_links)
        assert not list(tmp_path.glob(".*.new"))
        return path

    return written


def sure(number):
    """The sure links of a pair, as they were given."""
    parts = [item.partition(":") for item in PAIRS[number][2].split()]
    return {tuple(map(int, p[0].split("-"))) for p in parts if float(p[2] or 0.9) > 0.4}


def test_pharaoh(written):
    lines = written(LinkFormat.PHARAOH).read_text("utf-8").split("\n")[:-1]

    assert [set(Alignment.from_pharaoh(line).sure) for line in lines] == [
        sure(number) for number in range(5)
    ]


def test_naacl(written):
    text = written(LinkFormat.NAACL).read_text("utf-8")
    rows = [line.split(" ") for line in text.split("\n")[:-1]]

    assert all(re.fullmatch(r"\d+ \d+ \d+ [SP] [01]\.\d{4}", " ".join(row)) for row in rows)
    for number in range(5):
        found = {(int(s) - 1, int(t) - 1) for n, s, t, kind, _ in rows
                 if int(n) == number + 1 and kind == "S"}  # fmt: skip
        assert found == sure(number)
    assert [row for row in rows if row[3] == "P"] == [["3", "1", "1", "P", "0.3000"]]
    assert rows[1] == ["1", "3", "3", "S", "0.7500"]


def read_giza(path):
    """What an A3 file says: target words, source words, and the target places of each source."""
    lines = path.read_text("utf-8").split("\n")
    assert lines.pop() == ""
    for first, targets, aligned in zip(lines[::3], lines[1::3], lines[2::3], strict=True):
        head = re.fullmatch(
            r"# Sentence pair \((\d+)\) source length (\d+) target length (\d+) "
            r"alignment score : (\S+)", first
        )  # fmt: skip
        assert head is not None
        items = re.findall(r"(\S+) \(\{ ((?:\d+ )*)\}\) ", aligned)
        assert "".join(f"{word} ({{ {places}}}) " for word, places in items) == aligned
        words, places = zip(*items, strict=True)
        assert words[0] == "NULL"
        assert (int(head[2]), int(head[3])) == (len(words) - 1, len(targets.split()))
        yield (
            int(head[1]),
            list(words[1:]),
            targets.split(),
            [[int(place) for place in some.split()] for some in places],
        )


def test_giza(written):
    read = list(read_giza(written(LinkFormat.GIZA)))

    assert [number for number, *_ in read] == [1, 2, 3, 4, 5]
    for number, sources, targets, places in read:
        assert sources == words_of(PAIRS[number - 1][0])
        assert targets == words_of(PAIRS[number - 1][1])
        said = sorted(place for some in places for place in some)
        assert said == list(range(1, len(targets) + 1))  # each target word once
        links = {
            (source - 1, place - 1)
            for source, some in enumerate(places)
            for place in some
            if source > 0
        }
        assert links == sure(number - 1)
    assert read[1][3] == [[1, 2], [], []]


def test_giza_gives_each_target_word_its_surest_source(tmp_path, corpus_and_links, monkeypatch):
    corpus, links = corpus_and_links
    pair = links[0]
    crossed = type(pair)(
        pair.source_spans, pair.target_spans, ((0, 0), (1, 0), (2, 0)),
        np.array([0.5, 0.8, 0.6], np.float32),
    )  # fmt: skip
    monkeypatch.setattr(CorpusLinks, "__getitem__", lambda _, n: crossed if n == 0 else links_of[n])
    links_of = [pair, *([type(pair)((), (), (), np.zeros(0, np.float32))] * 4)]
    write_links(tmp_path / "x", LinkFormat.GIZA, corpus, links)

    lines = (tmp_path / "x").read_text("utf-8").split("\n")
    assert lines[2].startswith('NULL ({ 2 3 4 5 6 7 8 9 10 }) The ({ }) " ({ 1 }) dog ({ }) ')


def test_tsv(written):
    text = written(LinkFormat.TSV).read_text("utf-8")
    rows = list(csv.reader(text.split("\n")[:-1], delimiter="\t", quoting=csv.QUOTE_NONE))

    assert rows[0] == ["pair", "source", "target", "confidence"]
    assert rows[1:3] == [["1", "The", "Der", "0.9000"], ["1", "dog", "Hund", "0.7500"]]
    assert ["1", "&", "&", "0.9000"] in rows
    for number in range(5):
        source, target = map(words_of, PAIRS[number][:2])
        expected = sorted((source[s], target[t]) for s, t in sure(number))
        assert sorted((r[1], r[2]) for r in rows if r[0] == str(number + 1)) == expected


def test_words(written):
    text = written(LinkFormat.WORDS).read_text("utf-8")
    rows = list(csv.DictReader(text.split("\n")[:-1], delimiter="\t", quoting=csv.QUOTE_NONE))

    by_source = {row["English"]: row for row in rows}
    assert by_source["apples"]["German"] == "苹果"
    assert by_source["not"]["German"] == "n … pas"
    dog = by_source["dog"]
    assert (dog["German"], dog["Links"], dog["Pairs"]) == ("Hund", "1", "1")
    assert (dog["Share"], dog["Confidence"]) == ("1.0000", "0.7500")
    assert (dog["English example"], dog["German example"]) == PAIRS[0][:2]
    assert by_source["apples"]["English example"] == "I buy apples"  # without the tab


def test_tmx(written):
    root = ElementTree.parse(written(LinkFormat.TMX)).getroot()
    units = list(root.iter("tu"))
    language = "{http://www.w3.org/XML/1998/namespace}lang"

    assert (root.tag, root.get("version")) == ("tmx", "1.4")
    header = root.find("header")
    assert header.get("srclang") == "en"
    assert {"creationtool", "creationtoolversion", "segtype", "o-tmf", "adminlang", "datatype"} < {
        *header.keys()
    }
    assert [unit.get("tuid") for unit in units] == ["1", "2", "3", "4", "5"]
    terms = []
    for unit, (source, target, _) in zip(units, PAIRS, strict=True):
        variants = unit.findall("tuv")
        assert [one.get(language) for one in variants] == ["en", "de"]
        texts = ["".join(one.find("seg").itertext()) for one in variants]
        assert texts == [source, target.replace("\x01", "")]
        marked = [{h.get("x"): h.text for h in one.iter("hi")} for one in variants]
        assert marked[0].keys() == marked[1].keys()
        terms.append({(marked[0][x], marked[1][x]) for x in marked[0]})
        assert unit.find("prop").text == "0.6250"
    assert terms[0] == {("The", "Der"), ("dog", "Hund"), ("barks", "bellt"), ("runs", "rennt")}
    assert terms[2] == {("buy", "买"), ("apples", "苹果")}
    assert terms[4] == {("He", "Il"), ("is", "est")}  # words apart are no term


def test_our_own_import_takes_the_tmx(written, tmp_path):
    project = Project.create(tmp_path / "again", "en", "de")

    import_files(project, [written(LinkFormat.TMX)])

    assert project.corpus().source(0) == PAIRS[0][0]


@pytest.mark.parametrize("form", LinkFormat)
def test_a_stop_leaves_the_file_that_was_there(corpus_and_links, tmp_path, form):
    path = tmp_path / "mine"
    path.write_text("mine")

    assert not write_links(path, form, *corpus_and_links, should_stop=lambda: True)
    assert path.read_text() == "mine"
    assert [one.name for one in tmp_path.iterdir() if one.is_file()] == ["mine"]


@pytest.mark.parametrize("form", LinkFormat)
def test_it_says_how_far_it_is(corpus_and_links, tmp_path, form):
    told = []

    write_links(tmp_path / "x", form, *corpus_and_links, progress=lambda *far: told.append(far))

    assert told == [(5, 5)]


def test_a_disk_that_refuses_is_told(corpus_and_links, tmp_path):
    with pytest.raises(StorageError, match="could not be written"):
        write_links(tmp_path / "none" / "x", LinkFormat.TSV, *corpus_and_links)


@pytest.mark.skipif(not Path(os.devnull).exists(), reason="there are no such devices")
def test_a_device_is_written_into(corpus_and_links):
    assert write_links(Path(os.devnull), LinkFormat.TSV, *corpus_and_links)
    assert not Path(os.devnull).is_file()
