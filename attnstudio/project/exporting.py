"""A run for other programs: what is gathered of it for the folder that strangers get.

Nothing of its corpus goes with it, neither the sentences that it watched; what the person wrote on
its card does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TypedDict

from torch import Tensor

import attnstudio
from attnstudio.corpus.parallel_corpus import ParallelCorpus
from attnstudio.evaluation.metrics import score_translations
from attnstudio.export.ct2_folder import Quantization, refuse_no_ctranslate2, write_ctranslate2
from attnstudio.export.ct2_parity import MOST_SENTENCES as MOST_TRANSLATED
from attnstudio.export.ct2_parity import TranslationParity
from attnstudio.export.facts import ExportFacts, TestScore, Vocabulary
from attnstudio.export.onnx_folder import refuse_no_onnx, write_onnx
from attnstudio.export.onnx_parity import MOST_SENTENCES, ParityReport
from attnstudio.export.opening import facts_in
from attnstudio.export.weights import OpenModel, Progress, refuse_existing, write_weights
from attnstudio.plain_values import plain_line
from attnstudio.project.checkpoint import load_usable
from attnstudio.project.evaluations import kept_scores
from attnstudio.project.export_sample import id_pairs, made_up_texts, text_pairs
from attnstudio.project.project import Project
from attnstudio.project.run import Run
from attnstudio.project.run_card import read_card
from attnstudio.project.run_data import corpus_of
from attnstudio.project.taught import taught_reading
from attnstudio.project.tokenizers import read_tokenizer
from attnstudio.project.weight import bytes_in
from attnstudio.reading import Reading
from attnstudio.run_definition import RunDefinition
from attnstudio.tokenizer import Tokenizer
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
    parity: ParityReport | TranslationParity | None
    notice: Notice | None


class _Measured(TypedDict):
    training_pairs: int | None
    validation: dict[str, float]
    tests: tuple[TestScore, ...]


class ExportFormat(StrEnum):
    """What an export is for."""

    WEIGHTS = "weights"
    ONNX = "onnx"
    CTRANSLATE2 = "ctranslate2"


def export_run(
    project: Project,
    run: Run,
    folder: Path,
    *,
    format_: ExportFormat = ExportFormat.WEIGHTS,
    quantization: Quantization = Quantization.FLOAT32,
    checkpoint: str | int = "best",
    now: datetime | None = None,
    progress: Progress = lambda _: None,
) -> Exported:
    """Write a run's checkpoint as a folder of its own.

    Args:
        project: the run's.
        run: which has a checkpoint.
        folder: that is not there yet.
        format_: what it is for.
        quantization: what weights for CTranslate2 are written in; other formats know none.
        checkpoint: ``best``, ``last``, ``aligned`` or a step.
        now: when it is written; None for the time of this moment.
        progress: see `Progress`.

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
    parity: ParityReport | TranslationParity | None = None
    progress(0.0)
    match format_:
        case ExportFormat.WEIGHTS:
            write_weights(folder, model)
        case ExportFormat.ONNX:
            refuse_no_onnx()
            pairs = id_pairs(corpus_of(project, definition), source, target, MOST_SENTENCES)
            parity = write_onnx(folder, model, pairs, progress=progress)
        case ExportFormat.CTRANSLATE2:
            refuse_no_ctranslate2(facts)
            corpus = corpus_of(project, definition)
            parity = _write_ctranslate2(
                folder, model, corpus, (source, target), quantization, progress
            )
    return Exported(folder, facts, bytes_in(folder), parity, usable.notice)


def _write_ctranslate2(
    folder: Path,
    model: OpenModel,
    corpus: ParallelCorpus,
    sides: tuple[Tokenizer, Tokenizer],
    quantization: Quantization,
    progress: Progress,
) -> TranslationParity:
    """Write it with the attention that the program shows: of the best head, or the taught one."""
    pairs = text_pairs(corpus, MOST_TRANSLATED)
    language = model.facts.target_language

    def bleu(translations: Sequence[str], references: Sequence[str]) -> float:
        return score_translations(translations, references, language).bleu

    return write_ctranslate2(
        folder,
        model,
        pairs or made_up_texts(*sides, MOST_TRANSLATED),
        quantization=quantization,
        reading=model.facts.best_reading or taught_reading(model.facts.config),
        bleu=bleu if pairs else None,
        progress=progress,
    )


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
