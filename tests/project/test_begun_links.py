"""An alignment that was stopped goes on where it was, to the very same links."""

import shutil

import pytest
from begun_links import Killed, stop_after

from attnstudio.errors import StorageError
from attnstudio.project import alignment_size, begun_links
from attnstudio.project.begun_links import BegunLinks
from attnstudio.project.corpus_links import pairs_begun
from attnstudio.project.link_finding import find_corpus_links
from attnstudio.project.project import Project
from attnstudio.project.room import Kind, find_unused, sweep, weigh

CUTS = 5


@pytest.fixture
def small(empty, fill, monkeypatch):
    """A project of 21 short pairs, which are aligned in two blocks, of 11 and 10."""
    monkeypatch.setattr(alignment_size, "_MOST_PAIRS", 11)
    nouns = {"dog": "Hund", "cat": "Katze", "cow": "Kuh", "horse": "Pferd", "bird": "Vogel"}
    verbs = {"eats": "frisst", "runs": "rennt", "sleeps": "schläft", "sings": "singt"}
    fill(empty, train=[f"the {n} {v}!|{nouns[n]} {verbs[v]}!" for n in nouns for v in verbs])
    fill(empty, train=["|"])
    return empty


@pytest.fixture
def unbroken(small, tmp_path):
    """The files of links that were found without a stop."""
    other = Project.open(shutil.copytree(small.folder, tmp_path / "unbroken"))
    find_corpus_links(other, other.corpus())
    return files_of(other)


@pytest.fixture
def kept(monkeypatch):
    """The stages that are kept from now on, as block and cuts."""
    kept = []
    keep_cuts = BegunLinks.keep_cuts

    def keep(self, done, block):
        kept.append((block, done.cuts))
        keep_cuts(self, done, block)

    monkeypatch.setattr(BegunLinks, "keep_cuts", keep)
    return kept


def files_of(project):
    return {
        path.name: path.read_bytes() for path in (project.links / project.file.corpus).iterdir()
    }


def begun_in(project):
    return project.links / ".begun"


@pytest.mark.parametrize("killed", [False, True])
@pytest.mark.parametrize("stages", range(1, 2 * CUTS + 1))
def test_it_goes_on_with_the_next_stage_and_finds_the_same_links(
    small, unbroken, kept, stages, killed
):
    if killed:
        with pytest.raises(Killed):
            stop_after(stages, small, killed=True)
    else:
        stop_after(stages, small)
    done, told = pairs_begun(small, small.corpus()), []
    del kept[:]

    find_corpus_links(small, small.corpus(), progress=lambda done, of: told.append((done, of)))

    assert 0 < done <= told[0][0]
    assert told == sorted(told)
    assert told[-1] == (21, 21)
    every = [(block, cuts) for block in (0, 1) for cuts in range(1, CUTS + 1)]
    assert kept == every[stages:]
    assert files_of(small) == unbroken
    assert not begun_in(small).exists()


@pytest.mark.parametrize("name", ["cuts/forward", "cuts/manifest.json", "0/links"])
@pytest.mark.parametrize("fault", ["changed", "gone"])
def test_a_stage_that_is_damaged_is_done_again(small, unbroken, name, fault):
    stop_after(CUTS + 2, small)
    path = begun_in(small) / name
    content = path.read_bytes()
    path.unlink()
    if fault == "changed":
        path.write_bytes(bytes([content[0] ^ 1]) + content[1:])

    find_corpus_links(small, small.corpus())

    assert files_of(small) == unbroken


def test_what_was_set_aside_for_the_next_stage_when_a_kill_came_is_gone_on_with(
    small, unbroken, kept
):
    stop_after(3, small)
    done = pairs_begun(small, small.corpus())
    (begun_in(small) / "cuts").rename(begun_in(small) / ".cuts.old")
    del kept[:]

    assert pairs_begun(small, small.corpus()) == done
    find_corpus_links(small, small.corpus())

    assert kept[0] == (0, 4)
    assert files_of(small) == unbroken


def test_what_a_kill_left_half_written_is_in_nobodys_way(small, unbroken):
    stop_after(1, small)
    for name in (".cuts.new", ".0.new"):
        (begun_in(small) / name).mkdir()
        (begun_in(small) / name / "links").write_bytes(b"half")

    find_corpus_links(small, small.corpus())

    assert files_of(small) == unbroken


def test_another_version_with_the_same_texts_goes_on(small, kept):
    stop_after(3, small)
    with small.changing(), small.corpus_writer() as writer:
        writer.add_corpus(small.corpus(), small.corpus().split_codes() * 0 + 1)
        small.set_corpus(writer.finish())
    del kept[:]

    find_corpus_links(small, small.corpus())

    assert kept[0] == (0, 4)


def test_other_texts_begin_anew(small, fill, kept):
    stop_after(3, small)
    fill(small, train=["more|mehr"])
    assert pairs_begun(small, small.corpus()) == 0
    del kept[:]

    find_corpus_links(small, small.corpus())

    assert kept[0] == (0, 1)
    assert not begun_in(small).exists()


def test_another_program_begins_anew(small, monkeypatch):
    stop_after(3, small)
    monkeypatch.setattr(begun_links, "__version__", "0.0.9")

    assert pairs_begun(small, small.corpus()) == 0


def test_a_disk_without_room_stops_no_alignment(small, unbroken, monkeypatch):
    commit = begun_links.commit_folder

    def refuse_cuts(temporary, folder):
        if folder.name == "cuts":
            raise StorageError("full", path=folder)
        commit(temporary, folder)

    monkeypatch.setattr(begun_links, "commit_folder", refuse_cuts)

    find_corpus_links(small, small.corpus())

    assert files_of(small) == unbroken


def test_what_is_begun_of_a_corpus_that_is_cleared_away_goes_with_it(small, fill):
    stop_after(3, small)
    assert weigh(small)[Kind.LINKS] > 0
    fill(small, train=["more|mehr"])
    assert begun_in(small).exists()
    assert Kind.LINKS not in {thing.kind for thing in find_unused(small)}

    sweep(small)

    assert not begun_in(small).exists()
