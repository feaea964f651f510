import errno
import os
import re
import stat
import sys
from pathlib import Path

import pytest

from attnstudio.errors import StorageError
from attnstudio.files import (
    commit_folder,
    open_to_append,
    remove_folder,
    replace,
    write_bytes,
    write_text,
)
from attnstudio.storage_errors import storage_error, storing

needs_links = pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")


def test_a_text_is_written_as_it_is_and_nothing_is_left_beside_it(tmp_path):
    write_text(tmp_path / "a.txt", "eins\nzwei 语料\n")

    assert (tmp_path / "a.txt").read_bytes() == "eins\nzwei 语料\n".encode()
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


@needs_links
def test_a_link_under_the_temporary_name_is_replaced_and_not_followed(tmp_path):
    diary = tmp_path / "diary"
    diary.write_text("mine")
    (tmp_path / ".a.txt.new").symlink_to(diary)

    write_text(tmp_path / "a.txt", "new")

    assert diary.read_text() == "mine"
    assert (tmp_path / "a.txt").read_text() == "new"
    assert not (tmp_path / "a.txt").is_symlink()


@needs_links
def test_a_log_that_is_a_link_or_a_pipe_is_not_opened(tmp_path):
    (tmp_path / "diary").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "diary")
    os.mkfifo(tmp_path / "pipe")

    for name in ("link", "pipe"):
        with pytest.raises(OSError, match=name):
            open_to_append(tmp_path / name)
    assert (tmp_path / "diary").read_text() == "mine"


def test_a_folder_under_the_temporary_name_goes_too(tmp_path):
    (tmp_path / ".note.txt.new" / "below").mkdir(parents=True)

    write_text(tmp_path / "note.txt", "new")

    assert [path.name for path in tmp_path.iterdir()] == ["note.txt"]


def test_what_a_killed_program_left_under_the_temporary_name_goes(tmp_path):
    (tmp_path / ".a.new").write_bytes(b"half")

    write_bytes(tmp_path / "a", b"whole")

    assert (tmp_path / "a").read_bytes() == b"whole"
    assert not (tmp_path / ".a.new").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="limits of files are signalled so on Linux")
def test_a_disk_that_is_full_leaves_what_there_was(tmp_path):
    import resource

    write_text(tmp_path / "a.txt", "old")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, hard))
    try:
        with pytest.raises(StorageError, match=r"a\.txt could not be written: File too large\."):
            write_text(tmp_path / "a.txt", "much longer than that")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (tmp_path / "a.txt").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_a_folder_gets_its_name_with_all_that_it_holds(tmp_path):
    (tmp_path / ".1.new" / "deep").mkdir(parents=True)
    (tmp_path / ".1.new" / "deep" / "a").write_text("a")

    commit_folder(tmp_path / ".1.new", tmp_path / "1")

    assert (tmp_path / "1" / "deep" / "a").read_text() == "a"
    assert not (tmp_path / ".1.new").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="descriptors tell their files on Linux")
def test_files_folders_and_names_are_on_the_disk_before_a_rename_counts(tmp_path, monkeypatch):
    """What is flushed, and when, is seen by nothing but the calls to the system."""
    calls = []
    flush, rename = os.fsync, os.replace

    def fsync(descriptor):
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        calls.append(path.relative_to(tmp_path).as_posix())
        flush(descriptor)

    def renamed(source, target):
        calls.append("renamed")
        rename(source, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", renamed)
    (tmp_path / ".1.new").mkdir()
    (tmp_path / ".1.new" / "a").write_text("a")
    commit_folder(tmp_path / ".1.new", tmp_path / "1")
    write_text(tmp_path / "b", "b")

    assert calls == [".1.new/a", ".1.new", "renamed", ".", ".b.new", "renamed", "."]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows flushes no folders")
def test_what_is_refused_after_a_rename_is_no_error_any_more(tmp_path, monkeypatch, caplog):
    """Whoever hears of an error undoes the rest, and what has its name may go by that."""
    flush = os.fsync

    def fsync(descriptor):
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EIO, "Input/output error")
        flush(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)

    write_text(tmp_path / "a", "new")

    assert (tmp_path / "a").read_text() == "new"
    assert "may not outlast a power cut" in caplog.text


@pytest.mark.skipif(sys.platform == "win32", reason="Windows flushes no folders")
def test_a_folder_that_cannot_be_opened_is_an_error_before_the_rename(tmp_path, monkeypatch):
    (tmp_path / "a").write_text("old")
    plain = os.open

    def refuse(path, *arguments, **options):
        if Path(path) == tmp_path:
            raise OSError(errno.EMFILE, "Too many open files", str(path))
        return plain(path, *arguments, **options)

    monkeypatch.setattr(os, "open", refuse)

    with pytest.raises(StorageError, match="Too many open files"):
        write_text(tmp_path / "a", "new")
    assert (tmp_path / "a").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@needs_links
def test_of_a_link_to_a_folder_only_the_link_is_removed(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "a").write_text("a")
    (tmp_path / "link").symlink_to(tmp_path / "mine")

    remove_folder(tmp_path / "link")

    assert not (tmp_path / "link").is_symlink()
    assert (tmp_path / "mine" / "a").exists()


def test_a_rename_that_is_refused_is_an_error_of_the_system(tmp_path):
    with pytest.raises(FileNotFoundError):
        replace(tmp_path / "no", tmp_path / "b")


@pytest.mark.parametrize(
    ("number", "hint"),
    [
        (errno.ENOSPC, r"^[\d,]+ MB are free on that disk: make room and try again\.$"),
        (errno.EDQUOT, r"MB are free on that disk: make room"),
        (errno.EACCES, "Choose a folder that you may write to"),
        (errno.EROFS, "Choose a folder that you may write to"),
        (errno.ENOENT, "It was moved or removed"),
        (errno.EFBIG, "raise the limit or choose another disk"),
        (errno.EIO, "Check that you may write there"),
    ],
)
def test_the_hint_fits_the_reason(tmp_path, number, hint):
    error = storage_error(OSError(number, os.strerror(number)), tmp_path / "a {b}.txt")

    assert error.message == f"{tmp_path}/a {{b}}.txt could not be written: {os.strerror(number)}."
    assert re.search(hint, error.hint)


def test_another_sentence_can_be_said(tmp_path):
    with (
        pytest.raises(StorageError, match=r"^x could not be moved: disk on fire\."),
        storing(tmp_path / "x", "x could not be moved: {reason}."),
    ):
        raise OSError("disk on fire.")
