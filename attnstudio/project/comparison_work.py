"""What is done with one run of a comparison: begun or gone on with, and measured in the end."""

from __future__ import annotations

import hashlib
import json
import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from attnstudio.allocator import give_back_memory
from attnstudio.config import DecodingConfig
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.errors import ProjectError
from attnstudio.evaluation.evaluation import Evaluation
from attnstudio.evaluation.paired_bootstrap import bleu_counts
from attnstudio.model.device import resolve_device
from attnstudio.project.comparison_queue import Entry, EntryState
from attnstudio.project.corrections import keep_corrections
from attnstudio.project.evaluations import evaluate, pairs_to_test
from attnstudio.project.examples import open_examples
from attnstudio.project.head_reading import read_heads
from attnstudio.project.kept_comparisons import remember_begun
from attnstudio.project.kind_comparison import Comparison
from attnstudio.project.naming import dataset_name
from attnstudio.project.outcome import Outcome, keep_outcome
from attnstudio.project.project import Project
from attnstudio.project.run import Run
from attnstudio.project.run_creation import create_run
from attnstudio.project.run_loading import LoadedRun, load_run
from attnstudio.project.run_model import model_of
from attnstudio.project.run_sides import read_sides
from attnstudio.project.update_memory import update_memory
from attnstudio.search_defaults import DEFAULT_BEAM
from attnstudio.sites import CROSS
from attnstudio.training.history import History

_READ = 100  # test pairs whose attention is looked at for zeros


def begin_entry(project: Project, comparison: Comparison, entry: Entry) -> tuple[Run, Comparison]:
    """The run of an entry: made, or the one that is there, to be gone on with.

    It is an ordinary run: the same as `create_run` makes of `Comparison.config_of`, with the same
    name, so that it is trained as any other.

    Args:
        project: where it lies.
        comparison: whose entry it is.
        entry: as `next_entry` gives it; one that is gone must be asked for again first, see
            `attnstudio.project.kept_comparisons.make_again`.

    Returns:
        The run, and the comparison as it is kept now.

    Raises:
        ProjectError: no corpus, or another one than the comparison began with; the entry is gone or
            failed; another program changes the project.
        ConfigError: this machine lacks the device.
        StorageError: nothing can be written.
    """
    if entry.state in (EntryState.GONE, EntryState.FAILED):
        raise ProjectError(
            "Run {run} does not go on: it {what}.",
            hint="Go on with the others.",
            run=entry.run,
            what="was deleted" if entry.state is EntryState.GONE else "failed",
        )
    run = Run(project.runs_folder / entry.run)
    if not run.folder.exists():
        _refuse_another_corpus(project, comparison)
        run = create_run(
            project,
            comparison.config_of(entry.kind, entry.seed),
            preset=comparison.preset,
            reverse=comparison.reverse,
            name=entry.run,
        )
    # made first: were it noted first, a kill in between would leave one that seems deleted
    return run, remember_begun(project, comparison, entry.run)


def _refuse_another_corpus(project: Project, comparison: Comparison) -> None:
    """Kinds are held against each other on the same pairs, or not at all."""
    made = (Run(project.runs_folder / name) for name in comparison.begun)
    before = {run.definition().corpus for run in made if run.folder.exists()}
    if not before:
        return
    keep_corrections(project)  # as `create_run` does: they become part of the corpus
    if project.freeze_splits().hash not in before:
        raise ProjectError(
            "The corpus was changed since comparison {name} began: its other runs were trained on "
            "another.",
            hint="Go back to that corpus, or make a new comparison.",
            name=comparison.name,
        )


def measure_entry(
    project: Project,
    run: Run,
    *,
    progress: Callable[[int], None] = lambda _: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Outcome | None:
    """Translate the test split with the best checkpoint of a trained run, and keep what came of it.

    It is what ``attnstudio evaluate`` measures, and its evaluation is kept likewise.

    Args:
        project: where it lies.
        run: trained to the end of its budget.
        progress: called with how many sentences are translated.
        should_stop: asked between batches.

    Returns:
        What is kept; None when stopped.

    Raises:
        AttentionStudioError: it cannot be read, or nothing can be written.
    """
    threads = run.definition().config.training.threads
    loaded = load_run(project, run, checkpoint="best", threads=threads)
    tested: _Tested | None = None
    if loaded.corpus.counts()[Split.TEST]:
        tested = _tested(loaded, progress, should_stop)
        if tested is None:
            return None
    outcome = _outcome(loaded, tested, _memory(project, loaded))
    keep_outcome(run, outcome)
    give_back_memory()  # the next run begins as this one did
    return outcome


@dataclass(frozen=True, slots=True)
class _Tested:
    """What was measured on the test pairs."""

    pairs: Sequence[SentencePair]
    evaluation: Evaluation
    zeros: float | None


def _tested(
    loaded: LoadedRun, progress: Callable[[int], None], should_stop: Callable[[], bool]
) -> _Tested | None:
    """None when stopped."""
    pairs = pairs_to_test(loaded)
    decoding = DecodingConfig(beam_size=DEFAULT_BEAM)
    evaluation = evaluate(loaded, pairs, decoding, progress=progress, should_stop=should_stop)
    if evaluation is None:
        return None
    heads = read_heads(loaded, split=Split.TEST, sentences=_READ, should_stop=should_stop)
    return None if heads is None else _Tested(pairs, evaluation, heads.zero_shares.get(CROSS))


def _counts(loaded: LoadedRun, tested: _Tested) -> tuple[tuple[int, ...], ...]:
    references = [pair.target for pair in tested.pairs]
    language = loaded.definition.target.language
    counts = bleu_counts(tested.evaluation.hypotheses, references, language)
    return tuple(map(tuple, counts.tolist()))


def _outcome(loaded: LoadedRun, tested: _Tested | None, memory_bytes: int) -> Outcome:
    history = loaded.run.history()
    ending = history.ending
    scores = None if tested is None else tested.evaluation.scores
    aligned = () if tested is None else tested.evaluation.alignments
    return Outcome(
        step=loaded.step,
        loss=_loss_at(history, loaded.step),
        bleu=None if scores is None else scores.bleu,
        chrf=None if scores is None else scores.chrf,
        aer=aligned[0].report.whole.score.aer if aligned else None,
        zeros=None if tested is None else tested.zeros,
        tokens_per_second=_speed(history),
        memory_bytes=memory_bytes,
        seconds=ending.elapsed_s if ending else 0.0,
        pairs="" if tested is None else _hash_of(tested.pairs),
        bleu_counts=() if tested is None else _counts(loaded, tested),
    )


def _memory(project: Project, loaded: LoadedRun) -> int:
    """Of a model of its own: the one that translates is packed for that."""
    definition = loaded.definition
    sides = read_sides(project, definition)
    model = model_of(definition, sides).to(resolve_device(definition.config.training.device))
    folder = project.datasets / dataset_name(definition)
    stream = open_examples(folder, definition.config, loaded.corpus, sides)
    return update_memory(model, stream, definition.config.training)


def _loss_at(history: History, step: int) -> float | None:
    found = [v.loss for v in history.validations if v.step == step and math.isfinite(v.loss)]
    return found[-1] if found else None


def _speed(history: History) -> float | None:
    speeds = [s for s in history.steps.column("tokens_per_second") if math.isfinite(s)]
    return statistics.median(speeds) if speeds else None


def _hash_of(pairs: Sequence[SentencePair]) -> str:
    digest = hashlib.sha256()
    for pair in pairs:
        digest.update(json.dumps([pair.source, pair.target]).encode() + b"\n")
    return digest.hexdigest()
