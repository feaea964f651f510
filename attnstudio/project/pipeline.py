"""The line from a corpus to a trained model and back to text: the module that joins the stages."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import torch

from attnstudio.allocator import keeping_memory
from attnstudio.axes import Reading
from attnstudio.config import LimitsConfig, RunConfig
from attnstudio.corpus.parallel_corpus import ParallelCorpus, Split
from attnstudio.files import remove_folder
from attnstudio.inference.translator import Translator
from attnstudio.model.builder import VocabularySizes, build_model, parameter_count
from attnstudio.model.device import resolve_device, resolve_threads
from attnstudio.model.interface import Seq2SeqModel
from attnstudio.model.precision import resolve_precision
from attnstudio.model.weights import give_memory, load_weights
from attnstudio.project.checkpoint import load_to_go_on, load_usable, save_checkpoint
from attnstudio.project.checkpoint_index import missing_step
from attnstudio.project.failure import failure, in_our_words
from attnstudio.project.holding import Hold, Keeper, give_up
from attnstudio.project.marker import marked
from attnstudio.project.naming import dataset_name, tokenizer_name
from attnstudio.project.own_sentences import read_own_sentences, write_own_sentences
from attnstudio.project.program import Place
from attnstudio.project.project import Project
from attnstudio.project.run import Run
from attnstudio.project.run_data import corpus_of
from attnstudio.project.tokenizers import (
    keep_tokenizer,
    must_be_trained,
    read_tokenizer,
    subword_sampling,
)
from attnstudio.project.validation import Validator
from attnstudio.project.watch import save_watch_record
from attnstudio.run_definition import SOURCE, Direction, RunDefinition, TextSide
from attnstudio.tokenizer import Tokenizer, TokenizerSpec, train_tokenizer
from attnstudio.training.dataset import (
    ParallelDataset,
    SubwordSampling,
    damage_of_dataset,
    encode_dataset,
)
from attnstudio.training.events import Notice, Started, TrainingEvent
from attnstudio.training.hooks import TrainerHooks
from attnstudio.training.planning import measure_pace, plan_schedule
from attnstudio.training.state import Snapshot
from attnstudio.training.stop import StopReason, StopToken
from attnstudio.training.trainer import Trainer

_MOST_TOKENIZER_PAIRS = 1_000_000


@dataclass(frozen=True, slots=True)
class LoadedRun:
    """A trained model, ready to translate.

    Attributes:
        run: where it comes from.
        definition: what the run was asked.
        corpus: with the run's direction.
        translator: the model and its tokenizers.
        reading: the reading of its attention chosen on gold links, if there were any.
        step: the checkpoint's step.
        notice: which checkpoint was passed over for this one, and why; None where none was.
    """

    run: Run
    definition: RunDefinition
    corpus: ParallelCorpus
    translator: Translator
    reading: Reading | None
    step: int
    notice: Notice | None = None


def create_run(
    project: Project,
    config: RunConfig,
    *,
    preset: str,
    reverse: bool = False,
    name: str | None = None,
) -> Run:
    """Make a run: cut splits that are missing, fix every knob, write ``config.toml``.

    Threads and precision are resolved here, because they are part of what a run computes.

    Raises:
        ProjectError: no corpus, or the name is taken.
        ConfigError: this machine lacks the device.
    """
    device = resolve_device(config.training.device)
    corpus = project.freeze_splits()
    resolved = {
        "threads": resolve_threads(config.training.threads),
        "precision": resolve_precision(config.training.precision, device, config.model),
    }
    config = config.model_copy(update={"training": config.training.model_copy(update=resolved)})
    if config.training.budget_minutes and config.limits.max_minutes is None:
        until = config.limits.model_copy(update={"max_minutes": config.training.budget_minutes})
        config = config.model_copy(update={"limits": until})
    sides = [
        TextSide(
            language=language, tokenizer=tokenizer_name(corpus.hash, config.tokenizer, language)
        )
        for language in (corpus.source_language, corpus.target_language)
    ]
    source, target = sides[::-1] if reverse else sides
    definition = RunDefinition(
        direction=Direction.REVERSE if reverse else Direction.FORWARD,
        corpus=corpus.hash,
        preset=preset,
        sources={SOURCE: source},
        target=target,
        config=config,
    )
    run = project.new_run(name, definition)
    if own := read_own_sentences(project.folder, source.language):
        write_own_sentences(run.folder, source.language, own)
    return run


def train(
    project: Project,
    run: Run,
    *,
    emit: Callable[[TrainingEvent], None],
    stop: StopToken,
    limits: LimitsConfig | None = None,
    from_checkpoint: int | None = None,
    rate_scale: float = 1.0,
    hold: Hold = give_up,
    place: Place = Place.COMMAND_LINE,
    clock: Callable[[], float] = time.monotonic,
) -> StopReason:
    """Train a run from a checkpoint, or from the beginning if it has none.

    Args:
        project: the run's project.
        run: made by `create_run`.
        emit: receives every event after it was recorded.
        stop: ends training at the next step, with a checkpoint.
        limits: other limits than the run's own.
        from_checkpoint: the step to go on from; None for the newest checkpoint that is whole. What
            was trained after it is void in the log, and later checkpoints are kept until the next
            one is saved, the best of them beyond that until there is a better one.
        rate_scale: multiplies all learning rates from here on, also where the run goes on later.
        hold: asked, in this thread, what to do when something cannot be written.
        place: where the person works, for others who look at the run meanwhile.
        clock: seconds.

    Returns:
        Why training ended.

    Raises:
        AttentionStudioError: training could not begin or go on; the log says so too.
    """
    with (
        run.locked(),
        marked(run.folder, limits, place),
        Keeper(run, run.definition(), hold=hold, emit=emit, clock=clock) as keeper,
        _history_kept(keeper),
    ):
        started_at = keeper.clock()
        try:
            preparation = _Preparation(project, run, stop, from_checkpoint)
            with project.preparing(lambda: stop.requested) as may_prepare:
                if not may_prepare or not preparation.prepare():
                    return StopReason.REQUESTED
            with keeping_memory():
                if not preparation.plan(started_at, clock):
                    return StopReason.REQUESTED
                trainer = preparation.trainer(limits, keeper)
                if rate_scale != 1.0:
                    trainer.scale_rate(rate_scale)
                project.set_last_run(run)
                return trainer.run(started_at)
        except Exception as error:  # the log must say how the run ended; the error goes on
            told = in_our_words(error)
            keeper.record_the_end(failure(keeper.run, told, keeper.clock() - started_at))
            if told is error:
                raise
            raise told from error


@contextmanager
def _history_kept(keeper: Keeper) -> Iterator[None]:
    """Read a long log once at its end, so that what is kept of it opens at once."""
    try:
        yield
    finally:
        keeper.run.history()


def load_run(
    project: Project,
    run: Run,
    *,
    checkpoint: str | int = "best",
    threads: int | None = None,
) -> LoadedRun:
    """A trained model from disk.

    Raises:
        ProjectError: the run has no such checkpoint, or it is damaged.
        ConfigError: this machine lacks the run's device.
    """
    definition = run.definition()
    usable, weights = load_usable(run, checkpoint)
    torch.set_num_threads(threads or resolve_threads(0))
    tokenizers = [
        read_tokenizer(project, name)
        for name in (definition.source.tokenizer, definition.target.tokenizer)
    ]
    with torch.device("meta"):
        model = build_model(definition.config.model, _vocabulary_sizes(definition, *tokenizers))
    give_memory(model, resolve_device(definition.config.training.device))
    load_weights(model, weights)
    return LoadedRun(
        run,
        definition,
        corpus_of(project, definition),
        Translator(model, *tokenizers),
        run.reading(usable.folder),
        usable.step,
        usable.notice,
    )


class _Preparation:
    """What stands between a run's definition and its first step."""

    def __init__(
        self, project: Project, run: Run, stop: StopToken, from_checkpoint: int | None
    ) -> None:
        self._from_checkpoint = from_checkpoint
        self._project = project
        self._run = run
        self._stop = stop
        self._definition = run.definition()
        self._config = self._definition.config
        self._corpus = corpus_of(project, self._definition)
        self._notices: list[Notice] = []

    def prepare(self) -> bool:
        """Tokenizers and encoded pairs; False when stopped."""
        self._corpus.check()
        definition, training = self._definition, self._config.training
        names = dict.fromkeys((definition.source.tokenizer, definition.target.tokenizer))
        if not all(self._ensure_tokenizer(name) for name in names):
            return False
        self._tokenizers = (
            read_tokenizer(self._project, definition.source.tokenizer),
            read_tokenizer(self._project, definition.target.tokenizer),
        )
        self._dataset_folder = self._project.datasets / dataset_name(definition)
        if damage := damage_of_dataset(self._dataset_folder):
            self._notice(
                "The encoded pairs were damaged and are made again: {damage}.", damage=damage
            )
            remove_folder(self._dataset_folder)
        return encode_dataset(
            self._dataset_folder,
            self._corpus,
            *self._tokenizers,
            max_tokens=training.max_sentence_tokens,
            should_stop=lambda: self._stop.requested,
        )

    def plan(self, started_at: float, clock: Callable[[], float]) -> bool:
        """Fit the schedule of a new run into its time budget; False when stopped.

        The plan becomes part of ``config.toml``, so that a run goes on as it was planned.
        """
        training = self._config.training
        if not training.budget_minutes or training.horizon_steps:
            return True
        torch.set_num_threads(training.threads)
        torch.manual_seed(training.seed)
        model = self._new_model(resolve_device(training.device))
        dataset = ParallelDataset(self._dataset_folder, self._sampling())
        pace = measure_pace(model, dataset, training, stop=self._stop, clock=clock)
        if pace is None:
            return False
        planned = plan_schedule(training, pace, clock() - started_at)
        self._config = self._config.model_copy(update={"training": planned})
        self._definition = self._definition.model_copy(update={"config": self._config})
        self._run.write_definition(self._definition)
        self._notice(
            "{n:,} updates of {seconds:.2f} s are planned for {minutes:g} minutes.",
            n=planned.horizon_steps,
            seconds=pace.update_s,
            minutes=planned.budget_minutes,
        )
        return True

    def _new_model(self, device: torch.device) -> Seq2SeqModel:
        sizes = _vocabulary_sizes(self._definition, *self._tokenizers)
        return build_model(self._config.model, sizes).to(device)

    def trainer(self, limits: LimitsConfig | None, keeper: Keeper) -> Trainer:
        """The trainer, restored if there is a checkpoint; says ``Started`` and the notices."""
        training = self._config.training
        torch.set_num_threads(training.threads)
        torch.manual_seed(training.seed)
        device = resolve_device(training.device)
        model = self._new_model(device)
        dataset = ParallelDataset(self._dataset_folder, self._sampling())
        validator = Validator(
            self._corpus,
            *self._tokenizers,
            config=training,
            own_sentences=lambda: read_own_sentences(
                keeper.run.folder, self._definition.source.language
            ),
            keep_record=lambda name, record: keeper.keep(
                lambda run: save_watch_record(run.watch_folder / name, record)
            ),
            should_stop=lambda: self._stop.requested,
        )

        def save(snapshot: Snapshot, best: bool) -> None:
            keeper.keep(
                lambda run: save_checkpoint(
                    run,
                    snapshot,
                    best=best,
                    keep=training.keep_checkpoints,
                    reading=validator.reading,
                )
            )

        trainer = Trainer(
            model,
            dataset,
            config=training,
            limits=limits or self._config.limits,
            hooks=TrainerHooks(
                validator,
                save,
                keeper.record,
                keeper.clock,
                save_is_due=lambda: keeper.needs_checkpoint,
            ),
            stop=self._stop,
        )
        step, elapsed_s, resumed_from = 0, 0.0, None
        lost, best = (missing_step(self._run.folder, which) for which in ("last", "best"))
        found = load_to_go_on(self._run, self._from_checkpoint)
        if found is None and lost is not None:
            self._notice("Checkpoint {step} is missing, so training begins anew.", step=lost)
        elif best not in (None, lost):
            self._notice("Checkpoint {step}, the best one so far, is missing.", step=best)
        if found is not None:
            usable, snapshot = found
            trainer.restore(snapshot)
            validator.reading = self._run.reading(usable.folder)
            step, elapsed_s = snapshot.state.step, snapshot.state.elapsed_s
            resumed_from = step
            self._notices += [usable.notice] if usable.notice else []
            self._say_what_will_go(step)
        batches = len(
            dataset.epoch_batches(0, batch_tokens=training.batch_tokens, seed=training.seed)
        )
        keeper.record(
            Started(
                step=step,
                elapsed_s=elapsed_s,
                resumed_from=resumed_from,
                device=device.type,
                threads=training.threads,
                parameters=parameter_count(model),
                train_pairs=len(dataset),
                batches=batches,
                precision=training.precision.value,
                at=time.time(),
            )
        )
        if dataset.left_out:
            self._notice(
                "{n:,} pairs have more than {most} tokens on a side and are not trained on.",
                n=dataset.left_out,
                most=training.max_sentence_tokens,
            )
        for notice in self._notices:
            keeper.record(replace(notice, step=step, elapsed_s=elapsed_s))
        return trainer

    def _say_what_will_go(self, step: int) -> None:
        index = self._run.checkpoints()
        if later := [s for s in index.steps if s > step and s != index.best]:
            self._notice(
                "Later checkpoints go once the next one is saved: {steps}.",
                steps=", ".join(map(str, later)),
            )

    def _sampling(self) -> SubwordSampling | None:
        return subword_sampling(self._config, self._corpus, *self._tokenizers)

    def _ensure_tokenizer(self, name: str) -> bool:
        config = self._config.tokenizer
        if must_be_trained(self._project, name):
            texts = self._tokenizer_texts(name)
            spec = TokenizerSpec(
                config.kind.value,
                config.vocabulary_size,
                config.byte_fallback,
                config.character_coverage,
            )
            trained = train_tokenizer(texts, spec, should_stop=lambda: self._stop.requested)
            if trained is None:
                return False
            keep_tokenizer(self._project, name, trained.model)
        size = read_tokenizer(self._project, name).size
        if size != config.vocabulary_size:
            self._notice(
                "The corpus gives a vocabulary of {size:,} pieces instead of {wanted:,}.",
                size=size,
                wanted=config.vocabulary_size,
            )
        return True

    def _tokenizer_texts(self, name: str) -> Iterator[str]:
        indices = self._corpus.indices(Split.TRAIN)
        stride = max(1, -(-len(indices) // _MOST_TOKENIZER_PAIRS))
        for index in indices[::stride].tolist():
            if name == self._definition.source.tokenizer:
                yield self._corpus.source(index)
            if name == self._definition.target.tokenizer:
                yield self._corpus.target(index)

    def _notice(self, template: str, **values: int | float | str) -> None:
        self._notices.append(Notice(step=0, elapsed_s=0.0, template=template, values=values))


def _vocabulary_sizes(
    definition: RunDefinition, source: Tokenizer, target: Tokenizer
) -> VocabularySizes:
    shared = definition.source.tokenizer == definition.target.tokenizer
    return VocabularySizes(source.size, target.size, shared)
