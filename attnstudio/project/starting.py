"""From a prepared run to its trainer, at its first step or where a checkpoint has left it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import torch

from attnstudio.config_training import LimitsConfig
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.evaluation.reading import ChosenBy
from attnstudio.model.builder import parameter_count
from attnstudio.project.checkpoint import Usable, load_snapshot, load_to_go_on, save_checkpoint
from attnstudio.project.checkpoint_index import folder_of, missing_step
from attnstudio.project.following import Keeps
from attnstudio.project.guidance import guided_objective
from attnstudio.project.measured_pairs import GoldPairs, gold_pairs
from attnstudio.project.own_sentences import read_own_sentences
from attnstudio.project.preparation import Preparation
from attnstudio.project.taught import taught_pairs
from attnstudio.project.text_agreement import pairs_linked_by_text
from attnstudio.project.validation import Validator
from attnstudio.project.watch import save_watch_record
from attnstudio.training.events import Started
from attnstudio.training.hooks import TrainerHooks
from attnstudio.training.state import Snapshot, ranks_in, seed_apart
from attnstudio.training.trainer import Trainer

_TOGETHER = "{n} processes train together: each takes its part of every batch."
_SHARING = (
    "{n} processes train together: each holds a share of the model and takes its part of every "
    "batch."
)
_OTHERS = (
    "So far {before} trained together, and from here on {n} do: sums are rounded in another order, "
    "and dropout draws other numbers."
)


class _Place(NamedTuple):
    """Where a training begins.

    Attributes:
        step: updates before it.
        elapsed_s: seconds of training before it.
        resumed_from: the step of its checkpoint; None where it begins anew.
        processes: how many trained it before; as many as now where it begins anew.
    """

    step: int
    elapsed_s: float
    resumed_from: int | None
    processes: int


def ready_trainer(prepared: Preparation, limits: LimitsConfig | None, keeper: Keeps) -> Trainer:
    """The trainer, restored if there is a checkpoint; says ``Started`` and the notices.

    Args:
        prepared: the run, prepared and planned.
        limits: other limits than the run's own.
        keeper: keeps what comes of the training.

    Raises:
        AttentionStudioError: the run cannot go on as it lies there.
    """
    config, training = prepared.config, prepared.config.training
    torch.set_num_threads(prepared.threads())
    torch.manual_seed(training.seed)
    device = prepared.device()
    model = prepared.new_model(device)
    examples = prepared.examples()
    gold = _gold_pairs(prepared)
    validator = _validator(prepared, gold, keeper)
    by = ChosenBy.GOLD if gold.pairs else ChosenBy.TEXT
    trainer = Trainer(
        model,
        examples,
        objective=guided_objective(config),
        config=training,
        limits=limits or config.limits,
        hooks=TrainerHooks(
            validator,
            _saving(training.keep_checkpoints, validator, by, keeper),
            keeper.record,
            keeper.clock,
            save_is_due=lambda: keeper.needs_checkpoint,
        ),
        stop=prepared.stop,
        ranks=prepared.ranks,
    )
    place = _gone_on(prepared, trainer, validator)
    batches = len(examples.epoch_batches(0, batch_tokens=training.batch_tokens, seed=training.seed))
    keeper.record(
        Started(
            step=place.step,
            elapsed_s=place.elapsed_s,
            resumed_from=place.resumed_from,
            device=device.type,
            threads=prepared.threads(),
            parameters=parameter_count(model),
            train_pairs=len(examples),
            batches=batches,
            precision=training.precision.value,
            at=time.time(),
        )
    )
    if examples.left_out:
        prepared.notice(
            "{n:,} pairs have more than {most} tokens on a side and are not trained on.",
            n=examples.left_out,
            most=training.max_sentence_tokens,
        )
    _say_who_trains(prepared, place.processes)
    for notice in prepared.notices:
        keeper.record(replace(notice, step=place.step, elapsed_s=place.elapsed_s))
    return trainer


def _validator(prepared: Preparation, gold: GoldPairs, keeper: Keeps) -> Validator:
    watched_as = prepared.definition.watched_as
    return Validator(
        prepared.corpus,
        gold,
        [] if gold.pairs else pairs_linked_by_text(prepared.project, prepared.corpus),
        prepared.sides.only_source,
        prepared.sides.target,
        config=prepared.config.training,
        own_sentences=lambda: read_own_sentences(keeper.run.folder, watched_as),
        keep_record=lambda name, record: keeper.keep(
            lambda run: save_watch_record(run.watch_folder / name, record)
        ),
        should_stop=lambda: prepared.stop.requested,
    )


def _saving(
    most: int, validator: Validator, by: ChosenBy, keeper: Keeps
) -> Callable[[Snapshot, bool], None]:
    """Keeps snapshots as checkpoints, at most so many."""

    def save(snapshot: Snapshot, best: bool) -> None:
        keeper.keep(
            lambda run: save_checkpoint(
                run,
                snapshot,
                best=best,
                aligned=by if snapshot.state.is_aligned_best else None,
                keep=most,
                reading=validator.reading,
            )
        )

    return save


def _gone_on(prepared: Preparation, trainer: Trainer, validator: Validator) -> _Place:
    """Where training begins: the trainer is at its checkpoint, if there is one."""
    lost, best = (missing_step(prepared.run.folder, which) for which in ("last", "best"))
    found = _to_go_on(prepared)
    seed_apart(
        prepared.config.training.seed,
        rank=prepared.ranks.rank,
        step=found[1].state.step if found is not None else 0,
    )
    if found is None and lost is not None:
        prepared.notice("Checkpoint {step} is missing, so training begins anew.", step=lost)
    elif best not in (None, lost):
        prepared.notice("Checkpoint {step}, the best one so far, is missing.", step=best)
    if found is None:
        return _Place(0, 0.0, None, prepared.ranks.world)
    usable, snapshot = found
    trainer.restore(snapshot)
    validator.reading = prepared.run.reading(usable.folder)
    prepared.notices += [usable.notice] if usable.notice else []
    step = snapshot.state.step
    _say_what_will_go(prepared, step)
    return _Place(step, snapshot.state.elapsed_s, step, ranks_in(snapshot.random))


def _to_go_on(prepared: Preparation) -> tuple[Usable, Snapshot] | None:
    """The checkpoint to go on from, which the first process finds and all of them read."""
    ranks, run = prepared.ranks, prepared.run
    found = load_to_go_on(run, prepared.from_checkpoint) if ranks.is_first else None
    usable = ranks.of_first(found[0] if found is not None else None)
    if ranks.is_first or usable is None:
        return found
    return usable, load_snapshot(folder_of(run.folder, usable.step))


def _say_who_trains(prepared: Preparation, before: int) -> None:
    ranks = prepared.ranks
    if not ranks.is_alone:
        prepared.notice(_SHARING if prepared.is_sharded else _TOGETHER, n=ranks.world)
    if before != ranks.world:
        prepared.notice(_OTHERS, before=before, n=ranks.world)


def _gold_pairs(prepared: Preparation) -> GoldPairs:
    """What the attention is held against; says so where training pairs are among it."""
    corpus = prepared.corpus
    found = gold_pairs(corpus, is_taught=taught_pairs(prepared.config, corpus))
    if Split.TRAIN in found.splits:
        prepared.notice(
            "The alignment error is measured on {n:,} pairs, training pairs with links among "
            "them: the validation split has too few with links.",
            n=len(found.pairs),
        )
    return found


def _say_what_will_go(prepared: Preparation, step: int) -> None:
    index = prepared.run.checkpoints()
    if later := [s for s in index.steps if s > step and s not in (index.best, index.aligned)]:
        prepared.notice(
            "Later checkpoints go once the next one is saved: {steps}.",
            steps=", ".join(map(str, later)),
        )
