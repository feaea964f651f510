"""Help that comes at once, and errors that say what to do."""

import errno
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest

from attnstudio import __version__
from attnstudio.config import DecodingConfig
from attnstudio.corpus.parallel_corpus import ParallelCorpus

COMMANDS = (
    "new", "import", "clean", "info", "sweep", "train", "compare", "translate", "align", "gold",
    "findings", "readings", "attend", "probe", "learnt", "lab", "evaluate", "export", "import-run",
)  # fmt: skip
HEAVY = {"torch", "pydantic", "PySide6", "pyqtgraph", "superqt", "numpy", "sentencepiece", "rich"}


def test_help_lists_every_command_in_one_line_each(attnstudio):
    reply = attnstudio("--help")

    assert reply.code == 0
    listed = reply.out.partition("Commands:\n")[2].splitlines()
    assert [line.split()[0] for line in listed] == list(COMMANDS)
    assert not any(line.endswith("...") for line in listed)


def test_without_a_command_the_help_is_shown_as_wrong_use(attnstudio):
    reply = attnstudio()

    assert (reply.code, reply.out) == (2, "")
    assert reply.err == attnstudio("--help").out


def test_version(attnstudio):
    assert attnstudio("--version").out == f"attnstudio {__version__}\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_of_a_command_is_explained(attnstudio, command):
    reply = attnstudio(command, "--help")

    assert reply.code == 0
    assert "--json" in reply.out
    for line in reply.out.partition("Options:\n")[2].splitlines():
        if line.lstrip().startswith("-"):
            name, _, text = line.strip().partition("  ")
            assert text.strip() or len(name) > 20, line  # long names have their text below


SHAPES = {
    "new": "--source --target --sample",
    "import": "--as --links",
    "train": "--preset --config --set --max-steps --max-minutes --max-epochs --reverse --run "
    "--seed --resume",
    "translate": "--output --run --checkpoint --beam --nbest",
    "align": "--output --run --method --layer --head --gold",
    "gold": "--output --format --corrected",
    "findings": "--output --examples",
    "attend": "--forced --site --run --checkpoint --beam --output --ablate --mask-source "
    "--set-row --temperature",
    "compare": "--name --each --kind --seeds --preset --config --set --minutes --max-steps "
    "--max-minutes --max-epochs --reverse --device --threads --precision --table --again --output",
    "evaluate": "--source-file --reference-file --run --save-hypotheses",
    "export": "--output --format --run --checkpoint",
    "import-run": "--into --name",
}


@pytest.mark.parametrize(("command", "options"), SHAPES.items())
def test_the_shapes_that_scripts_call(attnstudio, command, options):
    shown = set(re.findall(r"--[a-z-]+", attnstudio(command, "--help").out))

    assert set(options.split()) <= shown


@pytest.mark.parametrize("command", ["translate", "attend", "evaluate"])
def test_commands_search_as_configs_say_unless_they_are_told(attnstudio, command):
    said = " ".join(attnstudio(command, "--help").out.split())
    assert f"Hypotheses kept side by side. [default: {DecodingConfig().beam_size};" in said


@pytest.mark.parametrize("arguments", [["--help"], *([command, "--help"] for command in COMMANDS)])
def test_help_loads_nothing_heavy(run_python, arguments):
    said = run_python(
        f"""
        import sys
        from attnstudio.cli.app import run
        code = run({arguments!r})
        print(code, sorted({HEAVY!r} & set(sys.modules)))
        """
    )

    assert said.splitlines()[-1] == "0 []"


def test_help_takes_at_most_three_times_as_long_as_typer():
    """The median of several, taken in turn, because the machine is shared."""

    def seconds(*arguments):
        started_at = time.perf_counter()
        subprocess.run([sys.executable, *arguments], stdout=subprocess.DEVNULL, check=True)
        return time.perf_counter() - started_at

    turns = [
        (seconds("-c", "import typer"), seconds("-m", "attnstudio", "train", "--help"))
        for _ in range(7)
    ]
    typer, help_ = (statistics.median(column) for column in zip(*turns, strict=True))
    assert help_ < 3 * typer


def test_wrong_use_in_words(attnstudio):
    reply = attnstudio("train")

    assert (reply.code, reply.out) == (2, "")
    assert reply.err == (
        "Error: Missing argument 'DIR'.\n  attnstudio train --help shows how to use it.\n"
    )


def test_wrong_use_in_json(attnstudio):
    reply = attnstudio("nosuch", "--json")

    assert (reply.code, reply.err) == (2, "")
    assert reply.json == {
        "error": {
            "message": "No such command 'nosuch'.",
            "hint": "attnstudio --help shows how to use it.",
        }
    }


def test_wrong_input_in_words(attnstudio, tmp_path):
    reply = attnstudio("info", tmp_path)

    assert (reply.code, reply.out) == (2, "")
    assert reply.err == (
        f"Error: {tmp_path} is not a project.\n"
        f"  Make one with 'attnstudio new {tmp_path} --source en --target de'.\n"
    )


def test_what_fails_while_running_is_1(attnstudio, project):
    """A tokenizer that became unreadable is nobody's wrong use."""
    for path in project.glob("tokenizers/*/*.model"):
        path.write_bytes(b"damaged")

    reply = attnstudio("translate", project, "--json", given=b"the dog\n")

    assert reply.code == 1
    message = reply.json["error"]["message"]
    assert re.search(r"The tokenizer in .* is damaged: .* another size than it had .*\.$", message)


@pytest.mark.skipif(sys.platform != "linux", reason="this device is Linux's")
def test_a_full_disk_is_1_with_a_sentence(attnstudio, trained):
    reply = attnstudio("translate", trained, "-o", "/dev/full", "--json", given=b"the dog\n")

    assert reply.code == 1
    assert (
        reply.json["error"]["message"] == "/dev/full could not be written: No space left on device."
    )


def test_what_the_disk_refuses_anywhere_is_said_with_a_way_out(attnstudio, imported, monkeypatch):
    def refuse(*_):
        raise OSError(errno.EIO, "Input/output error", str(imported / "corpus"))

    monkeypatch.setattr(ParallelCorpus, "counts", refuse)

    reply = attnstudio("info", imported, "--json")

    assert reply.code == 1
    error = reply.json["error"]
    assert error["message"] == f"{imported / 'corpus'}: Input/output error."
    assert error["hint"].startswith("Check that you may write there")


@pytest.mark.skipif(sys.platform != "linux", reason="this device is Linux's")
@pytest.mark.parametrize("options", [(), ("--json",)])
def test_an_answer_that_finds_no_room_is_1_and_said_on_stderr(start, imported, options):
    with Path("/dev/full").open("wb") as full:
        program = start("info", imported, *options, stdout=full)
        _, err = program.communicate(timeout=60)

    assert program.returncode == 1
    assert (
        err.decode() == "Error: No space left on device.\n  Make room on that disk and try again.\n"
    )
