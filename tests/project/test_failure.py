import errno
import os

import pytest

from attnstudio.errors import MemoryShortError, StorageError
from attnstudio.project.failure import cause_of, in_our_words
from attnstudio.training.events import FailureCause


@pytest.mark.parametrize("encode", [str, os.fsencode])
def test_what_the_disk_refuses_anywhere_is_no_bug(tmp_path, encode):
    path = tmp_path / "pairs"

    told = in_our_words(OSError(errno.EIO, "Input/output error", encode(path)))

    assert isinstance(told, StorageError)
    assert told.message == f"{path} could not be used: Input/output error."
    assert told.hint
    assert cause_of(told) is FailureCause.STORAGE


def test_an_error_of_no_file_stays_what_it_is():
    error = OSError(errno.EIO, "Input/output error", 3)

    assert in_our_words(error) is error


def test_too_little_memory_is_no_bug():
    told = in_our_words(MemoryError())

    assert isinstance(told, MemoryShortError)
    assert cause_of(told) is FailureCause.MEMORY


def test_a_bug_stays_a_bug():
    error = IndexError("list index out of range")

    assert in_our_words(error) is error
    assert cause_of(error) is FailureCause.BUG
