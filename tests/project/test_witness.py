"""A project that an earlier version made: it opens, goes on exactly and reads the same."""

import contextlib
import io
import json
import shutil
from pathlib import Path

import pytest

from attnstudio.cli.app import run
from attnstudio.project.own_sentences import read_own_sentences
from attnstudio.project.project import Project
from attnstudio.project.run_card import read_card
from attnstudio.reading import Reading

WITNESS = Path(__file__).parent / "witness"
EXPECTED = json.loads((WITNESS / "expected.json").read_text("utf-8"))
LANGUAGES = {"transformer": ("en", "de"), "additive": ("de", "en"), "no-attention": ("en", "de")}
SENTENCE = {"en": "Why does he sing?", "de": "Warum singt er?"}

# Sums of floats differ between processors: by 1e-8 of a loss after 20 updates between the
# instructions of ten years. Another seed changes the losses by more than 1e-2.
SAME = {"rel": 1e-6, "abs": 1e-6}


@pytest.fixture
def project(tmp_path):
    return shutil.copytree(WITNESS / "project", tmp_path / "project")


def answer(*arguments):
    """What a command answers with ``--json``: one value a line."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with contextlib.redirect_stdout(out):
        code = run([*map(str, arguments), "--json"])
    out.flush()
    lines = out.buffer.getvalue().decode("utf-8").splitlines()
    assert code == 0, lines
    return [json.loads(line) for line in lines]


def differences(found, expected, place=""):
    """Where values differ; later versions may say more than what is expected."""
    match expected:
        case dict():
            return [
                difference
                for key, value in expected.items()
                for difference in (
                    differences(found[key], value, f"{place}/{key}")
                    if key in found
                    else [f"{place}/{key} is missing"]
                )
            ]
        case list() if isinstance(found, list) and len(found) == len(expected):
            return [
                difference
                for index, pair in enumerate(zip(found, expected, strict=True))
                for difference in differences(*pair, f"{place}/{index}")
            ]
        case float():
            return [] if found == pytest.approx(expected, **SAME) else [f"{place}: {found}"]
    return [] if found == expected else [f"{place}: {found}"]


def last_of(run_name):
    return ("--run", run_name, "--checkpoint", "last")


def test_every_run_is_read(project):
    opened = Project.open(project)

    assert {run.name: run.problem() for run in opened.runs()} == dict.fromkeys(LANGUAGES, "")
    cards = {run.name: read_card(run) for run in opened.runs()}
    assert (cards["transformer"].note, cards["transformer"].tags) == (
        "The first one.\nResumed once.",
        ("baseline", "en-de"),
    )
    assert cards["additive"].number == 2
    watched = read_own_sentences(opened.run("additive").folder, "de")
    assert watched == (SENTENCE["de"],)


@pytest.mark.parametrize("name", LANGUAGES)
def test_what_its_log_says_of_validations_is_read_as_named_scores(project, name):
    run = Project.open(project).run(name)
    lines = map(json.loads, run.events_path.read_text("utf-8").splitlines())
    said = [line for line in lines if line["event"] == "validation"]
    found = run.history().validations

    names = ("loss", "perplexity", "token_accuracy", "bleu", "chrf", "aer")
    assert [made.scores for made in found] == [
        {score: line[score] for score in names if line[score] is not None} for line in said
    ]
    readings = [made.reading and str(Reading.from_mapping(made.reading)) for made in found]
    assert readings == [line["reading"] for line in said]


@pytest.mark.parametrize("name", LANGUAGES)
def test_training_goes_on_exactly(project, name):
    events = answer("train", project, "--resume", name, "--max-steps", 140)

    assert events[0]["resumed_from"] == 120
    losses = {str(event["step"]): event["loss"] for event in events if event["event"] == "step"}
    assert differences(losses, EXPECTED[name]["losses"]) == []
    assert losses.keys() == EXPECTED[name]["losses"].keys()
    validations = [event | event["scores"] for event in events if event["event"] == "validation"]
    assert differences(validations, EXPECTED[name]["validation"]) == []
    watched = [event["translation"] for event in events if event["event"] == "watch"]
    assert watched == EXPECTED[name]["watched"]


@pytest.mark.parametrize("name", LANGUAGES)
def test_translations_and_scores_are_the_same(project, name):
    source, _ = LANGUAGES[name]

    [translated] = answer("translate", project, WITNESS / f"sentences.{source}", *last_of(name))
    [scores] = answer("evaluate", project, *last_of(name))

    assert differences(translated["translations"], EXPECTED[name]["translations"]) == []
    assert differences(scores, EXPECTED[name]["scores"]) == []


@pytest.mark.parametrize("name", ["transformer", "additive"])
def test_links_are_the_same(project, name):
    sentences = [WITNESS / f"sentences.{language}" for language in LANGUAGES[name]]

    [aligned] = answer("align", project, *sentences, *last_of(name))

    assert differences(aligned, EXPECTED[name]["alignments"]) == []


@pytest.mark.parametrize("name", LANGUAGES)
def test_the_attention_is_the_same(project, tmp_path, name):
    source, target = LANGUAGES[name]

    path = tmp_path / "record.json"
    answer("attend", project, SENTENCE[source], "--forced", SENTENCE[target], "-o", path,
           *last_of(name))  # fmt: skip

    record = json.loads(path.read_text("utf-8"))
    assert differences(record, EXPECTED[name]["record"]) == []


def test_it_is_read_where_nothing_can_be_written(project, write_protect):
    write_protect(project)

    [told] = answer("info", project)
    [translated] = answer("translate", project, WITNESS / "sentences.de", *last_of("additive"))

    assert {run["name"] for run in told["runs"]} == LANGUAGES.keys()
    assert differences(translated["translations"], EXPECTED["additive"]["translations"]) == []
