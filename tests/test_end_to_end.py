"""From nothing to a picture of the attention, where there is no Qt and no network."""

import json
import subprocess
import sys

import pytest

# One process for the whole session, so that torch is loaded once.
SESSION = """
import io, json, sys

class RefuseQt:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"PySide6", "shiboken6", "pyqtgraph", "superqt"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

def refuse_network(event, arguments):
    if event in {"socket.connect", "socket.getaddrinfo", "socket.sendto"}:
        raise PermissionError(f"{event} {arguments}")

sys.meta_path.insert(0, RefuseQt())
sys.addaudithook(refuse_network)

from attnstudio.cli.app import run

for command in json.load(sys.stdin):
    code = run(command)
    sys.stdout.write(json.dumps({"code": code}) + "\\n")
"""

COMMANDS = {
    "new": "new p --source en --target de",
    "import": "import p letters.en letters.de --links letters.links",
    "clean": "clean p --dry-run",
    "train": "train p --preset tiny --threads 1 --max-steps 20 --set training.validate_every=10 "
    "--set model.model_size=32 --set tokenizer.vocabulary_size=300",
    "resume": "train p --resume tiny-1 --max-steps 22",
    "translate": "translate p letters.en -o out.de --beam 1",
    "align": "align p letters.en letters.de --gold letters.links",
    "attend": "attend p TEXT -o out.json",
    "table": "attend p TEXT -o out.csv --forced heute",
    "picture": "attend p TEXT -o out.svg",
    "png": "attend p TEXT -o out.png",
    "evaluate": "evaluate p --beam 1",
    "info": "info p",
}


@pytest.fixture(scope="module")
def session(tmp_path_factory, pairs):
    """The folder of a session, and what each of its commands answered with its exit code."""
    folder = tmp_path_factory.mktemp("session")
    for ending, lines in {
        "en": [pair.source for pair in pairs],
        "de": [pair.target for pair in pairs],
        "links": ["0-2 1-3 2-1 3-4 4-5 5-0"] * len(pairs),
    }.items():
        (folder / f"letters.{ending}").write_text("\n".join(lines) + "\n", "utf-8")
    commands = [
        [word.replace("TEXT", "the dog sees a bird today") for word in command.split()]
        for command in COMMANDS.values()
    ]
    done = subprocess.run(
        [sys.executable, "-c", SESSION],
        input=json.dumps([[*command, "--json"] for command in commands]),
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers, answer = [], []
    for line in map(json.loads, done.stdout.splitlines()):
        if line.keys() == {"code"}:
            answers.append((line["code"], answer))
            answer = []
        else:
            answer.append(line)
    return folder, dict(zip(COMMANDS, answers, strict=True))


def test_every_command_works_but_the_one_that_needs_qt(session):
    _, answers = session

    assert {name: code for name, (code, _) in answers.items() if code} == {"png": 1}


def test_a_png_without_qt_is_refused_with_a_way_out(session):
    _, answers = session

    [reply] = answers["png"][1]
    assert reply["error"] == {
        "message": "A PNG needs Qt, which is not installed.",
        "hint": "Write an .svg instead, or install attnstudio[gui].",
    }


def test_training_learns(session):
    _, answers = session

    losses = [event["loss"] for event in answers["train"][1] if event["event"] == "step"]
    assert losses[-1] < losses[0]


def test_training_goes_on_where_it_stopped(session):
    _, answers = session

    started, *_, finished = answers["resume"][1]
    assert (started["resumed_from"], finished["step"]) == (20, 22)


def test_the_files_are_there(session, pairs):
    folder, answers = session

    assert len((folder / "out.de").read_text("utf-8").split("\n")) == len(pairs) + 1
    assert len(answers["align"][1][0]["alignments"]) == len(pairs)
    content = json.loads((folder / "out.json").read_text("utf-8"))
    assert len(content["cross"][0][0]) == len(content["target_tokens"])
    assert (folder / "out.csv").read_text("utf-8").startswith("target over source,")
    assert (folder / "out.svg").read_text("utf-8").startswith("<svg ")


def test_the_scores_have_their_signatures(session):
    _, answers = session

    [scores] = answers["evaluate"][1]
    assert "version:" in scores["bleu_signature"]
    assert scores["n"] == 16


def test_info_tells_of_it(session):
    _, answers = session

    [facts] = answers["info"][1]
    assert facts["pairs"] == {"train": 288, "valid": 16, "test": 16}
    assert [(run["name"], run["state"], run["step"]) for run in facts["runs"]] == [
        ("tiny-1", "stopped", 22)
    ]
