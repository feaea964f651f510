"""``align --best``: the whole corpus at once."""

import json
import shutil
import signal
import sys

import pytest
from begun_links import stop_after

from attnstudio.corpus.alignment import Alignment, GoldLinks, Span
from attnstudio.project.corpus_links import CorpusLinks
from attnstudio.project.corrections import Correction, PairTexts, write_correction
from attnstudio.project.project import Project


@pytest.fixture(scope="module")
def aligned(tmp_path_factory, imported, attnstudio):
    """A project whose corpus was aligned, and what the command said; not to be changed."""
    folder = shutil.copytree(imported, tmp_path_factory.mktemp("aligned") / "project")
    return folder, attnstudio("align", folder, "--best", "--json")


def test_the_whole_corpus_is_linked_and_the_links_are_kept(aligned):
    folder, reply = aligned
    project = Project.open(folder)
    links = CorpusLinks.open(project, project.file.corpus)

    assert reply.code == 0, reply.err
    assert reply.json == {
        "corpus": project.file.corpus,
        "pairs": 320,
        "links": 6 * 320,  # those that people gave, of which each pair has six and each word one
        "score": 1.0,
    }
    assert links.count() < 6 * 320
    assert {"0-2", "1-3", "2-1"} <= set(links[0].alignment().to_pharaoh().split())


def test_links_that_are_there_are_only_written(aligned, attnstudio, tmp_path, monkeypatch):
    folder, _ = aligned
    monkeypatch.setattr("attnstudio.project.link_finding.align_corpus", None)

    reply = attnstudio("align", folder, "--best", "-o", tmp_path / "links")

    assert reply.code == 0, reply.err
    assert reply.lines[0].startswith("Linked ")
    assert reply.lines[1] == str(tmp_path / "links")
    lines = (tmp_path / "links").read_text().split("\n")[:-1]
    assert len(lines) == 320
    assert {"0-2", "1-3", "2-1"} <= set(lines[0].split())


@pytest.mark.parametrize("form", ["pharaoh", "naacl", "giza", "tsv", "tmx", "words"])
def test_links_are_written_in_the_format_that_is_asked_for(aligned, attnstudio, tmp_path, form):
    reply = attnstudio(
        "align", aligned[0], "--best", "--format", form, "-o", tmp_path / "x", "--json"
    )

    assert (reply.json["format"], reply.json["output"]) == (form, str(tmp_path / "x"))
    text = (tmp_path / "x").read_text("utf-8")
    assert ("Hund" in text) == (form not in ("pharaoh", "naacl"))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--best", "--format", "pdf", "-o", "x"), "'pdf' is not a format of word links."),
        (("--best", "--format", "tmx"), "A format needs a file."),
        (("--best", "--layer", "0"), "--best links the project's own corpus and asks no model."),
        (("--best", "--details"), "--best links the project's own corpus and asks no model."),
        (("--best", "--from-text"), "--best links the project's own corpus and asks no model."),
        (("a", "b", "--best"), "--best links the project's own corpus and asks no model."),
        (("--best", "-o", "none/x"), "There is no folder none."),
        ((), "align needs two files of sentences, and writes Pharaoh lines."),
        (("a",), "align needs two files of sentences, and writes Pharaoh lines."),
        (("a", "b", "--format", "tmx"),
         "align needs two files of sentences, and writes Pharaoh lines."),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(aligned, attnstudio, arguments, words):
    reply = attnstudio("align", aligned[0], *arguments, "--json")

    assert reply.code == 2
    assert reply.json["error"]["message"] == words


def test_an_empty_project_has_nothing_to_align(attnstudio, empty_project):
    reply = attnstudio("align", empty_project, "--best", "--json")

    assert reply.code == 2
    assert "has no corpus yet" in reply.json["error"]["message"]


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent otherwise there")
def test_ctrl_c_leaves_no_links(attnstudio, start, empty_project, pairs, write_lines):
    long = [pairs[i : i + 4] for i in range(300)] * 4
    folder = empty_project.parent
    for ending, side in (("en", "source"), ("de", "target")):
        texts = [" ".join(getattr(pair, side) for pair in some) for some in long]
        write_lines(folder / f"x.{ending}", [f"{text} {n}" for n, text in enumerate(texts)])
    assert attnstudio("import", empty_project, folder / "x.en", folder / "x.de").code == 0
    program = start("align", empty_project, "--best", "--json")
    assert "left" in program.stderr.readline().decode()

    program.send_signal(signal.SIGINT)
    out, _ = program.communicate(timeout=120)

    assert program.returncode == 130
    assert json.loads(out) == {"error": {"message": "Stopped.", "hint": ""}}
    assert not list((empty_project / "links").glob("[!.]*"))


def test_it_goes_on_where_it_was_stopped(attnstudio, imported, tmp_path):
    folder = shutil.copytree(imported, tmp_path / "project")
    project = Project.open(folder)
    stop_after(2, project)

    reply = attnstudio("align", folder, "--best", "--json")

    assert "It goes on where it was stopped, at 30%." in reply.err
    assert reply.json["links"] > 0
    assert "goes on" not in attnstudio("align", folder, "--best").err


def test_corrected_links_are_written(aligned, attnstudio, tmp_path):
    folder = shutil.copytree(aligned[0], tmp_path / "project")
    project = Project.open(folder)
    pair = project.corpus()[0]
    links = GoldLinks(
        (Span(0, len(pair.source)),),
        (Span(0, len(pair.target)),),
        Alignment.from_pharaoh("0-0"),
    )
    texts = PairTexts(pair.source, pair.target)
    write_correction(project, Correction(texts, links, Alignment()))

    reply = attnstudio("align", folder, "--best", "--format", "tsv", "-o", tmp_path / "x")

    assert reply.code == 0, reply.err
    row = f"1\t{pair.source}\t{pair.target}\t1.0000\n"
    assert row in (tmp_path / "x").read_text("utf-8")
