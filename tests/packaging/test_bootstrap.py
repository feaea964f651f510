"""The set-up: what it decides and says, without a network and without installing anything."""

from __future__ import annotations

import ast
import importlib
import json
import os
import re
import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path
from subprocess import CompletedProcess

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "packaging"


def load(name):
    """One of the scripts in `packaging/`, which is a folder and no package."""
    sys.path.insert(0, str(PACKAGING))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(PACKAGING))


bootstrap = load("bootstrap")
processes = load("processes")
downloads = load("downloads")
environment = load("environment")
first_run = load("first_run")
gates = load("gates")
system_libraries = load("system_libraries")

RUN = environment.Wanted(development=False, gpu=False)
TEST = environment.Wanted(development=True, gpu=False)
GPU = environment.Wanted(development=False, gpu=True)


# -- which Python


def test_an_older_python_can_read_the_first_file():
    source = (PACKAGING / "bootstrap.py").read_text(encoding="utf-8")

    ast.parse(source, feature_version=(3, 8))


@pytest.mark.parametrize(
    ("version", "is_64_bit", "expected"),
    [
        ((3, 10, 12), True, False),
        ((3, 11, 0), True, True),
        ((3, 14, 2), True, True),
        ((3, 15, 0), True, False),
        ((3, 12, 1), False, False),
    ],
)
def test_python_3_11_to_3_14_with_64_bits_will_do(version, is_64_bit, expected):
    assert expected == bootstrap.supports(version, is_64_bit)


def test_the_newest_suitable_python_is_looked_for_first():
    assert bootstrap.candidates(on_windows=False)[0] == ["python3.14"]
    assert bootstrap.candidates(on_windows=True)[0] == ["py", "-3.14"]
    assert bootstrap.candidates(on_windows=False)[-1] == ["python3.11"]


def test_a_command_counts_only_when_it_starts_a_suitable_python():
    assert bootstrap.answers([sys.executable])
    assert not bootstrap.answers(["no-such-python"])
    assert not bootstrap.answers([sys.executable, "-c", "raise SystemExit(1)"])


def test_an_unsuitable_python_is_refused_with_a_sentence_and_a_next_step(monkeypatch, capsys):
    monkeypatch.setattr(bootstrap, "supports", lambda *_: False)
    monkeypatch.setattr(bootstrap, "candidates", lambda **_: [])

    assert bootstrap.main(["test"]) == 2

    said = capsys.readouterr().err
    assert f"This is Python {sys.version.split()[0]}." in said
    assert "Attention Studio needs a 64-bit Python 3.11 to 3.14" in said
    assert "https://www.python.org/downloads/" in said


def test_what_goes_wrong_is_said_without_a_traceback(monkeypatch, capsys):
    def fail(*_):
        raise processes.SetUpError("No room on the disk. Free 2 GB.")

    monkeypatch.setattr(environment, "provide", fail)
    monkeypatch.syspath_prepend(PACKAGING)  # as where it is started

    assert bootstrap.main(["run"]) == 1
    assert capsys.readouterr().err == "\nNo room on the disk. Free 2 GB.\n"


# -- when the environment is complete


@pytest.fixture
def checkout(tmp_path):
    """A checkout with the two files that say what is installed."""
    (tmp_path / "packaging").mkdir()
    (tmp_path / ".venv").mkdir()
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    (tmp_path / "packaging" / "constraints.txt").write_text("torch==2.13.0\n")
    return tmp_path


@pytest.fixture
def steps(monkeypatch):
    """What is done to the environment, instead of doing it."""
    done = []
    monkeypatch.setattr(environment, "_version_of", lambda _: "3.11")
    monkeypatch.setattr(environment.system_libraries, "provide", lambda: done.append("libraries"))
    monkeypatch.setattr(environment, "_make", lambda _: done.append("make"))
    monkeypatch.setattr(environment, "_install", lambda _, __, wanted: done.append(wanted))
    return done


@pytest.mark.parametrize("name", ["pyproject.toml", "packaging/constraints.txt"])
def test_a_change_of_what_is_installed_changes_the_stamp(checkout, name):
    before = environment.requirements_hash(checkout)
    (checkout / name).write_text("numpy==2.4.6\n")

    assert before != environment.requirements_hash(checkout)


def test_the_second_time_nothing_is_done_and_nothing_is_said(checkout, steps, capsys):
    environment.provide(checkout, TEST)
    capsys.readouterr()
    steps.clear()

    python = environment.provide(checkout, RUN)

    assert steps == []
    assert capsys.readouterr() == ("", "")
    assert python == str(environment.environment_python(checkout))


def test_new_constraints_install_again_and_keep_what_was_there(checkout, steps):
    environment.provide(checkout, TEST)
    environment.provide(checkout, GPU)
    steps.clear()
    (checkout / "packaging" / "constraints.txt").write_text("torch==2.13.1\n")

    environment.provide(checkout, RUN)

    assert steps == ["libraries", environment.Wanted(development=True, gpu=True)]


def test_the_wish_for_a_gpu_installs_again(checkout, steps):
    environment.provide(checkout, RUN)
    steps.clear()

    environment.provide(checkout, GPU)

    assert steps == ["libraries", GPU]


def test_an_interrupted_installation_is_gone_on_with(checkout, steps, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    environment.provide(checkout, RUN)
    steps.clear()
    with monkeypatch.context() as interrupted:
        interrupted.setattr(environment, "_install", interrupt)
        with pytest.raises(KeyboardInterrupt):
            environment.provide(checkout, TEST)

    assert environment.read_stamp(checkout) is None

    steps.clear()
    environment.provide(checkout, TEST)

    assert steps == ["libraries", TEST]


def test_an_environment_whose_python_does_not_start_is_made_again(checkout, steps, monkeypatch):
    versions = iter(["", "3.12"])
    monkeypatch.setattr(environment, "_version_of", lambda _: next(versions))

    environment.provide(checkout, RUN)

    assert steps == ["libraries", "make", RUN]
    assert environment.read_stamp(checkout).python == "3.12"


def test_an_environment_of_a_moved_checkout_is_made_again(checkout, steps):
    environment.provide(checkout, RUN)
    steps.clear()
    stamp = environment.read_stamp(checkout)
    environment.write_stamp(checkout, replace(stamp, root="/elsewhere"))

    environment.provide(checkout, RUN)

    assert steps == ["libraries", "make", RUN]


def test_what_pip_was_interrupted_in_is_installed_again(checkout):
    packages = checkout / ".venv" / "lib" / "python3.11" / "site-packages"
    for name in ("torch-2.13.0.dist-info", "numpy-2.4.6.dist-info", "pip-26.3.dist-info"):
        (packages / name).mkdir(parents=True)
    (packages / "numpy-2.4.6.dist-info" / "INSTALLER").touch()
    (packages / "pip-26.3.dist-info" / "INSTALLER").touch()

    assert environment.forget_half_installed(checkout)
    assert sorted(record.name[:5] for record in packages.iterdir()) == ["numpy", "pip-2"]

    (packages / "pip-26.3.dist-info" / "INSTALLER").unlink()

    assert not environment.forget_half_installed(checkout)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"root": "."}'])
def test_a_torn_stamp_is_no_stamp(checkout, text):
    (checkout / ".venv" / environment.STAMP).write_text(text)

    assert environment.read_stamp(checkout) is None


def test_run_installs_the_program_and_test_its_tools_too(checkout):
    constraints = ["-c", str(checkout / "packaging" / "constraints.txt")]

    assert [*constraints, "-e", f"{checkout}[gui]"] == environment.requirements(checkout, RUN)
    assert [*constraints, "-e", f"{checkout}[gui,dev]"] == environment.requirements(checkout, TEST)
    assert [*constraints, "-e", str(checkout)] == environment.requirements(
        checkout, RUN, with_window=False
    )


# -- which PyTorch

CPU_TORCH = downloads.Package("torch", "2.13.0+cpu", "https://index/torch-cpu.whl")
PLAIN_TORCH = downloads.Package("torch", "2.13.0", "https://index/torch.whl")
CUDA_LIBRARY = downloads.Package("nvidia-cudnn-cu13", "9.20", "https://index/cudnn.whl")
SMALL = downloads.Download((CPU_TORCH,))
LARGE = downloads.Download((PLAIN_TORCH, CUDA_LIBRARY))
BROKEN = downloads.Download(complaint="ERROR: No matching distribution found for torch")


def choose(plain, special, *, gpu=False):
    """What is chosen, which indexes were asked for it, and what was said."""
    asked, said = [], []

    def ask(index):
        asked.append(index)
        return special if index else plain

    return downloads.choose(ask, gpu=gpu, say=said.append), asked, said


def test_a_configured_index_with_the_small_pytorch_is_enough():
    assert choose(SMALL, BROKEN) == (SMALL, [()], [])


def test_pytorchs_own_index_is_asked_before_gigabytes_are_fetched():
    chosen, asked, said = choose(LARGE, SMALL)

    assert chosen == SMALL
    assert asked == [(), ("--extra-index-url", "https://download.pytorch.org/whl/cpu")]
    assert said == []


def test_cuda_that_nobody_asked_for_is_announced_with_its_size():
    chosen, _, said = choose(LARGE, BROKEN)

    assert chosen == LARGE
    assert "about 3 GB" in said[0]


def test_the_wish_for_a_gpu_changes_the_choice():
    assert choose(LARGE, SMALL, gpu=True) == (LARGE, [()], [])
    assert choose(SMALL, LARGE, gpu=True)[0] == LARGE


def test_no_cuda_within_reach_is_said():
    chosen, _, said = choose(SMALL, BROKEN, gpu=True)

    assert chosen == SMALL
    assert said[0].startswith("No PyTorch with CUDA at ")


def test_a_pytorch_that_is_installed_already_is_not_judged_again():
    only_pytest = downloads.Download((downloads.Package("pytest", "9", "https://index/p.whl"),))

    assert choose(only_pytest, BROKEN, gpu=True) == (only_pytest, [()], [])


def test_without_any_index_pips_reason_is_passed_on():
    with pytest.raises(processes.SetUpError, match="No matching distribution found for torch"):
        choose(BROKEN, BROKEN)


def test_pips_report_is_read_without_our_own_package():
    report = {
        "install": [
            {
                "metadata": {"name": "torch", "version": "2.13.0"},
                "download_info": {"url": "https://index/torch.whl", "archive_info": {}},
            },
            {
                "metadata": {"name": "attnstudio", "version": "0.1.0"},
                "download_info": {"url": "file:///x", "dir_info": {"editable": True}},
            },
        ]
    }

    assert downloads.packages_of(json.dumps(report)) == [PLAIN_TORCH]


def test_the_size_is_added_up_or_the_known_figure():
    local = downloads.Download((replace(CPU_TORCH, url="file:///wheels/torch.whl"),))

    assert downloads.size_in_words(LARGE, lambda _: 150_000_000) == "300 MB"
    assert downloads.size_in_words(LARGE, lambda _: 1_600_000_000) == "3.2 GB"
    assert downloads.size_in_words(LARGE, lambda _: None) == "about 3 GB"
    assert downloads.size_in_words(SMALL, lambda _: None) == downloads.USUAL_SIZE
    assert downloads.size_in_words(local, lambda _: 1) == "nothing"


# -- constraints


def pins():
    lines = (PACKAGING / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def normal(requirement):
    return re.sub(r"[-_.]+", "-", re.split(r"[\s\[<>=!;]", requirement)[0]).lower()


def test_everything_that_the_program_asks_for_is_pinned():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    asked = [*project["dependencies"], *extras["gui"], *extras["dev"]]

    assert set() == {normal(line) for line in asked} - {normal(pin) for pin in pins()}


def test_every_pin_is_one_that_every_index_knows():
    assert [pin for pin in pins() if "==" not in pin or "+" in pin] == []


# -- system libraries


def test_missing_libraries_are_those_that_dpkg_does_not_call_installed():
    report = "libegl1 installed\nlibgl1 not-installed\nfontconfig config-files\n"

    assert system_libraries.missing(("libegl1", "libgl1", "fontconfig", "libdbus-1-3"), report) == (
        "libgl1",
        "fontconfig",
        "libdbus-1-3",
    )


def test_who_is_not_root_reads_the_exact_line(monkeypatch, capsys):
    installed = set(system_libraries.LIBRARIES) - {"libegl1", "fonts-noto-cjk"}
    report = "".join(f"{name} installed\n" for name in installed)
    monkeypatch.setattr(system_libraries, "_is_debian", lambda: True)
    monkeypatch.setattr(system_libraries, "_is_root", lambda: False)
    monkeypatch.setattr(system_libraries, "read", lambda _: CompletedProcess((), 1, report, ""))

    system_libraries.provide()

    assert (
        "  sudo apt-get install -y --no-install-recommends libegl1 fonts-noto-cjk\n"
        in capsys.readouterr().out
    )


def test_a_python_without_venv_is_explained(monkeypatch):
    monkeypatch.setattr(system_libraries, "_is_debian", lambda: True)
    monkeypatch.setattr(system_libraries, "_is_root", lambda: False)

    with pytest.raises(processes.SetUpError, match=r"sudo apt-get install .* python3\.12-venv"):
        system_libraries.require_venv((3, 12))


# -- gates


def python_gate(name, code):
    return gates.Gate(name, (sys.executable, "-c", code))


def test_one_failing_gate_fails_all_and_stops_none(monkeypatch, capsys):
    chain = [
        python_gate("first", "print('fine')"),
        python_gate("second", "raise SystemExit(3)"),
        python_gate("last", "print('4 passed in 0.1s')"),
    ]
    monkeypatch.setattr(gates, "all_gates", lambda *_: chain)

    assert gates.run_all(sys.executable, ROOT) == 1

    report = capsys.readouterr().out.splitlines()[-6:]
    assert re.match(r"first +passed +\d+\.\d s  fine", report[0])
    assert re.match(r"second +FAILED", report[1])
    assert report[-2:] == ["Failed: second.", "4 passed in 0.1s"]


def test_gates_that_pass_end_well(monkeypatch, capsys):
    monkeypatch.setattr(gates, "all_gates", lambda *_: [python_gate("only", "print('2 passed')")])

    assert gates.run_all(sys.executable, ROOT) == 0
    assert capsys.readouterr().out.endswith("Every gate passed.\n2 passed\n")


def test_the_gates_are_those_that_contributing_names():
    names = [gate.name for gate in gates.all_gates("python", Path("bin"), {})]

    assert names == [
        "ruff format",
        "ruff check",
        "mypy",
        "lint-imports",
        "the core without Qt",
        "pytest",
    ]


def test_pytest_needs_no_screen_unless_one_is_named():
    def platform(environment):
        return gates.all_gates("python", Path("bin"), environment)[-1].environment

    assert platform({}) == {"QT_QPA_PLATFORM": "offscreen"}
    assert platform({"QT_QPA_PLATFORM": "xcb"}) == {"QT_QPA_PLATFORM": "xcb"}


def test_what_runs_pytest_in_several_processes_is_installed_with_the_tools():
    known = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    tools = known["optional-dependencies"]["dev"]
    [*_, last] = gates.all_gates("python", Path("bin"), {})

    assert last.command == ("python", "-m", "pytest", *gates.IN_PROCESSES)
    assert any(tool.startswith("pytest-xdist") for tool in tools)


@pytest.mark.parametrize("module", ["PySide6", "PySide6.QtCore", "pyqtgraph", "superqt"])
def test_the_block_hides_qt_from_a_child_of_a_child(module):
    inner = f"import {module}"
    outer = f"import subprocess, sys; sys.exit(subprocess.call([sys.executable, '-c', '{inner}']))"
    blind = {**os.environ, "PYTHONPATH": str(PACKAGING / "no_qt")}

    ended = subprocess.run(
        [sys.executable, "-c", outer], env=blind, capture_output=True, text=True, check=False
    )

    assert ended.returncode == 1
    assert "ModuleNotFoundError: No module named" in ended.stderr


# -- the first minutes


class Terminal:
    """Plays the program: notes each command and leaves the files that it would leave."""

    def __init__(self, train_exit=0):
        self.train_exit = train_exit
        self.commands = []

    def run(self, command):
        _, _, _, _, name, folder, *rest = command
        self.commands.append((name, *rest))
        if name == "new":
            Path(folder).mkdir()
            (Path(folder) / "project.toml").touch()
        if name == "train" and self.train_exit in (0, 130):
            (Path(folder) / "runs" / "one").mkdir(parents=True)
            (Path(folder) / "runs" / "one" / "checkpoints.json").touch()
        return self.train_exit if name == "train" else 0

    def read(self, command, given=""):
        _, _, _, _, name, _, *rest = command
        self.commands.append((name, *rest))
        return CompletedProcess(command, 0, given.replace("The", "Der"), "")


@pytest.fixture
def terminal(monkeypatch):
    played = Terminal()
    monkeypatch.setattr(first_run, "run_visibly", played.run)
    monkeypatch.setattr(first_run, "read", played.read)
    return played


def test_the_sample_is_trained_translated_and_drawn(terminal, tmp_path, capsys):
    assert first_run.show("python", tmp_path / "deep", 0.5) == 0

    said = capsys.readouterr().out
    assert terminal.commands[0] == ("new", "--sample", "en-de")
    assert terminal.commands[1] == ("train", "--preset", "tiny", "--max-minutes", "0.5")
    assert terminal.commands[2] == ("translate", "-")
    assert [command[0] for command in terminal.commands[3:]] == ["attend"] * 5
    assert "1  The teacher reads" in said
    assert "Der teacher reads" in said
    assert str(tmp_path / "deep" / "attention-5.svg") in said


def test_the_second_time_the_trained_model_is_used(terminal, tmp_path):
    first_run.show("python", tmp_path, 2)
    terminal.commands.clear()

    first_run.show("python", tmp_path, 2)

    assert ["translate", *["attend"] * 5] == [command[0] for command in terminal.commands]


def test_stopping_the_training_early_shows_what_was_learnt(terminal, tmp_path):
    terminal.train_exit = 130

    assert first_run.show("python", tmp_path, 2) == 0
    assert terminal.commands[-1][0] == "attend"


def test_a_command_that_fails_is_named(terminal, tmp_path):
    terminal.train_exit = 1

    with pytest.raises(processes.SetUpError, match="`attnstudio train` failed with exit code 1"):
        first_run.show("python", tmp_path, 2)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no executable bit")
def test_continuous_integration_can_be_started():
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
