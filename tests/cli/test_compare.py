"""``attnstudio compare``: kinds by name and value, a table, and on after Ctrl-C."""

import json
import shutil
import signal
import sys

import pytest

from attnstudio.cli.kind_syntax import kinds_written, seeds_written
from attnstudio.errors import ConfigError, UsageError
from attnstudio.project.kind_comparison import ComparedKind

KINDS = ("--kind", "usual:", "--each", "model.normaliser=sparsemax")


@pytest.fixture(scope="module")
def compared(tmp_path_factory, imported, attnstudio, tiny):
    """A project with a comparison ``c`` that is done, and what the command answered."""
    folder = tmp_path_factory.mktemp("compared") / "project"
    shutil.copytree(imported, folder)
    table = folder.parent / "table.md"
    reply = attnstudio(
        "compare", folder, "--name", "c", *KINDS, *tiny, "--max-steps", "12", "-o", table
    )
    assert reply.code == 0, reply.err
    return folder, reply, table


def test_it_trains_each_kind_and_shows_a_table(compared):
    _, reply, table = compared

    heading, usual, sparse, *rest = reply.lines
    assert heading.split()[:5] == ["kind", "BLEU", "chrF", "loss", "AER"]
    assert (usual.split()[0], sparse.split()[0]) == ("usual", "sparsemax")
    assert usual.endswith("finished")
    assert rest[1].startswith("sparsemax against usual: BLEU ")
    assert "Run 1 of 2: usual, seed 1 (c-usual-1)." in reply.err
    assert "Run 2 of 2: sparsemax, seed 1 (c-sparsemax-1); about " in reply.err
    assert "validation at step 10: loss " in reply.err
    assert table.read_text("utf-8").startswith("| kind | BLEU |")


def test_its_runs_are_those_that_train_makes_and_evaluate_measures(compared, attnstudio, tiny):
    folder, _, _ = compared
    [_, kind] = attnstudio("compare", folder, "--table", "--json").json["kinds"]
    figures = kind["runs"][0]

    scores = attnstudio("evaluate", folder, "--run", "c-sparsemax-1", "--json").json
    assert (figures["bleu"], figures["chrf"]) == (scores["bleu"], scores["chrf"])
    assert figures["aer"] == scores["alignment"]["aer"]
    reply = attnstudio(
        "train", folder, *tiny, "--max-steps", "12", "--set", "model.normaliser=sparsemax",
        "--run", "alone",
    )  # fmt: skip
    assert reply.code == 0
    weights = [
        next((folder / "runs" / run / "checkpoints").glob("12/model.safetensors")).read_bytes()
        for run in ("c-sparsemax-1", "alone")
    ]
    assert weights[0] == weights[1]


def test_json_is_one_object_with_all_figures(compared, attnstudio):
    folder, _, _ = compared

    found = attnstudio("compare", folder, "--name", "c", "--json").json

    usual, sparse = found["kinds"]
    assert (found["name"], found["seeds"]) == ("c", [1])
    assert sparse["changes"] == {"model": {"normaliser": "sparsemax"}}
    [run] = sparse["runs"]
    assert (run["state"], run["problem"]) == ("finished", None)
    assert run["tokens_per_second"] > 0
    assert run["memory_bytes"] > 2**20
    difference = sparse["differences"]["bleu"]
    assert difference["mean"] == pytest.approx(run["bleu"] - usual["runs"][0]["bleu"])
    assert (difference["rule"], difference["seeds"]) == ("sentences", 1)
    assert sparse["differences"]["memory_bytes"]["is_beyond"] is None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--name", "d"), "No comparison was named that there is."),
        (("--name", "c", "--max-steps", "20"), "Comparison c exists, and goes on as it was begun."),
        (("--table", "--each", "model.heads=1,2"), "--table only shows a comparison as it stands."),
        (("-o", "table.xls"), "table.xls is no table that can be written."),
        (("--each", "model.heads=2,3"), "heads=3 cannot be trained: "),
        (("--each", "model.heads=2"), "1 kinds cannot be compared."),
        (("--each", "model.heads"), "'model.heads' is not a setting with its values."),
        (("--kind", "model.heads=2"), "'model.heads=2' is not a kind."),
        ((*KINDS, "--seeds", "1,x"), "'x' is no seed."),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_made(compared, attnstudio, arguments, message):
    folder, _, _ = compared
    before = sorted(path.name for path in folder.glob("*/*"))

    reply = attnstudio("compare", folder, *arguments)

    assert reply.code == 2
    assert reply.err.startswith(f"Error: {message}")
    assert sorted(path.name for path in folder.glob("*/*")) == before


def test_a_deleted_run_is_made_again_when_asked(compared, attnstudio, tmp_path):
    folder = shutil.copytree(compared[0], tmp_path / "project")
    before = attnstudio("compare", folder, "--table", "--json").json["kinds"][0]["runs"][0]
    shutil.rmtree(folder / "runs/c-usual-1")
    reply = attnstudio("compare", folder, "--json")
    assert [kind["runs"][0]["state"] for kind in reply.json["kinds"]] == ["gone", "finished"]

    reply = attnstudio("compare", folder, "--again", "--json")

    [run] = reply.json["kinds"][0]["runs"]
    assert run["state"] == "finished"
    assert (run["bleu"], run["loss"]) == (before["bleu"], before["loss"])


def test_a_kind_that_diverges_is_recorded_and_the_next_is_trained(attnstudio, untrained, tiny):
    reply = attnstudio(
        "compare", untrained, *tiny, "--max-steps", "120", "--set", "training.report_every=1",
        "--kind", "wild:training.learning_rate=10,training.warmup_steps=1,"
        "training.gradient_clip=0",
        "--kind", "calm:", "--name", "d", "--json",
    )  # fmt: skip

    assert reply.code == 0, reply.err
    wild, calm = (kind["runs"][0] for kind in reply.json["kinds"])
    assert calm["state"] == "finished"
    assert wild["state"] == "failed"
    assert wild["problem"] in reply.err


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent otherwise there")
def test_ctrl_c_stops_with_a_checkpoint_and_the_name_goes_on(attnstudio, start, untrained, tiny):
    program = start("compare", untrained, *tiny, *KINDS, "--name", "my kinds", "--max-steps", "400")
    for line in program.stderr:
        if line.startswith(b"validation at step"):
            break
    program.send_signal(signal.SIGINT)
    out, err = program.communicate(timeout=120)

    assert program.returncode == 130, err
    assert b"stopped" in out
    go_on = f'Stopped. Go on with: attnstudio compare {untrained} --name "my kinds"\n'
    assert err.decode().endswith(go_on)
    events = (untrained / "runs/my kinds-usual-1/events.jsonl").read_text("utf-8").splitlines()
    finished = json.loads(events[-1])
    assert (finished["event"], finished["reason"]) == ("finished", "requested")
    assert (untrained / f"runs/my kinds-usual-1/checkpoints/{finished['step']}").is_dir()
    states = attnstudio("compare", untrained, "--table", "--json").json["kinds"]
    assert [kind["runs"][0]["state"] for kind in states] == ["stopped", "waiting"]


@pytest.mark.skipif(sys.platform == "win32", reason="it is ended otherwise there")
def test_after_a_kill_the_name_goes_on_bit_by_bit(attnstudio, start, untrained, tiny):
    options = (*tiny, *KINDS, "--max-steps", "40")
    program = start("compare", untrained, *options, "--name", "c")
    for line in program.stderr:
        if line.startswith(b"validation at step 20"):
            break
    program.kill()
    program.wait()
    states = attnstudio("compare", untrained, "--table", "--json").json["kinds"]
    assert [kind["runs"][0]["state"] for kind in states] == ["stopped", "waiting"]

    reply = attnstudio("compare", untrained, "--name", "c", "--json")

    assert reply.code == 0, reply.err
    assert "from step 20 (" in reply.err or "from step 10 (" in reply.err
    states = [kind["runs"][0]["state"] for kind in reply.json["kinds"]]
    assert states == ["finished", "finished"]
    assert attnstudio("train", untrained, *tiny, "--max-steps", "40", "--run", "alone").code == 0
    weights = [
        (untrained / "runs" / run / "checkpoints/40/model.safetensors").read_bytes()
        for run in ("c-usual-1", "alone")
    ]
    assert weights[0] == weights[1]


# how kinds are written


def test_kinds_as_they_are_written():
    found = kinds_written(
        ["usual:", "deep narrow : model.encoder_layers=4, model.model_size=64"],
        ["model.normaliser=softmax,sparsemax", "model.heads=1,2"],
    )

    assert found == (
        ComparedKind("usual", {}),
        ComparedKind("deep narrow", {"model": {"encoder_layers": 4, "model_size": 64}}),
        ComparedKind("softmax", {"model": {"normaliser": "softmax"}}),
        ComparedKind("sparsemax", {"model": {"normaliser": "sparsemax"}}),
        ComparedKind("heads=1", {"model": {"heads": 1}}),
        ComparedKind("heads=2", {"model": {"heads": 2}}),
    )


def test_a_value_that_two_settings_have_is_called_by_its_setting():
    found = kinds_written([], ["model.own_reach=window,span", "model.source_reach=window"])

    assert [kind.label for kind in found] == ["own_reach=window", "span", "source_reach=window"]


@pytest.mark.parametrize("text", ["", "a", ":model.heads=2", "model.heads=2:x"])
def test_a_kind_without_a_name_is_refused(text):
    with pytest.raises(UsageError, match="is not a kind"):
        kinds_written([text], [])


@pytest.mark.parametrize("text", ["model.heads", "model.heads=", "=2", "model.heads=1,,2"])
def test_a_setting_without_values_is_refused(text):
    with pytest.raises(UsageError, match="is not a setting with its values"):
        kinds_written([], [text])


def test_what_is_no_setting_is_refused():
    with pytest.raises(ConfigError, match="'heads=2' is not a setting"):
        kinds_written(["x:heads=2"], [])


def test_seeds_as_they_are_written():
    assert seeds_written("3, 1,2") == (3, 1, 2)
    for wrong in ("", "1,", "1.5", "-1"):
        with pytest.raises(UsageError, match="is no seed"):
            seeds_written(wrong)
