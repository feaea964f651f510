"""``gold``: links out of a project and into another one."""

import pytest
from word_spans import space_spans

from attnstudio.corpus.alignment import Alignment, GoldLinks
from attnstudio.project.corrections import Correction, PairTexts, write_correction
from attnstudio.project.project import Project

SOURCES, TARGETS = ["the old dog", "a bird", "no links"], ["der alte Hund", "ein Vogel", "keine"]
GOLD = ["0-0 1p1 2-2", "0-0 1-1", ""]


@pytest.fixture
def linked(attnstudio, tmp_path, write_lines):
    """A project of three pairs, two of which have links."""
    folder = tmp_path / "project"
    attnstudio("new", folder, "--source", "en", "--target", "de")
    files = [
        write_lines(tmp_path / f"x.{ending}", lines)
        for ending, lines in (("en", SOURCES), ("de", TARGETS), ("gold", GOLD))
    ]
    assert attnstudio("import", folder, *files[:2], "--links", files[2]).code == 0
    return folder


def correct(folder, source, target, pharaoh):
    links = GoldLinks(space_spans(source), space_spans(target), Alignment.from_pharaoh(pharaoh))
    correction = Correction(PairTexts(source, target), links, Alignment())
    write_correction(Project.open(folder), correction)


def content(path):
    return path.read_text("utf-8").splitlines()


def test_links_are_written_with_their_words(attnstudio, linked, tmp_path):
    reply = attnstudio("gold", linked, "-o", tmp_path / "out", "--json")

    assert reply.json["pairs"] == 2
    assert [content(tmp_path / f"out.{end}") for end in ("en", "de", "gold")] == [
        SOURCES[:2],
        TARGETS[:2],
        GOLD[:2],
    ]


@pytest.mark.parametrize("form", ["pharaoh", "naacl"])
def test_written_links_come_back_as_they_were(attnstudio, linked, tmp_path, form):
    attnstudio("gold", linked, "-o", tmp_path / "out", "--format", form)
    attnstudio("new", tmp_path / "other", "--source", "en", "--target", "de")

    files = [tmp_path / f"out.{end}" for end in ("en", "de")]
    reply = attnstudio("import", tmp_path / "other", *files, "--links", tmp_path / "out.gold")

    assert reply.code == 0
    corpora = [Project.open(folder).corpus() for folder in (linked, tmp_path / "other")]
    assert [corpora[0].gold(pair) for pair in range(2)] == [corpora[1].gold(p) for p in range(2)]


def test_naacl_has_a_line_a_link(attnstudio, linked, tmp_path):
    attnstudio("gold", linked, "-o", tmp_path / "out", "--format", "naacl")

    assert content(tmp_path / "out.gold") == ["1 1 1 S", "1 2 2 P", "1 3 3 S", "2 1 1 S", "2 2 2 S"]


def test_corrections_count_before_they_are_kept_and_can_be_had_alone(attnstudio, linked, tmp_path):
    correct(linked, "a bird", "ein Vogel", "0-1")

    attnstudio("gold", linked, "-o", tmp_path / "all")
    attnstudio("gold", linked, "-o", tmp_path / "some", "--corrected")

    assert content(tmp_path / "all.gold") == [GOLD[0], "0-1"]
    assert content(tmp_path / "some.en") == ["a bird"]


def test_a_project_without_such_links_is_told(attnstudio, linked, tmp_path):
    reply = attnstudio("gold", linked, "-o", tmp_path / "out", "--corrected", "--json")

    assert reply.code == 2
    assert reply.json["error"]["message"] == f"No pair of {linked} has corrected links."


def test_a_format_that_is_none_is_refused(attnstudio, linked, tmp_path):
    reply = attnstudio("gold", linked, "-o", tmp_path / "out", "--format", "giza", "--json")

    assert reply.json["error"]["message"] == "'giza' is no format of links."
