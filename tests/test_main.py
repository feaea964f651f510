"""What the words behind ``attnstudio`` start: a command or the window."""

import sys

import pytest

from attnstudio import __main__ as program
from attnstudio.cli.app import command_names


@pytest.fixture
def started(monkeypatch):
    """What is started by some words."""
    begun = []
    monkeypatch.setattr(program, "open_window", lambda words: begun.append(("window", words)))
    monkeypatch.setattr(program, "_run_command", lambda words: begun.append(("command", words)))
    monkeypatch.setattr(program, "_can_show_a_window", lambda: True)

    def started(*words):
        begun.clear()
        monkeypatch.setattr(sys, "argv", ["attnstudio", *map(str, words)])
        with pytest.raises(SystemExit):
            program.main()
        [(what, given)] = begun
        assert given == list(map(str, words))
        return what

    return started


def test_nothing_files_and_projects_open_the_window(started, tmp_path):
    texts = [tmp_path / "a.en", tmp_path / "a.de"]
    for text in texts:
        text.write_text("one")

    assert started() == "window"
    assert started(tmp_path) == "window"
    assert started(*texts) == "window"


def test_options_of_the_window_open_it(started, tmp_path):
    for option in program.WINDOW_OPTIONS:
        assert started(option) == "window"
    assert started("--safe-mode", tmp_path) == "window"
    assert started("--safe-mode", "train") == "command"


def test_what_is_not_there_and_options_are_for_the_command_line(started, tmp_path):
    assert started(tmp_path / "gone") == "command"
    assert started("--help") == "command"
    assert started(tmp_path, "--version") == "command"


def test_a_command_is_one_also_where_a_folder_has_its_name(started, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("train", "letters"):
        (tmp_path / name).mkdir()

    assert started("train") == "command"
    assert started("./train") == "window"
    assert started("letters") == "window"


def test_without_a_screen_everything_is_for_the_command_line(started, tmp_path, monkeypatch):
    monkeypatch.setattr(program, "_can_show_a_window", lambda: False)

    assert started(tmp_path) == "command"


def test_the_commands_are_those_that_the_program_has():
    assert {"new", "import", "train", "translate", "attend", "align", "sweep"} <= command_names()
