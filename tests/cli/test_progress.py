"""What a person sees of a training, on a terminal and in a log."""

import io
import os
import re
import sys

import pytest
from events import make_started, make_validation
from rich.console import Console

from attnstudio.cli.output import Output
from attnstudio.cli.training_progress import PlainLines, ProgressBar, sentence
from attnstudio.config_training import LimitsConfig
from attnstudio.training.events import (
    Failed,
    FindingLinks,
    Finished,
    Notice,
    Started,
    Step,
    Validation,
)


def step(number, *, elapsed_s=0.0, epoch=0.0):
    return Step(
        step=number,
        elapsed_s=elapsed_s,
        epoch=epoch,
        loss=7.25,
        learning_rate=1e-3,
        gradient_norm=0.5,
        tokens_per_second=12_345.6,
        target_tokens=1000,
    )


def shown(limits, events, *, width=80):
    """The last picture of a bar that was shown these events, and the lines above it."""
    console = Console(file=io.StringIO(), width=width, force_terminal=True, color_system=None)
    with ProgressBar("small-1", limits, console) as bar:
        for event in events:
            bar.show(event)
    plain = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", console.file.getvalue())
    return [line for line in re.split(r"[\r\n]+", plain) if line]


def test_the_bar_shows_step_loss_speed_and_time_left_in_80_columns():
    last = shown(LimitsConfig(max_steps=99_999), [step(50_000)])[-1]

    assert last.startswith("step 50,000 · loss  7.250 ·  12,346 tokens/s ━━━━━━━━━━")
    assert last.rstrip().endswith("left")
    assert "…" not in last
    assert len(last) <= 80


def finding(share, left_s=None, elapsed_s=0.0):
    return FindingLinks(step=0, elapsed_s=elapsed_s, share=share, left_s=left_s)


@pytest.mark.parametrize("limits", [LimitsConfig(), LimitsConfig(max_steps=100)])
def test_the_bar_shows_how_far_the_links_are_found_and_begins_anew_with_the_training(limits):
    found = shown(limits, [finding(0.4, 31.4)])[-1]
    after = shown(limits, [finding(0.9, 3.0), make_started()])[-1]

    assert found.startswith("finding word links: 40%, about 31 s left ━━━━━━━━ ")
    assert len(found.rstrip()) <= 80
    assert after.startswith("small-1: preparing …")


def test_a_log_says_now_and_then_how_far_the_links_are_found(capsys):
    lines = PlainLines(Output(as_json=False))

    for share, left_s, elapsed_s in ((0.01, None, 1), (0.1, 40, 5), (0.2, 25, 6), (0.5, 200, 12)):
        lines.show(finding(share, left_s, elapsed_s))

    assert capsys.readouterr().err.splitlines() == [
        "Finding word links in the text: 1%",
        "Finding word links in the text: 20%, about 25 s left",
        "Finding word links in the text: 50%, about 3 min left",
    ]


def test_the_bar_has_one_width_however_large_the_figures():
    few, many = (shown(LimitsConfig(max_steps=99_999), [step(n)])[-1] for n in (1, 99_998))

    assert few.index("tokens/s") == many.index("tokens/s")


def test_a_narrow_terminal_keeps_the_figures():
    last = shown(LimitsConfig(max_steps=100), [step(50)], width=60)[-1]

    assert "━" not in last
    assert last.rstrip().endswith("left")


def test_the_limit_that_comes_first_fills_the_bar():
    limits = LimitsConfig(max_steps=1000, max_minutes=10, max_epochs=2)
    half = shown(limits, [step(1, elapsed_s=300)])[-1]
    full = shown(limits, [step(1, epoch=2.0)])[-1]

    assert half.count("━") < 21
    assert full.count("━") == 20
    assert "╺" not in full


def test_without_limits_the_time_spent_is_shown():
    assert re.search(r"\d:\d\d:\d\d *$", shown(LimitsConfig(), [step(1)])[-1])


def test_other_events_stand_above_the_bar():
    lines = shown(
        LimitsConfig(max_steps=9),
        [Finished(step=9, elapsed_s=1.0, reason="step_limit", best_step=5)],
    )

    assert "Ended at step 9 (step limit); best step 5." in lines


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (
            make_started(parameters=91_680, train_pairs=20_000, batches=318),
            "Training 91,680 parameters on 20,000 pairs from scratch (cpu, 1 thread, fp32).",
        ),
        (
            Started(
                step=1200,
                elapsed_s=9.0,
                resumed_from=1200,
                device="cuda",
                threads=2,
                parameters=91_680,
                train_pairs=20_000,
                batches=318,
                precision="bf16",
            ),
            "Training 91,680 parameters on 20,000 pairs from step 1,200 (cuda, 2 threads, bf16).",
        ),
        (
            make_validation(
                step=1000,
                elapsed_s=9.0,
                epoch=1.5,
                scores={
                    "loss": 1.25,
                    "perplexity": 3.49,
                    "token_accuracy": 0.5,
                    "bleu": 20.04,
                    "chrf": 40.06,
                    "aer": 0.25,
                },
                reading={"layer": 1, "head": None, "method": "shifted"},
                lowest={"aer": 0.201},
                highest={"aer": 0.2995},
            ),
            "validation at step 1,000: loss 1.250, perplexity 3.49, BLEU 20.0, chrF 40.1, "
            "AER 0.250 [0.201, 0.299] (layer 1, all heads, shifted) (best so far)",
        ),
        (
            Validation(
                step=10,
                elapsed_s=9.0,
                epoch=1.5,
                scores={"loss": 1.25, "perplexity": 3.49, "token_accuracy": 0.5},
                seconds=1.0,
                is_best=False,
            ),
            "validation at step 10: loss 1.250, perplexity 3.49",
        ),
        (
            Notice(step=0, elapsed_s=0.0, template="{n} pairs left out.", values={"n": 3}),
            "3 pairs left out.",
        ),
        (
            Finished(step=5, elapsed_s=1.0, reason="requested", best_step=0),
            "Ended at step 5 (stopped).",
        ),
        (
            Finished(step=5, elapsed_s=1.0, reason="no_improvement", best_step=3),
            "Ended at step 5 (no further improvement); best step 3.",
        ),
        (step(1), ""),
        (
            Failed(step=1, elapsed_s=1.0, template="Broken.", hint_template=""),
            "",
        ),  # the error itself is said once, at the end
    ],
)
def test_events_in_words(event, text):
    assert sentence(event) == text


def test_a_log_gets_a_line_every_50_steps_or_30_seconds(capsys):
    lines = PlainLines(Output(as_json=False))
    for event in (
        step(1), step(10, elapsed_s=1), step(51, elapsed_s=2), step(60, elapsed_s=3),
        step(70, elapsed_s=33),
    ):  # fmt: skip
        lines.show(event)

    said = capsys.readouterr().err.splitlines()
    assert [line.split(",")[0] for line in said] == ["step 1", "step 51", "step 70"]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no pseudo-terminal")
def test_with_json_into_a_file_the_person_at_the_terminal_sees_the_bar(
    start_on_terminal, project, tiny, tmp_path
):
    with (tmp_path / "events.jsonl").open("wb") as file:
        code, seen = start_on_terminal(
            "train", project, *tiny, "--run", "r", "--max-steps", "12", "--json", stdout=file
        )

    assert code == 0
    assert "━" in seen
    assert "Ended at step 12 (step limit)" in seen
    log = (project / "runs" / "r" / "events.jsonl").read_text("utf-8")
    assert (tmp_path / "events.jsonl").read_text("utf-8") == log


@pytest.fixture
def start_on_terminal(start):
    """Run ``attnstudio`` with a pseudo-terminal as its stderr: exit code and what was seen."""

    def run_program(*arguments, stdout):
        controller, terminal = os.openpty()
        program = start(*arguments, stdout=stdout, stderr=terminal)
        os.close(terminal)
        seen = b""
        with open(controller, "rb", buffering=0) as screen:  # noqa: PTH123 - a descriptor
            while True:
                try:
                    seen += screen.read(65_536)
                except OSError:  # Linux says so when the last writer is gone
                    break
        return program.wait(), seen.decode("utf-8", "replace")

    return run_program
