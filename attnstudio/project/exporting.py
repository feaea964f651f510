"""A run for other programs: what is gathered of it for the folder that strangers get.

Nothing of its corpus goes with it, neither the sentences that it watched; what the person wrote on
its card does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from itertools import islice
from pathlib import Path
from random import Random
from typing import TypedDict

from torch import Tensor

import attnstudio
from attnstudio.axes import Reading
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.export.facts import ExportFacts, TestScore, Vocabulary
from attnstudio.export.onnx_folder import refuse_no_onnx, write_onnx
from attnstudio.export.onnx_parity import MOST_SENTENCES, IdPair, ParityReport
from attnstudio.export.opening import facts_in
from attnstudio.export.weights import OpenModel, refuse_existing, write_weights
from attnstudio.plain_values import plain_line
from attnstudio.project.checkpoint import load_usable
from attnstudio.project.evaluations import kept_scores
from attnstudio.project.project import Project
from attnstudio.project.run import Run
from attnstudio.project.run_card import read_card
from attnstudio.project.run_data import corpus_of
from attnstudio.project.tokenizers import read_tokenizer
from attnstudio.project.weight import bytes_in
from attnstudio.run_definition import RunDefinition
from attnstudio.tokenizer import END_ID, Tokenizer
from attnstudio.training.events import Notice


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written.

    Attributes:
        folder: where it lies.
        facts: what its config says.
        size_bytes: of all its files.
        parity: how near its numbers are to ours; None for what is loaded by the same torch.
        notice: which checkpoint was passed over for this one, and why; None where none was.
    """

    folder: Path
    facts: ExportFacts
    size_bytes: int
    parity: ParityReport | None
    notice: Notice | None


class _Measured(TypedDict):
    training_pairs: int | None
    validation: dict[str, float]
    tests: tuple[TestScore, ...]


class ExportFormat(StrEnum):
    """What an export is for."""

    WEIGHTS = "weights"
    ONNX = "onnx"


def export_run(
    project: Project,
    run: Run,
    folder: Path,
    *,
    format_: ExportFormat = ExportFormat.WEIGHTS,
    checkpoint: str | int = "best",
    now: datetime | None = None,
) -> Exported:
    """Write a run's checkpoint as a folder of its own.

    Args:
        project: the run's.
        run: which has a checkpoint.
        folder: that is not there yet.
        format_: what it is for.
        checkpoint: ``best``, ``last``, ``aligned`` or a step.
        now: when it is written; None for the time of this moment.

    Raises:
        ExportError: something lies there already, or the model has no such form.
        ProjectError: the run has no such checkpoint, or it is damaged.
        StorageError: the disk would not take it.
    """
    refuse_existing(folder)
    definition = run.definition()
    usable, weights = load_usable(run, checkpoint)
    sides = (definition.source, definition.target)
    source, target = (read_tokenizer(project, side.tokenizer) for side in sides)
    vocabulary = Vocabulary(
        source=source.size,
        target=target.size,
        shared=definition.source.tokenizer == definition.target.tokenizer,
    )
    reading = run.reading(usable.folder)
    moment = now or datetime.now(UTC)
    facts = _facts(run, definition, usable.step, weights, vocabulary, reading, moment)
    model = OpenModel(facts, weights, source.model, target.model)
    parity = None
    match format_:
        case ExportFormat.WEIGHTS:
            write_weights(folder, model)
        case ExportFormat.ONNX:
            refuse_no_onnx(facts)
            parity = write_onnx(folder, model, _sentences(project, definition, source, target))
    return Exported(folder, facts, bytes_in(folder), parity, usable.notice)


def _sentences(
    project: Project, definition: RunDefinition, source: Tokenizer, target: Tokenizer
) -> list[IdPair]:
    """Pairs that the model did not learn from, if there are any, or else such as never were."""
    corpus = corpus_of(project, definition)
    found = (
        pair for split in (Split.TEST, Split.VALID, Split.TRAIN) for pair in corpus.pairs(split)
    )
    pairs: list[IdPair] = [
        ((*source.encode(pair.source), END_ID), tuple(target.encode(pair.target)))
        for pair in islice(found, MOST_SENTENCES)
    ]
    return pairs or _made_up(source.size, target.size)


def _made_up(source_size: int, target_size: int) -> list[IdPair]:
    """Pieces by chance: their numbers are as good a test, if not their meaning."""
    draw = Random(1)

    def pieces(size: int) -> tuple[int, ...]:
        return tuple(draw.randrange(END_ID + 1, size) for _ in range(draw.randint(1, 40)))

    return [((*pieces(source_size), END_ID), pieces(target_size)) for _ in range(MOST_SENTENCES)]


def _facts(
    run: Run,
    definition: RunDefinition,
    step: int,
    weights: Mapping[str, Tensor],
    vocabulary: Vocabulary,
    reading: Reading | None,
    moment: datetime,
) -> ExportFacts:
    card = read_card(run)
    return ExportFacts(
        program=attnstudio.__version__,
        exported_at=moment.astimezone(UTC).isoformat(timespec="seconds"),
        run=run.name,
        step=step,
        source_language=definition.source.language,
        target_language=definition.target.language,
        preset=definition.preset,
        vocabulary=vocabulary,
        parameters=sum(tensor.numel() for tensor in weights.values()),
        reading=None if reading is None else reading.to_mapping(),
        note=card.note,
        tags=card.tags,
        config=definition.config,
        **_measured(run, step),
    )


def _measured(run: Run, step: int) -> _Measured:
    """What is known of how good it is; of an imported run what it was exported with."""
    tests = tuple(
        TestScore(
            sentences=scores.n,
            bleu=scores.bleu,
            bleu_signature=plain_line(scores.bleu_signature),
            chrf=scores.chrf,
            chrf_signature=plain_line(scores.chrf_signature),
        )
        for scores in kept_scores(run, step)
    )
    if run.is_imported:
        origin = facts_in(run.origin_path)
        return {
            "training_pairs": origin.training_pairs,
            "validation": origin.validation,
            "tests": tests or origin.tests,
        }
    history = run.outline()
    started = history.started
    here = next((each for each in history.validations if each.step == step), None)
    return {
        "training_pairs": started.train_pairs if started else None,
        "validation": _finite(here.scores) if here else {},
        "tests": tests,
    }


def _finite(scores: Mapping[str, float]) -> dict[str, float]:
    return {name: value for name, value in scores.items() if abs(value) < float("inf")}
