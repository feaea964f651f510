"""A project in a few facts, and what differs between its runs."""

import pytest
import torch

from attnstudio.config_text import merge_config
from attnstudio.model.builder import build_model, parameter_count
from attnstudio.model.spec import translation_spec
from attnstudio.presets import PRESETS
from attnstudio.project.comparison import differences
from attnstudio.project.estimate import estimate
from attnstudio.project.pipeline import train
from attnstudio.project.run_creation import create_run
from attnstudio.project.summary import summarise
from attnstudio.training.stop import StopToken


@pytest.fixture
def run(project, small_config):
    run = create_run(project, small_config(limits={"max_steps": 8}), preset="tiny")
    train(project, run, emit=lambda _: None, stop=StopToken())
    return run


def test_a_trained_project_is_summarised(project, run):
    summary = summarise(project.folder)

    history = run.history()
    assert (summary.languages, summary.pairs, summary.runs) == (("en", "de"), 320, 1)
    assert summary.best_bleu == max(v.scores["bleu"] for v in history.validations)
    assert summary.losses == tuple(step.loss for step in history.steps)
    assert summary.changed_at >= run.events_path.stat().st_mtime
    assert summary.problem == ""


def test_a_long_curve_is_thinned(project, run):
    first = run.events_path.read_text(encoding="utf-8").splitlines()
    step = next(line for line in first if '"step"' in line and '"loss"' in line)
    with run.events_path.open("a", encoding="utf-8") as file:
        file.writelines(f"{step}\n" for _ in range(500))

    assert len(summarise(project.folder).losses) <= 60


@pytest.mark.parametrize("content", [None, "format = 99", "not toml ["])
def test_what_cannot_be_opened_is_said(tmp_path, content):
    if content is not None:
        (tmp_path / "project.toml").write_text(content, encoding="utf-8")

    summary = summarise(tmp_path)

    assert summary.problem.endswith((".", ")."))
    assert summary.languages == ()


def test_only_what_differs_is_listed(project, small_config):
    one = create_run(project, small_config(), preset="tiny")
    other = create_run(project, small_config(training={"seed": 9}), preset="tiny")

    rows = differences([one.definition(), other.definition()])

    assert [(row.key, row.values) for row in rows] == [("training.seed", ("1", "9"))]


@pytest.mark.parametrize("name", sorted(set(PRESETS) - {"base"}))
@pytest.mark.parametrize("shared", [True, False])
def test_the_estimate_counts_what_a_built_model_learns(name, shared):
    config = merge_config(PRESETS[name].config, {"tokenizer": {"shared": shared}})
    size = config.tokenizer.vocabulary_size
    before = torch.get_rng_state()

    found = estimate(config)

    assert torch.equal(before, torch.get_rng_state())
    model = build_model(config.model, translation_spec(size, size, shared=shared))
    assert found.parameters == parameter_count(model)
    assert found.memory_bytes > 16 * found.parameters


def test_a_direction_that_older_runs_do_not_tell_is_no_difference(project, small_config):
    new = create_run(project, small_config(), preset="tiny").definition()
    old = new.model_copy(update={"direction": None})

    assert differences([old, new]) == []
