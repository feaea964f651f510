"""A second start hands its files to the first."""

import subprocess
import sys
import uuid

import pytest

from attnstudio.gui.shell.single_instance import FirstInstance, default_name, hand_over

SECOND = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from attnstudio.gui.shell.single_instance import hand_over
application = QCoreApplication([])
sys.exit(0 if hand_over(sys.argv[1], [Path(name) for name in sys.argv[2:]]) else 3)
"""


@pytest.fixture
def name():
    return f"attnstudio-test-{uuid.uuid4().hex[:8]}"


@pytest.mark.parametrize("files", [(), ("a b.en", "语料.de")])
def test_the_files_of_a_second_start_reach_the_first(qtbot, name, tmp_path, files):
    first = FirstInstance(name)
    paths = [tmp_path / file for file in files]

    with qtbot.waitSignal(first.called, timeout=120_000) as heard:
        second = subprocess.Popen([sys.executable, "-c", SECOND, name, *map(str, paths)])

    assert heard.args == [paths]
    qtbot.waitUntil(lambda: second.poll() is not None)
    assert second.returncode == 0
    first.close()


def test_without_a_first_there_is_nobody_to_take_files(name):
    assert not hand_over(name, [])


def test_a_name_left_by_a_killed_program_does_not_block_the_next(qtbot, name):
    killed = FirstInstance(name)
    following = FirstInstance(name)

    with qtbot.waitSignal(following.called, timeout=120_000):
        second = subprocess.Popen([sys.executable, "-c", SECOND, name])

    assert second.wait() == 0
    killed.close()
    following.close()


def test_the_name_is_the_persons_own_and_always_the_same():
    assert default_name() == default_name()
    assert default_name().startswith("attnstudio-")
