"""A tiny parallel corpus made by rules, shared by all tests."""

import contextlib
import ctypes
import faulthandler
import itertools
import os
import stat
import sys
import tempfile

import pytest

# Before torch is loaded, which then reads how waiting threads may spin: spinning for long was seen
# to slow decoding on shared cores down by a factor of 50.
import attnstudio  # noqa: F401

# isort: split
import hypothesis
import torch

from attnstudio.corpus.sentence_pair import SentencePair

# No test, and no program that a test starts, writes into the log folder of who runs it.
_LOGS = tempfile.TemporaryDirectory()
os.environ["ATTNSTUDIO_LOG_FOLDER"] = _LOGS.name
_LAB = tempfile.TemporaryDirectory()  # nor where measurements are kept
os.environ["ATTNSTUDIO_LAB_FOLDER"] = _LAB.name
_KEY = tempfile.TemporaryDirectory()  # nor where the key of this person's converted models is
os.environ["ATTNSTUDIO_KEY_FOLDER"] = _KEY.name

_STDERR = pytest.StashKey[int]()

# Shared machines pause for longer than any deadline.
hypothesis.settings.register_profile("patient", deadline=None)
hypothesis.settings.load_profile("patient")


def pytest_configure(config):
    """Keep the terminal's stderr, which no test's capture takes: see `pytest_runtest_setup`."""
    config.stash[_STDERR] = os.dup(2)


def pytest_runtest_setup(item):
    """A crash is told on the terminal, also after a test of the program's own crash log."""
    faulthandler.enable(item.config.stash[_STDERR])


DETERMINERS = {"a": "ein", "the": "der", "this": "dieser", "my": "mein"}
NOUNS = {"dog": "Hund", "man": "Mann", "boy": "Junge", "bird": "Vogel", "cook": "Koch"}
VERBS = {"sees": "sieht", "hears": "hört", "knows": "kennt", "finds": "findet"}


def rule_made_pairs():
    """320 pairs: ``the dog sees a bird today``, ``heute sieht der Hund ein Vogel``."""
    return [
        SentencePair(
            f"{one} {noun} {verb} {two} {other} today",
            f"heute {VERBS[verb]} {DETERMINERS[one]} {NOUNS[noun]} "
            f"{DETERMINERS[two]} {NOUNS[other]}",
        )
        for one, noun, verb, two, other in itertools.product(
            DETERMINERS, list(NOUNS)[:2], VERBS, list(DETERMINERS)[:2], NOUNS
        )
    ]


@pytest.fixture(scope="session")
def pairs():
    return rule_made_pairs()


@pytest.fixture(autouse=True, scope="session")
def _one_thread():
    """Float sums depend on the number of threads, and small machines share their cores."""
    torch.set_num_threads(1)


@pytest.fixture
def write_protect():
    """Takes the right to write in a folder away until the test ends.

    Root may write whatever a file's rights say, for as long as it has that capability.
    """
    changed, rights = [], contextlib.ExitStack()

    def write_protect(folder):
        if os.name == "nt":
            pytest.skip("Windows keeps nobody from writing in a folder by its mode")
        for path in (*folder.rglob("*"), folder):
            changed.append((path, stat.S_IMODE(path.stat().st_mode)))
            path.chmod(0o555 if path.is_dir() else 0o444)
        if os.geteuid() == 0:
            if sys.platform != "linux":
                pytest.skip("only Linux lets root do without its right to write everywhere")
            rights.enter_context(_without_override())

    yield write_protect
    rights.close()
    for path, mode in reversed(changed):
        path.chmod(mode)


@contextlib.contextmanager
def _without_override():
    """This thread, and those that it starts, without ``CAP_DAC_OVERRIDE`` (capabilities(7))."""
    libc = ctypes.CDLL(None, use_errno=True)
    version, override = 0x20080522, 1 << 1
    header = (ctypes.c_uint32 * 2)(version, 0)
    sets = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable, of the lower half first
    assert libc.capget(header, sets) == 0
    before = sets[0]
    sets[0] = before & ~override
    assert libc.capset(header, sets) == 0
    try:
        yield
    finally:
        sets[0] = before
        assert libc.capset(header, sets) == 0
