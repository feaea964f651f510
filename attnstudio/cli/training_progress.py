"""How ``train`` tells what happens: a progress bar, plain lines or JSON."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from attnstudio.cli.output import Output
from attnstudio.config_training import LimitsConfig
from attnstudio.errors import AlignmentError
from attnstudio.reading import Reading
from attnstudio.training.event_json import to_json
from attnstudio.training.events import (
    FindingLinks,
    Finished,
    Held,
    Notice,
    Started,
    Step,
    TrainingEvent,
    Validation,
)
from attnstudio.training.scores import (
    AER,
    BLEU,
    CHRF,
    LOSS,
    PERPLEXITY,
    TEXT_AGREEMENT,
    Score,
    with_unknown,
)
from attnstudio.training.stop import StopReason

_STEPS_BETWEEN_LINES = 50
_SECONDS_BETWEEN_LINES = 30.0
_SECONDS_BETWEEN_SHARES = 5.0  # of work before the first step
_BAR_WIDTH = 20
_UNREADABLE = 1e9
_NARROWEST_WITH_BAR = 80


@contextmanager
def reporter(
    output: Output, name: str, limits: LimitsConfig
) -> Iterator[Callable[[TrainingEvent], None]]:
    """What receives the events of a run: JSON lines, a bar on a terminal, or plain lines.

    With JSON into a file or a pipe, a person at the terminal still sees the bar.
    """

    if output.is_silent:
        yield lambda _: None
        return

    def write_json(event: TrainingEvent) -> None:
        output.line(to_json(event))

    console = Console(stderr=True)
    # the console alone would believe FORCE_COLOR and draw bars into a log
    on_terminal = sys.stderr.isatty() and console.is_terminal and not console.is_dumb_terminal
    if output.as_json and (not on_terminal or sys.stdout.isatty()):
        yield write_json
    elif on_terminal:
        with ProgressBar(name, limits, console) as bar:

            def show_both(event: TrainingEvent) -> None:
                write_json(event)
                bar.show(event)

            yield show_both if output.as_json else bar.show
    else:
        output.say(f"Run {name}: preparing …")
        yield PlainLines(output).show


def sentence(event: TrainingEvent) -> str:
    """An event in words; nothing for those that only a script needs, and for steps."""
    match event:
        case FindingLinks():
            return f"Finding word links in the text: {_share_and_time(event)}"
        case Started():
            origin = (
                "from scratch"
                if event.resumed_from is None
                else f"from step {event.resumed_from:,}"
            )
            threads = "1 thread" if event.threads == 1 else f"{event.threads} threads"
            return (
                f"Training {event.parameters:,} parameters on {event.train_pairs:,} pairs {origin} "
                f"({event.device}, {threads}, {event.precision})."
            )
        case Validation():
            return _validation_sentence(event)
        case Notice():
            return event.message
        case Held():
            return (
                f"{event.message} {event.hint} Training waits and tries again; Ctrl-C gives up"
                f"{_what_would_be_lost(event)}."
            )
        case Finished():
            best = f"; best step {event.best_step:,}" if event.best_step else ""
            return f"Ended at step {event.step:,} ({_in_words(event.reason)}){best}."
    return ""


class PlainLines:
    """A line now and then: not more often than a log can bear."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._said: Step | None = None
        self._found_at_s = -math.inf

    def show(self, event: TrainingEvent) -> None:
        """Say what is worth a line."""
        if isinstance(event, FindingLinks):
            if event.elapsed_s - self._found_at_s >= _SECONDS_BETWEEN_SHARES:
                self._found_at_s = event.elapsed_s
                self._output.say(sentence(event))
        elif isinstance(event, Step):
            if self._is_due(event):
                self._said = event
                self._output.say(
                    f"step {event.step:,}, epoch {event.epoch:.2f}: loss {_figure(event.loss, 3)}, "
                    f"{event.tokens_per_second:,.0f} tokens/s"
                )
        elif text := sentence(event):
            self._output.say(text)

    def _is_due(self, step: Step) -> bool:
        said = self._said
        return (
            said is None
            or step.step - said.step >= _STEPS_BETWEEN_LINES
            or step.elapsed_s - said.elapsed_s >= _SECONDS_BETWEEN_LINES
        )


class ProgressBar:
    """A bar with step, loss, speed and time left; lines above it for the rest.

    It fits into 80 columns, and gives up the bar itself in fewer. A run without limits has no
    time left: it shows the time spent.
    """

    def __init__(self, name: str, limits: LimitsConfig, console: Console) -> None:
        self._limits = limits
        ends = bool(limits.model_dump(exclude_none=True))
        columns: list[ProgressColumn] = [TextColumn("{task.description}")]
        if console.width >= _NARROWEST_WITH_BAR:
            columns.append(BarColumn(bar_width=_BAR_WIDTH))
        columns += [TimeRemainingColumn(), TextColumn("left")] if ends else [TimeElapsedColumn()]
        self._progress = Progress(
            *columns, console=console, refresh_per_second=4, redirect_stdout=False
        )
        self._task = self._progress.add_task(f"{name}: preparing …", total=1.0 if ends else None)
        self._finding: TaskID | None = None

    def __enter__(self) -> ProgressBar:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def show(self, event: TrainingEvent) -> None:
        """Move the bar, or write a line above it."""
        if isinstance(event, FindingLinks):
            self._show_finding(event)
            return
        if isinstance(event, Started) and self._finding is not None:
            self._progress.remove_task(self._finding)
            self._progress.update(self._task, visible=True)
        if isinstance(event, Step):
            self._progress.update(
                self._task,
                completed=self._share_done(event),
                description=f"step {event.step:>6,} · loss {_figure(event.loss, 3):>6} · "
                f"{event.tokens_per_second:>7,.0f} tokens/s",
            )
        elif text := sentence(event):
            self._progress.console.print(text, highlight=False, markup=False, soft_wrap=True)

    def _show_finding(self, event: FindingLinks) -> None:
        """In a task of its own, since a total that is known cannot become unknown again."""
        words = f"finding word links: {_share_and_time(event)}"
        if self._finding is None:
            self._progress.update(self._task, visible=False)
            self._finding = self._progress.add_task(words, total=1.0)
        self._progress.update(self._finding, completed=event.share, description=words)

    def _share_done(self, event: Step) -> float:
        """Of the limit that will be reached first."""
        limits = self._limits
        done = (
            event.step / limits.max_steps if limits.max_steps else 0.0,
            event.elapsed_s / 60 / limits.max_minutes if limits.max_minutes else 0.0,
            event.epoch / limits.max_epochs if limits.max_epochs else 0.0,
        )
        return min(1.0, max(done))


def _validation_sentence(event: Validation) -> str:
    shown = with_unknown((LOSS, PERPLEXITY, BLEU, CHRF, AER, TEXT_AGREEMENT), event.scores)
    figures = [_score_words(score, event) for score in shown if score.name in event.scores]
    mark = " (best so far)" if event.is_best else ""
    return f"validation at step {event.step:,}: {', '.join(figures)}{mark}"


def _score_words(score: Score, event: Validation) -> str:
    figure = f"{score.label} {_figure(event.scores[score.name], score.decimals)}"
    if score.name in event.lowest:
        low, high = event.lowest[score.name], event.highest[score.name]
        figure += f" [{_figure(low, score.decimals)}, {_figure(high, score.decimals)}]"
    if score is not AER or event.reading is None:
        return figure
    with suppress(AlignmentError):  # of a log that is not ours
        figure += f" ({Reading.from_mapping(event.reading)})"
    return figure


def _figure(value: float, places: int) -> str:
    """A number with so many decimals; one that nobody could read by its power of ten."""
    return f"{value:.{places}f}" if abs(value) < _UNREADABLE else f"{value:.1e}"


def _what_would_be_lost(event: Held) -> str:
    lost = event.step - (event.saved_step or 0)
    return f" and loses {lost:,} steps" if lost else ""


def _share_and_time(event: FindingLinks) -> str:
    """``40%, about 30 s left``: no more exact than it can be known."""
    if event.left_s is None:
        return f"{event.share:.0%}"
    seconds = max(1, round(event.left_s))
    left = f"{seconds} s" if seconds < 60 else f"{round(seconds / 60)} min"
    return f"{event.share:.0%}, about {left} left"


def _in_words(reason: str) -> str:
    match StopReason(reason):
        case StopReason.REQUESTED:
            return "stopped"
        case StopReason.NO_IMPROVEMENT:
            return "no further improvement"
        case limit:
            return limit.value.replace("_", " ")
