"""Lines in and out, also where a shell has its own kinds of files."""

import os
import sys
import threading
import zipfile

import pytest

from attnstudio.cli.lines import joined, read_lines, write_output
from attnstudio.corpus.text import clean_text
from attnstudio.errors import CorpusError, StorageError


def test_a_packed_text_is_read(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.txt", "one\ntwo\n")

    assert read_lines(tmp_path / "a.zip") == ["one", "two"]


def test_an_archive_of_several_texts_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.txt", "one\n")
        archive.writestr("b.txt", "two\n")

    with pytest.raises(CorpusError, match=r"a\.zip holds 2 files\."):
        read_lines(tmp_path / "a.zip")


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such pipes")
def test_a_named_pipe_is_read(tmp_path):
    """What a shell makes of ``<(head text.en)``."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=[b"one\r\n\r\ntwo"])
    writer.start()

    assert read_lines(pipe) == ["one", "", "two"]
    writer.join()


def test_a_line_is_one_line_whatever_a_model_spells():
    assert clean_text(" a\nb\r\nc\x0bd\u2028e ") == "a b  c d e"


def test_every_line_has_its_end():
    assert joined(["", "a", ""]) == "\na\n\n"
    assert joined([]) == ""


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "real.txt").write_text("old", "utf-8")
    (tmp_path / "link.txt").symlink_to(tmp_path / "real.txt")

    write_output(tmp_path / "link.txt", "new")

    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "real.txt").read_text("utf-8") == "new"


def test_what_cannot_be_written_is_said(tmp_path):
    with pytest.raises(StorageError, match="could not be written: No such file or directory"):
        write_output(tmp_path / "no" / "a.txt", "")
