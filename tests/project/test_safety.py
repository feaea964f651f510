"""A project from a stranger: nothing outside it is read or written."""

import functools
import json
import operator
import os
import shutil
import socket
import sys
import time
import tomllib

import pytest
import tomlkit

from attnstudio.errors import AttentionStudioError, ProjectError
from attnstudio.project.project import Project
from attnstudio.project.safety import OURS

needs_links = pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")

PLACES = [
    "project.lock", "prepare.lock", "links.lock", ".project.toml.new", "corpus", "links",
    "tokenizers", "datasets", "runs", "reports", "trash", "corpus/0123456789abcdef",
    "links/0123456789abcdef/scores", "tokenizers/0123456789abcdef",
    "datasets/0123456789abcdef/source.ids", "runs/r/run.lock", "runs/r/events.jsonl",
    "runs/r/checkpoints", "runs/r/checkpoints/8", "runs/r/watch", "runs/r/history.cache",
    "runs/r/.checkpoints.json.new", "runs/r/config.toml", "trash/r 2026-01-01 00-00-00/watch",
]  # fmt: skip


@pytest.fixture
def diary(tmp_path):
    folder = tmp_path / "elsewhere"
    (folder / "8").mkdir(parents=True)
    (folder / "8" / "diary").write_text("mine")
    return folder


@needs_links
@pytest.mark.parametrize("place", PLACES)
def test_a_link_anywhere_is_named_with_where_it_leads(empty, diary, place):
    path = empty.folder / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.symlink_to(diary)

    with pytest.raises(ProjectError) as refusal:
        Project.open(empty.folder)

    assert f"{path} is a link to {diary}, so the project is not opened" in refusal.value.message
    assert "or remove the link" in refusal.value.hint
    assert (diary / "8" / "diary").read_text() == "mine"


@needs_links
def test_a_link_for_the_project_file_itself_is_refused(empty, tmp_path):
    (empty.folder / "project.toml").rename(tmp_path / "other.toml")
    (empty.folder / "project.toml").symlink_to(tmp_path / "other.toml")

    with pytest.raises(ProjectError, match=r"project\.toml is a link to"):
        Project.open(empty.folder)


@needs_links
def test_a_link_to_a_whole_project_is_the_persons_own(empty, tmp_path):
    (tmp_path / "shortcut").symlink_to(empty.folder)

    assert Project.open(tmp_path / "shortcut").file == empty.file


@pytest.mark.skipif(sys.platform == "win32", reason="pipes have no place in a folder there")
def test_a_folder_that_is_no_project_is_called_so_whatever_is_in_it(tmp_path):
    os.mkfifo(tmp_path / "somebody's pipe")

    with pytest.raises(ProjectError, match="is not a project"):
        Project.open(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="pipes have no place in a folder there")
@pytest.mark.parametrize("place", ["project.toml", "project.lock", "runs/r/events.jsonl"])
def test_a_pipe_or_a_socket_in_place_of_a_file_holds_nobody_up(empty, place, monkeypatch):
    path = empty.folder / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    with pytest.raises(ProjectError, match=r"is neither a file nor a folder.*Remove it"):
        Project.open(empty.folder)

    path.unlink()
    monkeypatch.chdir(path.parent)  # the name of a socket must be short
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path.name)
        with pytest.raises(ProjectError, match="is neither a file nor a folder"):
            Project.open(empty.folder)


def test_every_folder_of_a_project_is_walked_through(empty):
    folders = (empty.corpora, empty.links, empty.tokenizers, empty.datasets, empty.runs_folder)

    assert {folder.name for folder in folders} | {"trash", "reports", "comparisons"} == set(OURS)


@needs_links
def test_what_is_no_part_of_a_project_may_be_anything(empty, diary):
    (empty.folder / ".git").mkdir()
    (empty.folder / ".git" / "link").symlink_to(diary)

    assert Project.open(empty.folder).file == empty.file


def test_a_long_timeline_is_walked_through_in_no_time(empty):
    watch = empty.runs_folder / "r" / "watch"
    watch.mkdir(parents=True)
    for number in range(20_000):
        (watch / f"{number:08}-0.safetensors").touch()
    Project.open(empty.folder)  # warm

    began = time.perf_counter()
    Project.open(empty.folder)

    assert time.perf_counter() - began < 0.5  # 0.02 s on an idle machine
    shutil.rmtree(watch)


NAMES_IN_PROJECT = [
    ('source_language = "en"', 'source_language = "{out}/diary"'),
    ('source_language = "en"', 'source_language = "../diary"'),
    ('source_language = "en"', 'source_language = "DE"'),
    ('source_language = "en"', 'source_language = "nul"'),
    ('source_language = "en"', 'source_language = "links"'),
    ('corpus = "', 'corpus = "../'),
    ('last_run = ""', 'last_run = "../../x"'),
    ("split_seed", 'imports = [{{ files = [], sha256 = "../x", split = "train", pairs = 1, '
     "dropped = 0 }}]\nsplit_seed"),
    ("split_seed", 'cleanings = [{{ config = {{}}, before = "../x", after = "../y", '
     "dropped = 0 }}]\nsplit_seed"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new"), NAMES_IN_PROJECT)
def test_a_name_in_the_project_file_that_leads_elsewhere_is_refused(project, tmp_path, old, new):
    path = project.folder / "project.toml"
    text = path.read_text("utf-8")
    for key in ("imports = []\n", "cleanings = []\n"):
        text = text.replace(key, "")
    assert old in text
    path.write_text(text.replace(old, new.format(out=tmp_path.as_posix())), "utf-8")

    with pytest.raises(ProjectError, match=r"project\.toml is damaged: ") as refusal:
        Project.open(project.folder)
    assert "Value error" not in refusal.value.message


@pytest.mark.parametrize(
    "key",
    ["corpus", "preset", "sources.source.language", "sources.source.tokenizer",
     "target.language", "target.tokenizer", "starts_from.run"],
)  # fmt: skip
def test_a_name_in_the_config_of_a_run_that_leads_elsewhere_is_refused(project, key, new_run):
    path = new_run(project).folder / "config.toml"
    content = tomllib.loads(path.read_text("utf-8")) | {"starts_from": {"checkpoint": 8}}
    *tables, name = key.split(".")
    functools.reduce(operator.getitem, tables, content)[name] = "../../elsewhere"
    path.write_text(tomlkit.dumps(content), "utf-8")

    with pytest.raises(AttentionStudioError, match=rf"config\.toml is not the config.*{key}: "):
        Project.open(project.folder).runs()[0].definition()


@pytest.mark.parametrize(
    "change",
    [{"languages": ["../../x", "de"]}, {"languages": ["en"]}, {"languages": 3}, {"hash": "../x"},
     {"hash": "0" * 16}, {"pairs": -1}, {"pairs": 10**30}, {"pairs": "9"}, {"links": True}],
)  # fmt: skip
def test_a_manifest_of_a_corpus_that_lies_is_refused(project, change):
    path = project.corpus().folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | change), "utf-8")

    with pytest.raises(AttentionStudioError, match="is missing or damaged"):
        project.corpus()
