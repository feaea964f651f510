"""``train``: its options, its events, its limits and going on."""

import re
import tomllib

import pytest

from attnstudio.presets import find_preset
from attnstudio.project.project import Project


def config_of(folder, run):
    return tomllib.loads((folder / "runs" / run / "config.toml").read_text("utf-8"))


def test_events_are_the_lines_of_the_log(attnstudio, untrained, tiny):
    reply = attnstudio("train", untrained, *tiny, "--max-steps", "12", "--run", "r", "--json")

    assert reply.code == 0
    assert reply.out == (untrained / "runs" / "r" / "events.jsonl").read_text("utf-8")
    events = reply.events
    assert all({"event", "step", "elapsed_s"} <= event.keys() for event in events)
    assert events[0]["event"] == "started"
    assert events[0]["train_pairs"] == 260
    assert events[-1]["event"] == "finished"
    assert (events[-1]["step"], events[-1]["reason"]) == (12, "step_limit")
    steps = [event for event in events if event["event"] == "step"]
    assert [step["step"] for step in steps] == [1, 10, 12]
    assert {"loss", "tokens_per_second", "epoch", "learning_rate", "target_tokens"} <= set(steps[0])
    assert all(len(repr(step["loss"])) > 10 for step in steps)  # not rounded
    [first, last] = [event for event in events if event["event"] == "validation"]
    assert (first["step"], last["step"]) == (10, 12)
    assert "bleu" in first["scores"]
    assert first["lowest"].keys() == first["highest"].keys() == {"aer"}
    assert first["lowest"]["aer"] <= first["scores"]["aer"] <= first["highest"]["aer"]
    assert [event["elapsed_s"] for event in events] == sorted(e["elapsed_s"] for e in events)


def test_plain_lines_go_to_stderr(attnstudio, untrained, tiny):
    reply = attnstudio("train", untrained, *tiny, "--max-steps", "12")

    assert reply.code == 0
    assert reply.out == ""
    lines = reply.err.splitlines()
    assert lines[0] == "Run tiny-1: preparing …"
    assert lines[1].startswith("Training ")
    assert re.search(r" on 260 pairs from scratch \(cpu, 1 thread, (fp32|bf16)\)\.$", lines[1])
    assert any(line.startswith("step 1, epoch 0.") for line in lines)
    assert any(line.startswith("validation at step 10: loss ") for line in lines)
    assert lines[-1].startswith("Ended at step 12 (step limit); best step 1")


def test_options_overrule_settings_overrule_the_file_overrules_the_preset(
    attnstudio, untrained, tmp_path
):
    file = tmp_path / "settings.toml"
    file.write_text(
        "[model]\nmodel_size = 16\nheads = 2\nfeedforward_size = 32\n"
        "[training]\nseed = 5\nbatch_tokens = 500\nwarmup_steps = 7\n",
        "utf-8",
    )

    reply = attnstudio(
        "train", untrained, "--preset", "tiny", "--config", file,
        "--set", "training.seed=6", "--set", "training.batch_tokens=300",
        "--set", "tokenizer.vocabulary_size=300", "--set", "model.dropout=0",
        "--seed", "7", "--threads", "1", "--max-steps", "1", "--run", "r",
    )  # fmt: skip

    assert reply.code == 0
    content = config_of(untrained, "r")
    assert content["preset"] == "tiny"
    training = content["config"]["training"]
    assert (training["seed"], training["batch_tokens"], training["warmup_steps"]) == (7, 300, 7)
    preset = find_preset("tiny").config.training
    assert training["learning_rate"] == preset.learning_rate
    model = content["config"]["model"]
    assert (model["model_size"], model["heads"], model["dropout"]) == (16, 2, 0)
    assert content["config"]["limits"] == {"max_steps": 1}


def test_settings_are_checked_together(attnstudio, untrained, tiny, tmp_path):
    """A linear schedule needs a horizon, which may come from another place."""
    file = tmp_path / "settings.toml"
    file.write_text('[training]\nschedule = "linear"\n', "utf-8")
    options = (*tiny, "--config", file, "--max-steps", "1")

    assert attnstudio("train", untrained, *options).code == 2
    assert attnstudio("train", untrained, *options, "--set", "training.horizon_steps=900").code == 0


def test_another_kind_of_model_starts_from_its_own_defaults(attnstudio, untrained, tmp_path):
    file = tmp_path / "settings.toml"
    file.write_text('[model]\nkind = "recurrent"\nhidden_size = 8\n', "utf-8")

    reply = attnstudio(
        "train", untrained, "--preset", "tiny", "--config", file,
        "--set", "model.kind=transformer", "--set", "model.heads=2",
        "--set", "model.model_size=16", "--set", "tokenizer.vocabulary_size=300",
        "--threads", "1", "--max-steps", "1", "--run", "r",
    )  # fmt: skip

    assert reply.code == 0, reply.err
    assert config_of(untrained, "r")["config"]["model"]["heads"] == 2


@pytest.mark.parametrize(
    ("setting", "part"),
    [
        ("model.heads=3", "3 heads do not divide a model size of 128"),
        ("model.hidden_size=8", "model.hidden_size is not a setting of"),
        ("training.batch_tokens=1", "training.batch_tokens must be at least 16"),
        ("training.batch_tokens=many", "training.batch_tokens must be a whole number"),
        ("nosuch.thing=1", "nosuch"),
        ("batch_tokens=1", "'batch_tokens=1' is not a setting."),
        ("training.seed", "'training.seed' is not a setting."),
    ],
)
def test_a_wrong_setting_is_named_and_leaves_no_run(attnstudio, untrained, setting, part):
    reply = attnstudio("train", untrained, "--preset", "tiny", "--set", setting, "--json")

    assert reply.code == 2
    assert part in reply.json["error"]["message"]
    assert reply.json["error"]["hint"]
    assert not (untrained / "runs").exists()


def test_a_model_that_cannot_be_taught_where_to_look_is_trained_and_it_is_said(
    attnstudio, untrained, tiny
):
    asked = ("--set", "guidance.weight=1", "--set", "guidance.most_pairs=100", "--max-steps", "1")

    reply = attnstudio("train", untrained, *tiny, *asked, "--run", "r")

    said = "it would take long to find the word links of more than 100 training pairs."
    assert reply.code == 0
    assert reply.err.splitlines()[0] == f"Attention is not taught here: {said}"
    content = tomllib.loads((untrained / "runs" / "r" / "config.toml").read_text("utf-8"))
    assert content["config"]["guidance"]["weight"] == 0.0


@pytest.mark.parametrize(
    "options",
    [
        ("--preset", "huge"),
        ("--config", "nowhere.toml"),
        ("--max-steps", "0"),
        ("--max-minutes", "0"),
        ("--max-epochs", "-1"),
        ("--device", "abacus"),
        ("--seed", "-1"),
        ("--seed", "one"),
        ("--threads", "1000"),
        ("--run", "a/b"),
        ("--run", ".."),
    ],
)
def test_wrong_options_are_refused_and_leave_no_run(attnstudio, untrained, options):
    reply = attnstudio("train", untrained, *options, "--json")

    assert reply.code == 2
    assert reply.json["error"]["message"]
    assert not (untrained / "runs").exists()


def test_a_project_without_a_corpus_is_refused(attnstudio, empty_project):
    reply = attnstudio("train", empty_project, "--json")

    assert reply.code == 2
    assert reply.json["error"]["message"] == f"{empty_project} has no corpus yet."


def test_a_run_name_that_exists_is_refused(attnstudio, project, tiny):
    reply = attnstudio("train", project, *tiny, "--run", "first", "--json")

    assert reply.code == 2
    assert reply.json["error"] == {
        "message": "There is a run first already.",
        "hint": "Choose another name, or go on with it: --resume first",
    }


def test_reverse_trains_the_other_direction(attnstudio, project, tiny, pairs):
    reply = attnstudio(
        "train", project, *tiny, "--reverse", "--max-steps", "2", "--run", "back", "--json"
    )

    assert reply.code == 0
    content = config_of(project, "back")
    assert content["direction"] == "reverse"
    languages = (content["sources"]["source"]["language"], content["target"]["language"])
    assert languages == ("de", "en")
    watched = next(event for event in reply.events if event["event"] == "watch")
    sides = {pair.target: pair.source for pair in pairs}
    assert sides[watched["source"]] == watched["reference"]


def test_the_last_trained_run_is_the_default(attnstudio, project, tiny):
    attnstudio("train", project, *tiny, "--max-steps", "1", "--run", "second")
    assert attnstudio("evaluate", project, "--beam", "1", "--json").json["run"] == "second"
    named = attnstudio("evaluate", project, "--beam", "1", "--run", "first", "--json")
    assert named.json["run"] == "first"

    attnstudio("train", project, "--resume", "first", "--max-steps", "31")
    assert attnstudio("evaluate", project, "--beam", "1", "--json").json["run"] == "first"


def test_resume_goes_on_to_the_new_limit(attnstudio, project):
    reply = attnstudio("train", project, "--resume", "first", "--max-steps", "33", "--json")

    assert reply.code == 0
    started, *_, finished = reply.events
    assert (started["resumed_from"], finished["step"]) == (30, 33)
    assert started["elapsed_s"] > 0  # over all segments
    assert attnstudio("info", project, "--json").json["runs"][0]["step"] == 33


def test_a_resumed_run_equals_an_uninterrupted_one(attnstudio, untrained, tiny):
    def losses(*options):
        events = attnstudio("train", untrained, *options, "--json").events
        return {e["step"]: e["loss"] for e in events if e["event"] == "step"}

    whole = losses(*tiny, "--run", "whole", "--max-steps", "20")
    losses(*tiny, "--run", "parts", "--max-steps", "13")
    assert losses("--resume", "parts", "--max-steps", "20") == {20: whole[20]}


@pytest.mark.parametrize(
    "option",
    [
        ("--preset", "tiny"),
        ("--set", "training.seed=2"),
        ("--seed", "1"),
        ("--reverse",),
        ("--run", "other"),
        ("--config", "x.toml"),
        ("--threads", "1"),
        ("--device", "cpu"),
    ],
)
def test_resume_takes_new_limits_only(attnstudio, trained, option):
    reply = attnstudio("train", trained, "--resume", "first", *option, "--json")

    assert reply.code == 2
    assert reply.json["error"]["message"] == (
        "A resumed run takes new limits, another rate and watch sentences only."
    )


def test_sentences_of_the_persons_own_are_watched_and_stay_with_the_run(
    attnstudio, untrained, tiny
):
    first = attnstudio(
        "train", untrained, *tiny, "--max-steps", "1", "--run", "r",
        "--watch", "the  dog", "--watch", "a cat", "--watch", "the dog",
    )  # fmt: skip
    on = ("train", untrained, "--resume", "r", "--max-steps", "2")
    again = attnstudio(*on, "--watch", "a bird", "--watch", "a cat")

    assert (first.code, again.code) == (0, 0), first.err + again.err
    run = Project.open(untrained).run("r")
    own = [(event.step, event.source) for event in run.history().watched if not event.reference]
    assert own == [
        (1, "the dog"), (1, "a cat"), (2, "the dog"), (2, "a cat"), (2, "a bird"),
    ]  # fmt: skip


def test_a_sentence_that_cannot_be_watched_leaves_no_run(attnstudio, untrained, tiny):
    reply = attnstudio("train", untrained, *tiny, "--run", "r", "--watch", "x" * 501, "--json")

    assert reply.code == 2
    assert "501 characters" in reply.json["error"]["message"]
    assert not (untrained / "runs" / "r").exists()


def test_resume_of_a_run_that_is_not_there_names_those_that_are(attnstudio, trained):
    reply = attnstudio("train", trained, "--resume", "nosuch", "--json")

    assert reply.code == 2
    assert reply.json["error"] == {
        "message": "There is no run nosuch.",
        "hint": "There are: first.",
    }


def test_a_time_limit_ends_and_can_be_raised(attnstudio, untrained, tiny):
    first = attnstudio("train", untrained, *tiny, "--run", "r", "--max-minutes", "0.001", "--json")
    assert first.code == 0
    assert first.events[-1]["reason"] == "time_limit"

    step = first.events[-1]["step"]
    again = attnstudio("train", untrained, "--resume", "r", "--max-steps", step + 2, "--json")
    assert again.code == 0
    assert (again.events[-1]["step"], again.events[-1]["reason"]) == (step + 2, "step_limit")


def test_an_epoch_limit_ends(attnstudio, untrained, tiny):
    reply = attnstudio("train", untrained, *tiny, "--max-epochs", "0.5", "--json")

    assert reply.code == 0
    assert reply.events[-1]["reason"] == "epoch_limit"


def test_damaged_checkpoints_fail_with_a_sentence(attnstudio, project):
    for weights in project.glob("runs/first/checkpoints/*/model.safetensors"):
        weights.write_bytes(b"no")

    reply = attnstudio("train", project, "--resume", "first", "--max-steps", "31", "--json")

    failed, error = reply.events[-2:]
    assert reply.code == 2
    assert failed["event"] == "failed"
    assert failed["message"] == error["error"]["message"]
    assert attnstudio("info", project, "--json").json["runs"][0]["state"] == "failed"


def test_a_rate_is_scaled_where_a_run_goes_on_only(attnstudio, project, tiny):
    new = attnstudio("train", project, *tiny, "--rate-scale", "0.5", "--json")
    usual = attnstudio("train", project, "--resume", "first", "--max-steps", "31", "--json")
    scaled = attnstudio(
        "train", project, "--resume", "first", "--from-checkpoint", "30", "--max-steps", "31",
        "--rate-scale", "0.5", "--json",
    )  # fmt: skip

    assert (new.code, new.json["error"]["message"]) == (
        2,
        "--rate-scale is for a run that goes on.",
    )
    rates = [
        [event["learning_rate"] for event in reply.events if event["event"] == "step"]
        for reply in (usual, scaled)
    ]
    assert rates[1][-1] == pytest.approx(rates[0][-1] / 2)


def test_a_training_that_diverges_names_the_command_that_goes_on(attnstudio, project):
    options = ("--max-steps", "400", "--rate-scale", "1000", "--json")

    reply = attnstudio("train", project, "--resume", "first", *options)

    failed, error = reply.events[-2:]
    assert reply.code == 1
    assert failed["cause"] in ("diverged", "not_finite")
    assert failed["go_on_from"] is not None
    step = failed["go_on_from"]
    way_on = f"--resume first --from-checkpoint {step} --rate-scale 0.5"
    assert reply.err.splitlines()[-1].endswith(way_on)
    assert "lower learning rate" in error["error"]["hint"]
