"""Which trained model a command means, and what several commands ask of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from attnstudio.cli.output import Output
from attnstudio.config import DecodingConfig
from attnstudio.corpus.alignment import Alignment, Span
from attnstudio.evaluation.alignment_error import AlignmentScore
from attnstudio.inference.translator import Translation
from attnstudio.interpretation.links import Reading, ReadingMethod, word_links
from attnstudio.project.pipeline import LoadedRun, load_run
from attnstudio.project.project import Project

AVERAGE = Reading(None, None, ReadingMethod.NAIVE)
_PROGRESS_LINES = 500
_READ_TOGETHER = 256  # the attention of a pair is about 100 kB: a corpus of it fills a memory


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """Which trained model a command means."""

    folder: Path
    run: str | None
    checkpoint: str

    def load(self, output: Output) -> LoadedRun:
        """Read it from disk, and say which checkpoint it is where that is not the one meant."""
        project = Project.open(self.folder)
        loaded = load_run(project, project.run(self.run), checkpoint=self.checkpoint)
        if loaded.notice is not None:
            output.say(loaded.notice.message)
        return loaded


@dataclass(frozen=True, slots=True)
class WordPair:
    """A sentence pair and where its words lie in it."""

    source: str
    target: str
    source_spans: Sequence[Span]
    target_spans: Sequence[Span]


def translate_lines(
    output: Output,
    loaded: LoadedRun,
    lines: Sequence[str],
    *,
    beam: int,
    n_best: int = 1,
    attention: bool = False,
) -> list[Translation]:
    """Translate, saying how far it is and what was cut."""
    config = DecodingConfig(beam_size=max(beam, n_best), n_best=n_best)
    progress = progress_in_lines(output, len(lines), "lines")
    found = loaded.translator.translate(lines, config, attention=attention, progress=progress)
    translations = found or []
    for number, translation in enumerate(translations, start=1):
        if translation.truncated:
            output.say(
                f"Line {number} is longer than {config.max_source_tokens} tokens: only its "
                "beginning was translated."
            )
    return translations


def align_words(
    loaded: LoadedRun,
    pairs: Sequence[WordPair],
    readings: Sequence[Reading],
    *,
    progress: Callable[[int], None] = lambda _: None,
) -> list[list[Alignment]]:
    """The links of each pair under each reading; pairs with an empty side have none.

    Raises:
        AlignmentError: the model has no attention, or no such layer or head.
    """
    translator = loaded.translator
    alignments = [[Alignment()] * len(pairs) for _ in readings]
    full = [i for i, pair in enumerate(pairs) if pair.source and pair.target]
    for start in range(0, len(full), _READ_TOGETHER):
        chosen = full[start : start + _READ_TOGETHER]
        records = translator.records(
            [translator.read_forced(pairs[i].source, pairs[i].target) for i in chosen]
        )
        for i, record in zip(chosen, records, strict=True):
            pair = pairs[i]
            for row, reading in zip(alignments, readings, strict=True):
                row[i] = word_links(record, reading, pair.source_spans, pair.target_spans)
        progress(start + len(chosen))
    return alignments


def score_facts(score: AlignmentScore) -> dict[str, object]:
    """An alignment score for JSON."""
    return {"aer": score.aer, "precision": score.precision, "recall": score.recall}


def progress_in_lines(output: Output, total: int, unit: str) -> Callable[[int], None]:
    """A progress callback that says a line now and then."""
    reported = 0

    def progress(done: int) -> None:
        nonlocal reported
        if done - reported >= _PROGRESS_LINES:
            output.say(f"{done:,} of {total:,} {unit}")
            reported = done

    return progress
