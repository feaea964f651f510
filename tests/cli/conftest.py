"""The command line as a function, and a small trained project to use it on."""

import contextlib
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from functools import partial

import pytest

from attnstudio.cli.app import run

LINKS = "0-2 1-3 2-1 3-4 4-5 5-0"  # of every rule-made pair
TINY = (
    "--preset", "tiny", "--threads", "1", "--precision", "fp32",
    "--set", "model.model_size=32", "--set", "model.feedforward_size=64",
    "--set", "tokenizer.vocabulary_size=300",
    "--set", "training.validate_every=10", "--set", "training.decoded_pairs=4",
    "--set", "training.watch_sentences=1", "--set", "training.patience=0",
    "--set", "guidance.weight=0",
)  # fmt: skip


@dataclass(frozen=True)
class Reply:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        """The one object on the one line."""
        [line] = self.out.splitlines()
        return json.loads(line)

    @property
    def events(self):
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def lines(self):
        return self.out.split("\n")[:-1]


def call(*arguments, given=b""):
    """Run a command in this process, with ``given`` on its standard input."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="ascii") for _ in range(2))
    stdin, sys.stdin = sys.stdin, io.TextIOWrapper(io.BytesIO(given))
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run([str(argument) for argument in arguments])
    finally:
        sys.stdin = stdin
    return Reply(code, *(stream.buffer.getvalue().decode("utf-8") for stream in (out, err)))


def write_lines(path, lines):
    path.write_bytes("".join(f"{line}\n" for line in lines).encode())
    return path


@pytest.fixture(scope="session")
def attnstudio():
    """``attnstudio("info", folder)``: a command line, answered in this process."""
    return call


@pytest.fixture(scope="session")
def run_python():
    """Run a piece of code in a fresh Python; returns what it printed."""

    def run_code(code):
        done = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(code)],
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run_code


@pytest.fixture
def start():
    """Start ``attnstudio`` as a program of its own; it is ended with the test."""
    programs, pipe = [], subprocess.PIPE

    def start_program(*arguments, **options):
        if os.name == "posix":
            # a test run in the background of a shell would hand its deafness to Ctrl-C on
            options["preexec_fn"] = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
        program = subprocess.Popen(
            [sys.executable, "-m", "attnstudio", *map(str, arguments)],
            **{"stdin": pipe, "stdout": pipe, "stderr": pipe} | options,
        )
        programs.append(program)
        return program

    yield start_program
    for program in programs:
        program.kill()
        program.wait()
        for stream in filter(None, (program.stdin, program.stdout, program.stderr)):
            with contextlib.suppress(BrokenPipeError):
                stream.close()


@pytest.fixture(scope="session", name="write_lines")
def _write_lines():
    return write_lines


@pytest.fixture(scope="session")
def tiny():
    """The options of a training that takes a second."""
    return TINY


@pytest.fixture(scope="session")
def corpus_files(tmp_path_factory, pairs):
    """A folder with ``{train,valid,test}.{en,de,links}``."""
    folder = tmp_path_factory.mktemp("files")
    for split, part in {"train": pairs[:260], "valid": pairs[260:290], "test": pairs[290:]}.items():
        write_lines(folder / f"{split}.en", [pair.source for pair in part])
        write_lines(folder / f"{split}.de", [pair.target for pair in part])
        write_lines(folder / f"{split}.links", [LINKS] * len(part))
    return folder


@pytest.fixture(scope="session")
def imported(tmp_path_factory, corpus_files):
    """A project with three splits and gold links; not to be changed."""
    folder = tmp_path_factory.mktemp("imported") / "project"
    assert call("new", folder, "--source", "en", "--target", "de").code == 0
    for split in ("train", "valid", "test"):
        files = [corpus_files / f"{split}.{ending}" for ending in ("en", "de", "links")]
        reply = call("import", folder, *files[:2], "--as", split, "--links", files[2])
        assert reply.code == 0
    return folder


@pytest.fixture(scope="session")
def trained(tmp_path_factory, imported):
    """That project with a run ``first`` of 30 steps; not to be changed."""
    folder = tmp_path_factory.mktemp("trained") / "project"
    shutil.copytree(imported, folder)
    reply = call("train", folder, *TINY, "--run", "first", "--max-steps", "30")
    assert reply.code == 0, reply.err
    return folder


@pytest.fixture
def empty_project(tmp_path):
    folder = tmp_path / "project"
    assert call("new", folder, "--source", "en", "--target", "de").code == 0
    return folder


@pytest.fixture
def untrained(tmp_path, imported):
    """A project with a corpus that a test may train and change."""
    return shutil.copytree(imported, tmp_path / "untrained")


@pytest.fixture
def project(tmp_path, trained):
    """A trained project that a test may change."""
    return shutil.copytree(trained, tmp_path / "trained")
