"""What a double click starts, and the icons it wears."""

import importlib
import os
import struct
import subprocess
import sys
import threading
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "packaging"
ICONS = ROOT / "resources" / "icons"


def load(name):
    sys.path.insert(0, str(PACKAGING))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(PACKAGING))


bootstrap = load("bootstrap")
environment = load("environment")
first_run = load("first_run")
load("gates")
icons = load("icons")
launch = load("launch")
window = load("window")


@pytest.mark.parametrize(
    ("platform", "variables", "expected"),
    [
        ("win32", {}, True),
        ("darwin", {}, True),
        ("linux", {}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("linux", {"DISPLAY": ""}, False),
    ],
)
def test_a_window_needs_a_display(platform, variables, expected):
    assert window.has_display(platform, variables) is expected


def test_run_opens_the_window_where_there_is_a_display_and_the_terminal_else(monkeypatch):
    opened = []
    monkeypatch.setattr(environment, "provide", lambda *_: "python")
    monkeypatch.setattr(window, "has_qt", lambda _: True)
    monkeypatch.setattr(window, "show", lambda *_: opened.append("window") or 0)
    monkeypatch.setattr(first_run, "show", lambda *_: opened.append("terminal") or 0)
    monkeypatch.setattr(sys, "platform", "linux")

    for display, words in ((":0", []), ("", []), (":0", ["--terminal"])):
        monkeypatch.setitem(os.environ, "DISPLAY", display)
        monkeypatch.delitem(os.environ, "WAYLAND_DISPLAY", raising=False)
        assert bootstrap.carry_out(bootstrap.parse(["run", *words])) == 0
    monkeypatch.setattr(window, "has_qt", lambda _: False)
    monkeypatch.setitem(os.environ, "DISPLAY", ":0")
    bootstrap.carry_out(bootstrap.parse(["run"]))

    assert opened == ["window", "terminal", "terminal", "terminal"]


def test_the_menu_of_the_desktop_gets_an_entry_with_real_paths(tmp_path, monkeypatch):
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    python = tmp_path / "a folder" / ".venv" / "bin" / "python"

    path = window.write_entry(str(python), ROOT, tmp_path)

    assert path == tmp_path / ".local/share/applications/attnstudio.desktop"
    lines = dict(
        line.split("=", 1) for line in path.read_text(encoding="utf-8").splitlines() if "=" in line
    )
    assert lines["Exec"] == f'"{python.with_name("attnstudio-window")}" %F'
    assert Path(lines["Icon"]).is_file()
    assert lines["Terminal"] == "false"


def test_a_menu_that_cannot_be_written_is_no_reason_to_stop(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "file"))

    assert window.write_entry("python", ROOT, tmp_path) is None


def test_the_launcher_hears_the_set_up_and_when_the_program_starts():
    code = f"print('one'); print('{window.STARTING}'); print('last')"

    set_up = launch.SetUp([sys.executable, "-c", code])

    assert set_up.wait() == 0
    assert set_up.has_started.is_set()
    assert [line.strip() for line in set_up.said] == ["one", window.STARTING, "last"]
    assert window.STARTING.startswith(launch.STARTING)


def test_a_set_up_that_fails_leaves_its_words_and_its_code():
    set_up = launch.SetUp([sys.executable, "-c", "raise SystemExit('no network')"])

    assert set_up.wait() == 1
    assert set_up.said == ["no network\n"]
    assert not set_up.has_started.is_set()
    assert [thread.name for thread in threading.enumerate() if "_listen" in thread.name] == []


def test_the_launcher_runs_the_set_up_of_its_own_folder():
    command = launch.command(["--terminal"])

    assert command[0] == sys.executable
    assert command[1:] == ["-u", str(PACKAGING / "bootstrap.py"), "run", "--terminal"]


@pytest.mark.parametrize("name", ["Attention Studio.command", "Attention Studio.desktop"])
def test_a_double_click_may_start_the_file(name):
    assert os.access(PACKAGING / name, os.X_OK)


def test_the_macos_launcher_is_a_shell_script_that_starts_the_launcher():
    path = PACKAGING / "Attention Studio.command"

    assert subprocess.run(["sh", "-n", str(path)], check=False).returncode == 0
    assert "launch.py" in path.read_text(encoding="utf-8")


def test_the_linux_launcher_finds_its_folder(tmp_path):
    """Its command, run as a desktop runs it, with a launcher that only says that it was called."""
    folder = tmp_path / "a folder"
    folder.mkdir()
    (folder / "launch.py").write_text("print('launched')", encoding="utf-8")
    entry = (PACKAGING / "Attention Studio.desktop").read_text(encoding="utf-8")
    line = next(line for line in entry.splitlines() if line.startswith("Exec="))
    place = folder / "Attention Studio.desktop"
    command = line.removeprefix("Exec=").replace("%%", "%")
    for spelled in (str(place), f"file://{place}"):
        words = command.replace("%k", f"'{spelled}'")
        done = subprocess.run(["sh", "-c", words], capture_output=True, text=True, check=False)
        assert done.stdout.strip() == "launched", done.stderr


def test_the_windows_launcher_uses_the_python_without_a_console():
    text = (PACKAGING / "Attention Studio.bat").read_bytes()

    assert b'start "" pyw -3 "%~dp0launch.py"' in text
    assert text.count(b"\n") == text.count(b"\r\n")


def test_an_ico_holds_every_size_as_png():
    content = (ICONS / "attnstudio.ico").read_bytes()
    _, kind, count = struct.unpack_from("<HHH", content)
    sizes = []
    for number in range(count):
        side, _, _, _, _, bits, length, place = struct.unpack_from(
            "<BBBBHHII", content, 6 + 16 * number
        )
        assert bits == 32
        assert content[place : place + 4] == b"\x89PNG"
        width = struct.unpack_from(">I", content, place + 16)[0]
        assert side == width % 256
        assert place + length <= len(content)
        sizes.append(width)

    assert kind == 1
    assert tuple(sizes) == icons.ICO_SIZES


def test_an_icns_holds_every_size_as_png():
    content = (ICONS / "attnstudio.icns").read_bytes()
    assert content[:4] == b"icns"
    assert struct.unpack_from(">I", content, 4)[0] == len(content)
    place, found = 8, {}
    while place < len(content):
        kind = content[place : place + 4].decode()
        length = struct.unpack_from(">I", content, place + 4)[0]
        assert content[place + 8 : place + 12] == b"\x89PNG"
        found[kind] = struct.unpack_from(">I", content, place + 24)[0]
        place += length

    assert found == icons.ICNS_KINDS


def test_the_pictures_have_the_sizes_that_their_names_say():
    for size in icons.PNG_SIZES:
        content = (ICONS / f"attnstudio-{size}.png").read_bytes()
        assert struct.unpack_from(">II", content, 16) == (size, size)


def test_without_a_display_no_command_shows_the_help(tmp_path):
    variables = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DISPLAY", "WAYLAND_DISPLAY")
    }
    done = subprocess.run(
        [sys.executable, "-m", "attnstudio"], capture_output=True, text=True, check=False,
        env=variables, cwd=tmp_path,
    )  # fmt: skip

    assert done.returncode == 2
    assert "Usage" in done.stdout + done.stderr
