"""The rooms and their rules, as the plan of the house draws them."""

import importlib.metadata
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import attnstudio

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "attnstudio"


def test_each_room_knows_only_those_below():
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [program, "--no-cache"], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )

    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


def test_only_the_first_init_says_anything():
    said = [path for path in PACKAGE.rglob("__init__.py") if path.read_bytes()]

    assert said == [PACKAGE / "__init__.py"]


def test_the_map_names_every_room_and_nothing_else():
    on_the_map = set(re.findall(r"^ {4}(\S+) {2,}\S", attnstudio.__doc__, re.MULTILINE))

    rooms = {f"{path.parent.name}/" for path in PACKAGE.glob("*/__init__.py")}
    modules = {path.name for path in PACKAGE.glob("*.py")} - {"__init__.py", "__main__.py"}
    assert on_the_map == rooms | modules | {"__main__"}


def test_every_module_opens_with_a_line_about_it():
    silent = [
        path
        for path in PACKAGE.rglob("*.py")
        if path.name != "__init__.py" and not path.read_text("utf-8").startswith('"""')
    ]

    assert silent == []


def test_the_command_line_is_loaded_without_anything_heavy():
    code = "import sys, attnstudio.cli.app; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, encoding="utf-8", check=True
    )

    assert not {"torch", "pydantic", "PySide6", "pyqtgraph"} & set(done.stdout.split())


def test_there_is_one_version():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))

    assert project["project"]["dynamic"] == ["version"]
    assert project["tool"]["hatch"]["version"]["path"] == "attnstudio/__init__.py"
    assert importlib.metadata.version("attnstudio") == attnstudio.__version__
