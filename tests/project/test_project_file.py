"""The copies that are kept of ``project.toml``."""

import errno
import os
from pathlib import Path

import pytest

from attnstudio.errors import ProjectError, StorageError
from attnstudio.project.project import Project
from attnstudio.project.project_file import ProjectFile, read_project_file, write_project_file


def named(folder):
    return sorted(path.name for path in folder.glob("project.toml*"))


def file(seed):
    return ProjectFile(source_language="en", target_language="de", split_seed=seed)


def test_the_three_last_versions_are_kept_the_newest_first(tmp_path):
    for seed in range(6):
        write_project_file(tmp_path, file(seed))

    assert read_project_file(tmp_path) == file(5)
    assert named(tmp_path) == ["project.toml", *(f"project.toml.{n}" for n in (1, 2, 3))]
    kept = [(tmp_path / f"project.toml.{n}").read_text("utf-8") for n in (1, 2, 3)]
    seeds = [line for text in kept for line in text.splitlines() if "split_seed" in line]
    assert seeds == ["split_seed = 4", "split_seed = 3", "split_seed = 2"]


def test_a_disk_that_fails_is_not_taken_for_a_folder_without_a_project(tmp_path, monkeypatch):
    write_project_file(tmp_path, file(1))
    sound = Path.lstat

    def failing(path):
        if path.name == "project.toml":
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return sound(path)

    monkeypatch.setattr(Path, "lstat", failing)

    with pytest.raises(StorageError, match="Input/output error"):
        read_project_file(tmp_path)


def test_what_says_the_same_is_no_new_version(tmp_path):
    for seed in (1, 2, 2, 2):
        write_project_file(tmp_path, file(seed))

    assert named(tmp_path) == ["project.toml", "project.toml.1"]


@pytest.mark.parametrize("damage", [b"", b"format = 1", b"[" * 100_000, b"\xff", b"x" * 2**25])
def test_a_damaged_project_file_names_the_newest_copy_that_is_whole(tmp_path, damage):
    for seed in range(4):
        write_project_file(tmp_path, file(seed))
    (tmp_path / "project.toml").write_bytes(damage)
    (tmp_path / "project.toml.1").write_bytes(damage)

    with pytest.raises(ProjectError) as refusal:
        Project.open(tmp_path)

    assert "project.toml is damaged: " in refusal.value.message
    assert f"copy {tmp_path / 'project.toml.2'} over it" in refusal.value.hint
    assert (tmp_path / "project.toml").read_bytes() == damage  # no copy is used silently


def test_without_a_copy_that_is_whole_a_text_editor_is_what_is_left(tmp_path):
    (tmp_path / "project.toml").write_bytes(b"x")

    with pytest.raises(ProjectError, match=r"Mend it in a text editor, or go back to a copy of"):
        Project.open(tmp_path)
