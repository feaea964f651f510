"""Who exports a model, or runs one as its README says, is reported to nobody.

onnxruntime numbers the machine in a file of the person's folder before it reports its use.
"""

import subprocess
import sys
from pathlib import Path

import pytest
from strangers import answers_of_stranger

pytest.importorskip("onnx", reason="onnx is an extra: pip install 'attnstudio[onnx]'")
onnxruntime = pytest.importorskip(
    "onnxruntime", reason="onnxruntime is an extra: pip install 'attnstudio[onnx]'"
)

from attnstudio.export.onnx_folder import write_onnx  # noqa: E402 - once all is known to be there

OURS = """
import attnstudio, sys, warnings
warnings.simplefilter("error")
import onnxruntime
onnxruntime.InferenceSession(sys.argv[1])
"""
THEIRS = """
import builtins, json, os, re, sys
job = json.loads(sys.stdin.read())
sys.path.append(job["path"])
os.chdir(job["folder"])
[code] = re.findall("```python\\n(.*?)```", open("README.md", encoding="utf-8").read(), re.S)
builtins.input = lambda _: "the dog"
exec(code, {"print": lambda text: print(json.dumps(text))})
"""


@pytest.fixture(scope="module")
def folder(write_model, tmp_path_factory):
    place = tmp_path_factory.mktemp("silent") / "model"
    write_onnx(place, write_model().opened, [((5, 6, 2), (7, 8))])
    return place


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A folder of a person for whom nothing is set."""
    for name in ("HOME", "USERPROFILE", "LOCALAPPDATA", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.delenv("ORT_DISABLE_TELEMETRY", raising=False)
    return tmp_path


def test_a_session_of_ours_leaves_nothing_in_the_home_of_a_person(folder, home):
    done = subprocess.run(
        [sys.executable, "-c", OURS, str(folder / "step.onnx")],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list(home.rglob("*")) == []


def test_neither_do_the_lines_of_the_readme(folder, home):
    path = str(Path(onnxruntime.__file__).parents[1])

    [text] = answers_of_stranger(THEIRS, {"path": path, "folder": str(folder)})

    assert isinstance(text, str)
    assert list(home.rglob("*")) == []
