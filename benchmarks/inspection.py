"""How long the inspector takes behind a click, for a sentence of about 30 words.

::

    python benchmarks/inspection.py --project FOLDER --run small-1
    python benchmarks/inspection.py

The first measures a run that is there, the second an untrained ``small`` of the English-German
sample, which costs as much but for its translation: it seldom ends by itself, and is as long as
any may be. Measured is a held-out sentence with the translation that stands beside it:

formula           from a click on a word in the heat map until the formulas are painted
edit, beam n      a row of attention made even: what that does to the words that are there, and the
                  new translation, with a beam so wide
trust             every method, with the model and with one whose weights are shuffled
trust, again      the same for the next sentence, when the shuffled model is there
of it, analyses   of the model alone
long sentence     trust for two such sentences in one

Medians of so many repeats, in wall and processor milliseconds, beside the aims. A task of the
window takes as long as what is measured here and may wait for another one.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

from machine import machine_facts
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from attnstudio.allocator import share_one_arena
from attnstudio.config import DecodingConfig
from attnstudio.config_text import merge_config
from attnstudio.corpus.parallel_corpus import ParallelCorpus, Split
from attnstudio.corpus.samples.store import read_sample
from attnstudio.gui.inspector.page import InspectorPage
from attnstudio.gui.studio.actions import ActionRegistry
from attnstudio.gui.studio.settings import Settings
from attnstudio.gui.studio.studio import Studio
from attnstudio.gui.widgets.heatmap_geometry import CellPlace
from attnstudio.inference.reader import PairToRead
from attnstudio.inference.translator import Translator
from attnstudio.interpretation.words import word_groups
from attnstudio.model.intervention import Intervention, RowAddress
from attnstudio.presets import find_preset
from attnstudio.project.importing import import_sample
from attnstudio.project.pipeline import train
from attnstudio.project.project import Project
from attnstudio.project.run import Run
from attnstudio.project.run_creation import create_run
from attnstudio.project.run_loading import load_run
from attnstudio.project.trust_report import report_trust
from attnstudio.project.what_if import compare, read_unchanged
from attnstudio.reading import Measure
from attnstudio.resources import resource_path
from attnstudio.sites import CROSS, Analysis
from attnstudio.training.stop import StopToken

_WORDS = 30
_BEAMS = (1, 5)
_FORMULA_MS, _EDIT_MS, _TRUST_MS = 50.0, 300.0, 2000.0
_WINDOW = (1280, 800)
_PATIENCE_S = 300.0


@dataclass(frozen=True, slots=True)
class Row:
    """What one thing takes, in milliseconds.

    Attributes:
        what: it.
        wall: median by the clock on the wall.
        processor: median of all cores together.
        aim: by the clock on the wall; None where there is none.
    """

    what: str
    wall: float
    processor: float
    aim: float | None = None

    @property
    def is_met(self) -> bool:
        """Whether it is fast enough."""
        return self.aim is None or self.wall <= self.aim


def main() -> None:
    """Measure, and print a table and one line of JSON."""
    arguments = _parse_arguments()
    share_one_arena()
    with tempfile.TemporaryDirectory() as folder:
        project, run = _run_of(arguments, Path(folder))
        loaded = load_run(project, run, threads=arguments.threads)
        source, target = long_pair(loaded.corpus, _WORDS)
        facts = {"run": run.name, "source_words": len(source.split()), **machine_facts()}
        rows = [
            formula_row(project, run, (source, target), arguments.repeats, Path(folder)),
            *measured(loaded.translator, (source, target), arguments.repeats),
        ]
    print(table_of(rows), file=sys.stderr)
    print(json.dumps(facts | {"rows": [asdict(row) for row in rows]}))


def long_pair(corpus: ParallelCorpus, words: int) -> tuple[str, str]:
    """A held-out sentence of so many words, or the nearest to it, with its translation.

    Short ones are said again until they are as long.
    """
    held_out = corpus.indices(Split.VALID).tolist()

    def away(index: int) -> int:
        return abs(len(corpus.source(index).split()) - words)

    nearest = min(held_out, key=away)
    source, target = corpus.source(nearest), corpus.target(nearest)
    times = max(1, round(words / max(1, len(source.split()))))
    return " ".join([source] * times), " ".join([target] * times)


def measured(translator: Translator, texts: tuple[str, str], repeats: int) -> Iterator[Row]:
    """All but what needs a window."""
    pair = translator.read_forced(*texts)
    for beam in _BEAMS:
        yield edit_row(translator, pair, beam, repeats)
    # a model that is loaded anew has no shuffled one yet: the first sentence waits for it
    first = _timed(lambda: report_trust(translator, pair), 1)
    yield replace(first, what="trust", aim=_TRUST_MS)
    again = _timed(lambda: report_trust(translator, pair), repeats)
    yield replace(again, what="trust, again", aim=_TRUST_MS)
    every = partial(translator.analyse, pair, tuple(Analysis), word_groups, measures=tuple(Measure))
    yield replace(_timed(every, repeats), what="of it, analyses")
    longer = translator.read_forced(*(" ".join([text] * 2) for text in texts))
    yield replace(_timed(lambda: report_trust(translator, longer), 1), what="long sentence")


def edit_row(translator: Translator, pair: PairToRead, beam: int, repeats: int) -> Row:
    """A row in the middle of the sentence made even."""
    decoding = DecodingConfig(beam_size=beam)
    unchanged = read_unchanged(translator, pair, decoding)
    record = unchanged.record
    even = (1.0 / len(record.source),) * len(record.source)
    place = RowAddress(CROSS, 0, 0, len(record.target) // 2)
    change = Intervention(rows={place: even})
    row = _timed(lambda: compare(translator, unchanged, change, decoding), repeats)
    return replace(row, what=f"edit, beam {beam}", aim=_EDIT_MS)


def formula_row(
    project: Project, run: Run, texts: tuple[str, str], repeats: int, folder: Path
) -> Row:
    """Clicks on one word after another, with the page of formulas beside the map."""
    with _inspector(project, run, folder) as (studio, page):
        page.question.show_pair(*texts)
        page.asking.read_forced()
        _until(lambda: page.answer is not None and not studio.tasks.running)
        page.panel.side.setCurrentWidget(page.formula)
        _until(lambda: any(card.isVisible() for card in page.formula.cards))
        rows = len(page.answer.candidates[0].record.target) if page.answer else 0
        places = iter([number % rows for number in range(1, repeats + 2)])

        def click() -> None:
            before = page.formula.step_words
            page.panel.heatmap.choose(CellPlace(next(places), 0))
            QApplication.processEvents()
            assert page.formula.step_words != before, "the formulas did not follow the click"

        click()
        return replace(_timed(click, repeats), what="formula", aim=_FORMULA_MS)


@contextmanager
def _inspector(project: Project, run: Run, folder: Path) -> Iterator[tuple[Studio, InspectorPage]]:
    """The page in a window of its own."""
    studio = Studio(Settings(folder / "window.ini"))
    page = InspectorPage(studio, ActionRegistry(studio))
    page.resize(*_WINDOW)
    page.show()
    studio.open_project(project.folder)
    studio.select_run(run)
    _until(lambda: not studio.tasks.running)
    try:
        yield studio, page
    finally:
        page.close()
        studio.close()


def _until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + _PATIENCE_S
    while not holds():
        assert time.monotonic() < until, "the window does not answer"
        QTest.qWait(5)


def _timed(act: Callable[[], object], repeats: int) -> Row:
    """Medians, without a name yet."""
    wall: list[float] = []
    processor: list[float] = []
    for _ in range(repeats):
        wall_at, processor_at = time.perf_counter(), time.process_time()
        act()
        wall.append(1000 * (time.perf_counter() - wall_at))
        processor.append(1000 * (time.process_time() - processor_at))
    return Row("", statistics.median(wall), statistics.median(processor))


def table_of(rows: Sequence[Row]) -> str:
    """A line for each, with whether its aim is met."""
    lines = ["| what | wall, ms | processor, ms | aim, ms |", "|---|---|---|---|"]
    for row in rows:
        aim = "–" if row.aim is None else f"{row.aim:.0f}, {'met' if row.is_met else 'missed'}"
        lines.append(f"| {row.what} | {row.wall:.0f} | {row.processor:.0f} | {aim} |")
    return "\n".join(lines)


def _run_of(arguments: argparse.Namespace, folder: Path) -> tuple[Project, Run]:
    """What is measured; a project that is there is copied, for to open it may write."""
    if arguments.project is not None:
        ignored = shutil.ignore_patterns("*.lock")
        project = Project.open(
            shutil.copytree(arguments.project, folder / "project", ignore=ignored)
        )
        return project, project.run(arguments.run)
    project = Project.create(folder / "project", "en", "de")
    import_sample(project, read_sample("en-de", resource_path("samples")))
    changes = {"training": {"threads": 1, "decoded_pairs": 0}, "limits": {"max_steps": 1}}
    config = merge_config(find_preset("small").config, changes)
    run = create_run(project, config, preset="small", name="untrained")
    train(project, run, emit=lambda _: None, stop=StopToken())
    return project, run


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--project", type=Path, help="with a run that is there")
    parser.add_argument("--run", help="its name")
    parser.add_argument("--repeats", type=int, default=9)
    parser.add_argument("--threads", type=int, help="of torch; those of the machine")
    arguments = parser.parse_args()
    if (arguments.project is None) != (arguments.run is None):
        parser.error("--project and --run go together")
    return arguments


if __name__ == "__main__":
    if sys.platform not in ("win32", "darwin") and not os.environ.get("DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication([])
    main()
