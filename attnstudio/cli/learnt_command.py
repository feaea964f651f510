"""``attnstudio learnt``: how the heads of a run look, over its training and at its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from attnstudio.cli.control_facts import control_facts, control_lines
from attnstudio.cli.output import Output
from attnstudio.cli.trained_model import ModelChoice
from attnstudio.cli.work_progress import WorkProgress
from attnstudio.errors import UsageError
from attnstudio.interpretation.site_words import axes_words, capitalised
from attnstudio.project.density_control import DensityControl, control_density
from attnstudio.project.head_reading import HeadReading, read_heads
from attnstudio.project.measured_pairs import spread
from attnstudio.project.project import Project
from attnstudio.project.run import Run
from attnstudio.training.head_quantities import HeadNumbers, HeadPlace, HeadQuantity, words_of
from attnstudio.training.head_series import HeadSeries, head_series

_MOST_UPDATES = 12  # that are written out; JSON has all
_MOST_WORDS = 20
_WIDTH = 10
_GAP = "   "


@dataclass(frozen=True, slots=True)
class LearntFlags:
    """The options of ``learnt``."""

    run: str | None
    against: str | None
    checkpoint: str | None
    words: bool
    least: int
    control: bool
    bleu: bool
    sentences: int


@dataclass(frozen=True, slots=True)
class _Learnt:
    """What is known of one run.

    Attributes:
        run: its name.
        series: what its log told, without which all is read of a checkpoint.
        numbers: of each head, the last that the log told or those of the checkpoint.
        step: of which update they are.
        reading: of the checkpoint, where one was read.
    """

    run: str
    series: tuple[HeadSeries, ...]
    numbers: HeadNumbers
    step: int
    reading: HeadReading | None


def learnt(output: Output, folder: Path, flags: LearntFlags) -> None:
    """``attnstudio learnt``."""
    if (flags.control and flags.against is None) or (flags.bleu and not flags.control):
        raise UsageError(
            "The control compares two runs.",
            hint="Give --control with --against, and --bleu with --control.",
        )
    project = Project.open(folder)
    names = [flags.run] if flags.against is None else [flags.run, flags.against]
    runs = [_learnt(output, folder, project.run(name), flags) for name in names]
    lines = []
    for run in runs:
        lines += _over_training(run)
    lines += _at_the_end(runs)
    for run in runs if flags.words else ():
        lines += _words(run, flags.least)
    facts = _facts(runs[0], flags)
    if len(runs) > 1:
        facts["against"] = _facts(runs[1], flags)
    if flags.control:
        found = _control(output, folder, flags)
        facts["control"] = control_facts(found)
        lines += ["", *control_lines(found)]
    output.result(facts, lines)


def _learnt(output: Output, folder: Path, run: Run, flags: LearntFlags) -> _Learnt:
    series = head_series(run.history().validations)
    if series and not (flags.words or flags.checkpoint):
        return _Learnt(run.name, series, _last_of(series), max(it.steps[-1] for it in series), None)
    loaded = ModelChoice(folder, run.name, flags.checkpoint or "best").load(output)
    reading = read_heads(
        loaded, sentences=flags.sentences, progress=WorkProgress(output, "sentences").tell
    )
    assert reading is not None  # nothing stops it
    return _Learnt(run.name, series, reading.numbers, loaded.step, reading)


def _control(output: Output, folder: Path, flags: LearntFlags) -> DensityControl:
    one, other = (
        ModelChoice(folder, name, flags.checkpoint or "best").load(output)
        for name in (flags.run, flags.against)
    )
    found = control_density(
        Project.open(folder),
        (one, other),
        sentences=flags.sentences,
        test_sentences=flags.sentences if flags.bleu else 0,
        progress=WorkProgress(output, "steps of the control").tell,
    )
    assert found is not None  # nothing stops it
    return found


def _last_of(series: Sequence[HeadSeries]) -> HeadNumbers:
    return {HeadPlace(each.site, each.quantity): each.values[..., -1] for each in series}


def _over_training(run: _Learnt) -> list[str]:
    """The mean over all heads of each quantity, a line for an update and a table for a site."""
    lines = []
    for site in dict.fromkeys(each.site for each in run.series):
        there = [each for each in run.series if each.site == site]
        steps = sorted(set().union(*(each.steps for each in there)))
        titles = ["update", *(each.quantity for each in there)]
        lines += [f"Run {run.run}, {axes_words(site)}: means over all heads", _row(titles)]
        for step in spread(steps, _MOST_UPDATES):
            cells = [f"{step:,}", *(_mean_at(each, step) for each in there)]
            lines.append(_row(cells))
        lines.append("")
    if not lines:
        lines = [
            f"The log of run {run.run} tells nothing of its heads, as that of an older version or "
            "of a run without attention.",
            "",
        ]
    return lines


def _mean_at(each: HeadSeries, step: int) -> str:
    if step not in each.steps:
        return ""
    return _number(each.quantity, _mean(each.values[..., each.steps.index(step)]))


def _at_the_end(runs: Sequence[_Learnt]) -> list[str]:
    """Every head of each run, the runs side by side."""
    lines = [_what_was_read(run) for run in runs]
    places = dict.fromkeys(place for run in runs for place in run.numbers)
    for place in places:
        words = words_of(place.quantity)
        unit = f", {words.unit}" if words.unit else ""
        title = f"{capitalised(axes_words(place.site))}: {words.title} ({place.quantity}{unit})"
        there = [run for run in runs if place in run.numbers]
        is_nothing = not any(np.nan_to_num(run.numbers[place]).any() for run in there)
        if place.quantity is HeadQuantity.ZEROS and is_nothing:
            lines += ["", f"{title}: nothing, whatever the head."]
        else:
            lines += ["", title, *_beside([_block(run, place) for run in there])]
    return lines


def _what_was_read(run: _Learnt) -> str:
    if run.reading is None:
        return f"Run {run.run} at update {run.step:,}, the last that its log tells of:"
    return f"Run {run.run} at update {run.step:,}, {run.reading.sentences:,} held-out sentences:"


def _block(run: _Learnt, place: HeadPlace) -> list[str]:
    table = run.numbers[place]
    layers, heads = table.shape
    mean = _number(place.quantity, _mean(table))
    lines = [f"{run.run}: {mean} on average", _row(["", *(f"head {n}" for n in range(heads))])]
    lines += [
        _row([f"layer {n}", *(_number(place.quantity, value) for value in table[n])])
        for n in range(layers)
    ]
    return lines


def _beside(blocks: Sequence[Sequence[str]]) -> list[str]:
    """Blocks of lines side by side, each as wide as its widest line."""
    height = max(map(len, blocks))
    widths = [max(map(len, block)) for block in blocks]
    rows = [[block[n] if n < len(block) else "" for block in blocks] for n in range(height)]
    return [
        _GAP.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _words(run: _Learnt, least: int) -> list[str]:
    """Which words get exactly nothing, most often left out first."""
    reading = run.reading
    assert reading is not None  # words are read of a checkpoint
    lines = ["", f"Run {run.run}: {zeros_in_words(reading)}"]
    found = [word for word in reading.words if word.occurrences >= least]
    if not reading.zeros or not found:
        return lines
    lines.append(_row(["left out", "by all", "never", "there"]) + "  word")
    for word in found[:_MOST_WORDS]:
        shares = (word.of_heads, word.by_all, word.never)
        cells = [*(f"{share:.1%}" for share in shares), f"{word.occurrences:,}"]
        lines.append(f"{_row(cells)}  {word.word}")
    return lines


def zeros_in_words(reading: HeadReading) -> str:
    """Whether a model leaves words out for good, in a sentence."""
    if not reading.looks:
        return "the target looks at no words of a source."
    if not reading.zeros:
        return (
            f"no word of the source ever gets exactly nothing, in {reading.looks:,} looks of "
            f"{reading.sentences:,} sentences: this attention makes no zeros."
        )
    return (
        f"of {reading.looks:,} looks at a word of the source, {reading.zeros / reading.looks:.1%} "
        "give it exactly nothing. Left out: the share of looks, each of one head at one place; by "
        "all: of places at which no head looks at the word; never: of times that it stands there "
        "and nothing looks at it."
    )


def _facts(run: _Learnt, flags: LearntFlags) -> dict[str, object]:
    facts: dict[str, object] = {"run": run.run, "step": run.step}
    facts["sites"] = _by_site({place: _plain(table) for place, table in run.numbers.items()})
    facts["training"] = _by_site({
        HeadPlace(each.site, each.quantity): {
            "steps": list(each.steps), "values": each.values.tolist(),
        }
        for each in run.series
    })  # fmt: skip
    if run.reading is not None:
        facts["sentences"] = run.reading.sentences
    if flags.words and run.reading is not None:
        facts |= {"looks": run.reading.looks, "zeros": run.reading.zeros}
        facts["words"] = [
            {
                "word": word.word,
                "occurrences": word.occurrences,
                "of_heads": word.of_heads,
                "by_all": word.by_all,
                "never": word.never,
            }
            for word in run.reading.words
            if word.occurrences >= flags.least
        ]
    return facts


def _by_site(tables: Mapping[HeadPlace, object]) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = {}
    for place, content in tables.items():
        found.setdefault(place.site.name, {})[place.quantity.value] = content
    return found


def _plain(table: NDArray[np.float64]) -> list[list[float]]:
    """``[layer][head]``."""
    rows: list[list[float]] = table.tolist()
    return rows


def _mean(table: NDArray[np.float64]) -> float:
    """Of the heads of which something is known."""
    known = table[~np.isnan(table)]
    return float(known.mean()) if known.size else np.nan


def _number(quantity: HeadQuantity, value: float) -> str:
    return "" if np.isnan(value) else f"{value:.{words_of(quantity).decimals}f}"


def _row(cells: Sequence[str]) -> str:
    return "".join(cell.rjust(_WIDTH) for cell in cells)
