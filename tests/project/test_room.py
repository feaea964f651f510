"""What a project weighs, what nobody needs of it, and the way to the trash and back."""

import errno
import os
from pathlib import Path

import pytest

from attnstudio.config import CleaningConfig
from attnstudio.errors import OutdatedError, ProjectError, StorageError
from attnstudio.project.cleaning import clean, undo_cleaning
from attnstudio.project.corpus_links import CorpusLinks
from attnstudio.project.link_finding import find_corpus_links
from attnstudio.project.naming import dataset_name
from attnstudio.project.pipeline import train
from attnstudio.project.project import Project
from attnstudio.project.room import Kind, find_unused, sweep, weigh
from attnstudio.project.run_creation import create_run
from attnstudio.project.trash import (
    empty_trash,
    list_trash,
    move_to_trash,
    restore,
    restore_swept,
    trashed_runs,
)
from attnstudio.project.weight import bytes_in, in_units
from attnstudio.training.stop import StopToken


@pytest.fixture
def run(project, small_config):
    run = create_run(project, small_config(limits={"max_steps": 3}), preset="tiny")
    train(project, run, emit=lambda _: None, stop=StopToken())
    return run


@pytest.fixture
def imported(fill):
    """A project after so many imports, and the hashes of its corpora."""

    def imported(project, times):
        return [
            fill(project, train=[f"s{i}|t{i}" for i in range(i + 1)]).hash for i in range(times)
        ]

    return imported


def files_of(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("[!.]*.*")}


@pytest.mark.usefixtures("run")
def test_a_project_is_weighed_by_kind(project):
    weights = weigh(project)

    for kind in Kind:
        files = [path for path in (project.folder / kind.value).rglob("*") if path.is_file()]
        assert weights[kind] == sum(path.stat().st_size for path in files)
    assert weights[Kind.CORPORA] > 10_000
    assert weights[Kind.RUNS] > 10_000
    assert weights[Kind.TRASH] == 0
    assert weigh(project, should_stop=lambda: True) is None


def test_links_weigh_only_themselves(tmp_path):
    (tmp_path / "large").write_bytes(b"x" * 100_000)
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "link").symlink_to(tmp_path / "large")
    (folder / "round").symlink_to(folder)

    assert bytes_in(folder) < 1_000


def test_former_corpora_are_swept_and_come_back_whole(empty, imported):
    *former, current = imported(empty, 3)
    before = files_of(empty.folder)
    assert {thing.name for thing in find_unused(empty)} == set(former)
    assert [thing.pairs for thing in find_unused(empty)] == [3, 1]

    swept = sweep(empty)

    assert [path.name for path in empty.corpora.iterdir()] == [current]
    assert find_unused(empty) == []
    assert swept.size_bytes == weigh(empty)[Kind.TRASH]
    restore_swept(empty, swept.folder)
    assert files_of(empty.folder) == before
    assert list_trash(empty) == []
    assert sweep(Project.open(empty.folder)) is not None


def test_what_a_run_trains_on_stays(project, run, fill):
    """The names that training made are those that the sweep works out."""
    fill(project, train=["more|mehr"])

    assert find_unused(project) == []
    assert (project.datasets / dataset_name(run.definition())).is_dir()


def test_what_a_deleted_run_needs_stays_until_it_cannot_come_back(project, run, fill):
    fill(project, train=["more|mehr"])
    move_to_trash(project, run)
    assert find_unused(project) == []

    empty_trash(project)

    assert {thing.kind for thing in find_unused(project)} == {
        Kind.CORPORA, Kind.TOKENIZERS, Kind.DATASETS,
    }  # fmt: skip


def test_word_links_go_with_their_corpus_and_come_back(empty, fill):
    links = find_corpus_links(empty, fill(empty, train=["a dog|ein Hund", "a cat|eine Katze"]))
    assert find_unused(empty) == []
    fill(empty, train=["more|mehr"])
    assert [(thing.kind, thing.pairs) for thing in find_unused(empty)] == [
        (Kind.LINKS, 2), (Kind.CORPORA, 2),
    ]  # fmt: skip

    swept = sweep(empty)

    assert CorpusLinks.open(empty, links.corpus) is None
    restore_swept(empty, swept.folder)
    assert CorpusLinks.open(empty, links.corpus)[0].links == links[0].links


def test_what_a_cleaning_can_be_taken_back_to_stays(empty, fill):
    before = fill(empty, train=["a dog|ein Hund", "a dog|ein Hund"]).hash
    clean(empty, CleaningConfig())
    assert empty.file.corpus != before
    assert sweep(empty) is None

    undo_cleaning(empty)

    assert empty.file.corpus == before


def test_a_run_that_cannot_be_read_keeps_everything(project, run, fill):
    fill(project, train=["more|mehr"])
    (run.folder / "config.toml").write_text("not toml [")

    with pytest.raises(ProjectError, match=rf"^The settings of run {run.name} cannot be read"):
        sweep(project)


def test_a_sweep_that_is_stopped_keeps_what_it_moved_for_the_way_back(empty, imported):
    imported(empty, 3)
    told = []

    swept = sweep(empty, progress=lambda *done: told.append(done), should_stop=lambda: bool(told))

    assert told == [(1, 2)]
    assert len(swept.things) == 1
    assert len(find_unused(empty)) == 1


def test_nothing_behind_a_link_is_swept(empty, imported, tmp_path):
    imported(empty, 1)
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "diary").mkdir(parents=True)
    empty.tokenizers.symlink_to(elsewhere)
    (empty.corpora / "linked").symlink_to(elsewhere / "diary")

    assert sweep(empty) is None
    assert (elsewhere / "diary").is_dir()


def test_what_was_made_anew_is_not_written_over(empty, imported):
    former, _ = imported(empty, 2)
    swept = sweep(empty)
    anew = empty.corpora / former
    anew.mkdir()

    restore_swept(empty, swept.folder)

    assert list(anew.iterdir()) == []
    assert (swept.folder / "corpus" / former / "manifest.json").is_file()


def test_the_trash_is_listed_by_name_time_and_size(project, run, fill):
    fill(project, train=["more|mehr"])
    weight = bytes_in(run.folder)
    trashed = move_to_trash(project, run)
    (project.folder / "trash" / "made by hand").mkdir()

    by_hand, entry = sorted(list_trash(project), key=lambda thing: thing.run)

    assert (entry.folder, entry.run, entry.size_bytes) == (trashed, run.name, weight)
    assert abs(entry.deleted_at - by_hand.deleted_at) < 60
    assert by_hand.run == ""


def test_a_run_with_a_date_in_its_name_keeps_it(project, small_config):
    name = "tried 2026-01-02 03-04-05"
    move_to_trash(project, create_run(project, small_config(), preset="tiny", name=name))

    assert [entry.run for entry in list_trash(project)] == [name]


def test_the_trash_is_emptied_for_good(project, run):
    move_to_trash(project, run)
    weight = weigh(project)[Kind.TRASH]
    (project.folder / "trash" / ".going-half").mkdir()
    told = []

    assert empty_trash(project, progress=lambda *done: told.append(done)) == weight

    assert told == [(weight, weight)]
    assert list((project.folder / "trash").iterdir()) == []


def test_emptying_the_trash_can_be_stopped(project, run, small_config):
    move_to_trash(project, run)
    move_to_trash(project, create_run(project, small_config(), preset="tiny"))
    told = []

    empty_trash(project, progress=lambda *done: told.append(done), should_stop=lambda: bool(told))

    assert len(list_trash(project)) == 1


def test_emptying_the_trash_deletes_nothing_behind_a_link(project, run, tmp_path):
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "diary").write_text("dear")
    trashed = move_to_trash(project, run)
    (trashed / "watch-too").symlink_to(mine)
    (project.folder / "trash" / "linked").symlink_to(mine)

    empty_trash(project)

    assert (mine / "diary").read_text() == "dear"


def test_what_left_the_trash_cannot_come_back_from_it(project, run, empty, imported):
    trashed = move_to_trash(project, run)
    empty_trash(project)
    with pytest.raises(OutdatedError, match=r"is no longer in the trash\."):
        restore(project, trashed, run.name)

    imported(empty, 2)
    swept = sweep(empty)
    empty_trash(empty)
    with pytest.raises(OutdatedError, match=r"is no longer in the trash\."):
        restore_swept(empty, swept.folder)


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
def test_what_cannot_be_deleted_is_said(project, run, monkeypatch):
    trashed = move_to_trash(project, run)
    (trashed / "here").write_text("x")

    def refuse(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("shutil.rmtree", refuse)
    with pytest.raises(Exception, match=r"could not be deleted: Permission denied\."):
        empty_trash(project)


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 bytes"), (999, "999 bytes"), (1_000, "1 kB"), (99_600, "100 kB"),
        (999_400, "999 kB"), (999_600, "1.0 MB"), (12_340_000, "12.3 MB"), (123_400_000, "123 MB"),
        (3_400_000_000, "3.4 GB"), (5_000_000_000_000, "5000 GB"),
    ],
)  # fmt: skip
def test_bytes_are_said_in_units(size, words):
    assert in_units(size) == words


def test_a_run_goes_to_the_trash_and_comes_back_whole(project, run):
    before = {p.name: p.read_bytes() for p in run.folder.rglob("*") if p.is_file()}

    trashed = move_to_trash(project, run)
    assert project.runs() == []
    assert trashed.parent == project.folder / "trash"
    back = restore(project, trashed, run.name)

    assert back.name == run.name
    assert {p.name: p.read_bytes() for p in back.folder.rglob("*") if p.is_file()} == before


def test_a_run_that_is_trained_stays(project, run):
    with run.locked(), pytest.raises(ProjectError, match="being trained"):
        move_to_trash(project, run)

    assert len(project.runs()) == 1


def test_a_run_is_not_put_back_over_another(project, run, small_config):
    trashed = move_to_trash(project, run)
    create_run(project, small_config(), preset="tiny", name=run.name)

    with pytest.raises(OutdatedError, match="already"):
        restore(project, trashed, run.name)
    assert trashed.exists()


@pytest.mark.parametrize(
    "act",
    [
        lambda project, run: move_to_trash(project, run),
        lambda project, _: list_trash(project),
        lambda project, _: trashed_runs(project),
        lambda project, _: restore(project, project.folder / "trash" / "r", "r"),
        lambda project, _: restore_swept(project, project.folder / "trash" / "r"),
    ],
    ids=["delete", "list", "runs", "restore", "restore what was swept"],
)
def test_a_trash_that_nobody_may_look_into_is_said(project, run, monkeypatch, act):
    (project.folder / "trash" / "r").mkdir(parents=True)
    plain = Path.stat

    def refuse(path, **options):
        if "trash" in path.parts:
            raise OSError(errno.EACCES, "Permission denied", str(path))
        return plain(path, **options)

    monkeypatch.setattr(Path, "stat", refuse)

    with pytest.raises(StorageError, match="could not be read: Permission denied"):
        act(project, run)
