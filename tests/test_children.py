"""A folder from a stranger runs nothing of its own in our processes."""

import json
import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

import attnstudio
from attnstudio import children
from attnstudio.children import Patience, import_path, python_command
from attnstudio.cli.record_writing import _write_png
from attnstudio.config import TokenizerConfig
from attnstudio.errors import ExportError
from attnstudio.tokenizer import train_tokenizer

HOSTILE = ("attnstudio/__init__", "torch/__init__", "PySide6/__init__", "sentencepiece", "json",
           "numpy/__init__", "sitecustomize", "encodings/__init__")  # fmt: skip
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>'


@pytest.fixture
def hostile(tmp_path, monkeypatch):
    """The current folder holds modules that leave a marker; gives the marker's path."""
    folder, marker = tmp_path / "hostile", tmp_path / "marker"
    for name in HOSTILE:
        path = folder / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"open({str(marker)!r}, 'a').write({name!r})\n")
    monkeypatch.chdir(folder)
    return marker


@pytest.mark.parametrize("first", ["", "the folder", "its name in PYTHONPATH"])
def test_children_import_nothing_from_the_current_folder(hostile, tmp_path, monkeypatch, first):
    """Whatever `python -m`, `python -c` or an empty entry in PYTHONPATH put first."""
    monkeypatch.setattr(sys, "path", [str(Path.cwd()) if first else "", *sys.path])
    if first == "its name in PYTHONPATH":
        monkeypatch.setenv("PYTHONPATH", os.pathsep.join(["", str(Path.cwd())]))
    pytest.importorskip("PySide6")

    _write_png(SVG, tmp_path / "a.png")
    trained = train_tokenizer(
        ["a b c d"] * 20, TokenizerConfig(kind="bpe", vocabulary_size=270, character_coverage=1.0)
    )

    assert trained.vocabulary_size > 260
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    assert not hostile.exists()


def test_a_child_finds_its_parents_package_and_its_arguments(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code = "import attnstudio; print(json.dumps([attnstudio.__file__, sys.argv[1:]]))"

    said = subprocess.check_output(python_command(code, "a b", "ü"), encoding="utf-8")

    assert json.loads(said) == [attnstudio.__file__, ["a b", "ü"]]


def test_the_folder_of_the_package_itself_stays(monkeypatch):
    home = Path(attnstudio.__file__).parents[1]
    monkeypatch.chdir(home)
    monkeypatch.setattr(sys, "path", [str(home), "/elsewhere"])
    assert import_path() == [str(home), "/elsewhere"]

    monkeypatch.chdir(home / "attnstudio")
    monkeypatch.setattr(sys, "path", ["", str(home), str(home / "attnstudio")])
    assert import_path() == [str(home)]


@pytest.mark.parametrize("code", ["", "sys.exit(0)", "sys.stdout.write('no picture')"])
def test_a_child_that_says_done_and_made_nothing_is_not_believed(tmp_path, monkeypatch, code):
    monkeypatch.setattr(
        "attnstudio.cli.record_writing.python_command", lambda _: python_command(code)
    )
    with pytest.raises(ExportError, match=r"a\.png could not be drawn: no reason given"):
        _write_png(SVG, tmp_path / "a.png")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_what_a_killed_parent_leaves_behind_its_child_removes(tmp_path):
    folder = tmp_path / "left"
    folder.mkdir()
    (folder / "weights").write_bytes(b"many")
    child = (
        "from attnstudio.children import watch_parent; watch_parent(int(sys.argv[1]), sys.argv[2]);"
        "print('watching', flush=True); sys.stdin.read(); import time; time.sleep(60)"
    )
    parent = textwrap.dedent(
        f"""
        import os, subprocess, sys
        from attnstudio.children import python_command
        child = subprocess.Popen(
            python_command({child!r}, str(os.getpid()), {str(folder)!r}), stdin=subprocess.PIPE
        )
        child.wait()
        """
    )
    started = subprocess.Popen(
        python_command(parent), stdout=subprocess.PIPE, stdin=subprocess.DEVNULL
    )
    with started:
        assert started.stdout.readline() == b"watching\n"
        assert folder.is_dir()
        started.kill()
        assert started.stdout.read() == b""  # until the child has ended as well
    assert not folder.exists()


@pytest.mark.parametrize(
    ("code", "hangs"), [("time.sleep(60)", True), ("[None for _ in iter(int, 1)]", False)]
)
def test_a_process_that_computes_nothing_hangs(monkeypatch, code, hangs):
    monkeypatch.setattr(children, "_HANGS_S", 1.0)
    command = python_command(f"import time; print(flush=True); {code}")
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        patience, until = Patience(process.pid), time.monotonic() + 10
        while not patience.is_over and time.monotonic() < until:
            time.sleep(0.1)
        process.kill()
    assert (time.monotonic() < until) == hangs


def test_whoever_was_away_waits_anew(monkeypatch):
    monkeypatch.setattr(children, "_HANGS_S", 0.2)
    monkeypatch.setattr(children, "_AWAY_S", 0.3)
    with subprocess.Popen(python_command("sys.stdin.read()"), stdin=subprocess.PIPE) as process:
        time.sleep(1.0)  # it has started meanwhile
        patience = Patience(process.pid)
        time.sleep(0.5)
        assert not patience.is_over
        time.sleep(0.25)
        assert patience.is_over
    assert not Patience(process.pid).is_over  # it has ended
