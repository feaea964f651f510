"""What stands between a run's definition and its first step: tokenizers, pairs, plan, trainer."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import torch

from attnstudio.config_training import LimitsConfig
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.evaluation.reading import ChosenBy
from attnstudio.files import remove_folder
from attnstudio.model.builder import parameter_count
from attnstudio.model.interface import SequenceModel
from attnstudio.project.checkpoint import (
    Usable,
    load_snapshot,
    load_to_go_on,
    save_checkpoint,
)
from attnstudio.project.checkpoint_index import folder_of, missing_step
from attnstudio.project.corpus_links import pairs_begun
from attnstudio.project.examples import (
    Examples,
    damage_of_examples,
    encode_examples,
    open_examples,
)
from attnstudio.project.finding_links import LinkProgress
from attnstudio.project.following import Keeps
from attnstudio.project.guidance import guided_links, guided_objective
from attnstudio.project.joint_training import refuse_differing, share_device
from attnstudio.project.measured_pairs import GoldPairs, gold_pairs
from attnstudio.project.naming import dataset_name
from attnstudio.project.own_sentences import read_own_sentences
from attnstudio.project.project import Project
from attnstudio.project.run import Run
from attnstudio.project.run_data import corpus_of
from attnstudio.project.run_model import model_of
from attnstudio.project.run_sides import read_sides
from attnstudio.project.taught import taught_pairs, taught_reading
from attnstudio.project.text_agreement import pairs_linked_by_text
from attnstudio.project.tokenizers import (
    keep_tokenizer,
    must_be_trained,
    read_tokenizer,
)
from attnstudio.project.validation import Validator
from attnstudio.project.watch import save_watch_record
from attnstudio.tokenizer import train_tokenizer
from attnstudio.training.events import Notice, Started, TrainingEvent
from attnstudio.training.guided_links import GuidedLinks
from attnstudio.training.hooks import TrainerHooks
from attnstudio.training.planning import measure_pace, plan_schedule
from attnstudio.training.ranks import ALONE, Ranks
from attnstudio.training.sharding import is_sharded
from attnstudio.training.state import Snapshot, ranks_in, seed_apart
from attnstudio.training.stop import StopToken
from attnstudio.training.trainer import Trainer

_MOST_TOKENIZER_PAIRS = 1_000_000
_TOGETHER = "{n} processes train together: each takes its part of every batch."
_OTHERS = (
    "So far {before} trained together, and from here on {n} do: sums are rounded in another order, "
    "and dropout draws other numbers."
)


class Preparation:
    """What stands between a run's definition and its first step.

    Of several processes the first one makes what is missing (`prepare`), and the others read it
    (`read`).

    Attributes:
        finding_s: the seconds in which links to be taught were found. They are no time of the
            training, so that it is the same whether the project had kept them or not.
    """

    def __init__(
        self,
        project: Project,
        run: Run,
        stop: StopToken,
        from_checkpoint: int | None,
        *,
        say: Callable[[TrainingEvent], None],
        ranks: Ranks = ALONE,
    ) -> None:
        self._ranks = ranks
        self.finding_s = 0.0
        self._say = say
        self._from_checkpoint = from_checkpoint
        self._project = project
        self._run = run
        self._stop = stop
        self._definition = run.definition()
        self._config = self._definition.config
        self._corpus = corpus_of(project, self._definition)
        self._notices: list[Notice] = []
        self._taught = taught_reading(self._config)
        self._links: GuidedLinks | None = None

    def prepare(self, clock: Callable[[], float]) -> bool:
        """Tokenizers, encoded pairs and links; False when stopped."""
        self._corpus.check()
        definition, training = self._definition, self._config.training
        if not all(self._ensure_tokenizer(name) for name in definition.tokenizer_names):
            return False
        self._read_sides()
        if damage := damage_of_examples(self._dataset_folder, self._sides):
            self._notice(
                "The encoded pairs were damaged and are made again: {damage}.", damage=damage
            )
            remove_folder(self._dataset_folder)
        return encode_examples(
            self._dataset_folder,
            self._corpus,
            self._sides,
            max_tokens=training.max_sentence_tokens,
            should_stop=lambda: self._stop.requested,
        ) and self._learn_links(clock)

    def read(self, clock: Callable[[], float]) -> bool:
        """The same where the first process has made all of it; False when stopped."""
        self._read_sides()
        return self._learn_links(clock)

    def _read_sides(self) -> None:
        self._sides = read_sides(self._project, self._definition)
        self._dataset_folder = self._project.datasets / dataset_name(self._definition)

    def _learn_links(self, clock: Callable[[], float]) -> bool:
        """What a head is taught, where one is; False when stopped."""
        if self._taught is None:
            return True
        began_s = clock()
        step, begun = self._run.checkpoints().last or 0, pairs_begun(self._project, self._corpus)
        self._links = guided_links(
            self._project,
            self._corpus,
            self._sides,
            self._examples().pairs.tolist(),
            self._config.guidance.links,
            progress=LinkProgress(self._say, step, before=begun / len(self._corpus)).tell,
            should_stop=lambda: self._ranks.is_first and self._stop.requested,
        )
        self.finding_s = clock() - began_s
        return self._links is not None

    def plan(self, started_at: float, clock: Callable[[], float]) -> bool:
        """Fit the schedule of a new run into its time budget; False when stopped.

        Of several processes all have to do it.

        The plan becomes part of ``config.toml``, so that a run goes on as it was planned.
        """
        self._refuse_other_pairs()
        training = self._config.training
        if not training.budget_minutes or training.horizon_steps:
            return True
        torch.set_num_threads(self._threads())
        torch.manual_seed(training.seed)
        model = self._new_model(self._device())
        dataset = self._examples()
        pace = measure_pace(
            model,
            dataset,
            training,
            objective=guided_objective(self._config),
            stop=self._stop,
            clock=clock,
            ranks=self._ranks,
        )
        pace, spent_s = self._ranks.of_first((pace, clock() - started_at))
        if pace is None:
            return False
        planned = plan_schedule(training, pace, spent_s)
        self._config = self._config.model_copy(update={"training": planned})
        self._definition = self._definition.model_copy(update={"config": self._config})
        if self._ranks.is_first:
            self._run.write_definition(self._definition)
        self._notice(
            "{n:,} updates of {seconds:.2f} s are planned for {minutes:g} minutes.",
            n=planned.horizon_steps,
            seconds=pace.update_s,
            minutes=planned.budget_minutes,
        )
        return True

    def _refuse_other_pairs(self) -> None:
        """Every process has to see the same encoded pairs."""
        if not self._ranks.is_alone:
            read = hashlib.sha256(self._examples().pairs.tobytes()).hexdigest()
            refuse_differing(self._ranks, read, "other encoded pairs")

    def _new_model(self, device: torch.device) -> SequenceModel:
        model = model_of(self._definition, self._sides)
        if is_sharded(self._config.training, self._ranks):
            return model  # which may be too large for the device: it gets there share by share
        return model.to(device)

    def _threads(self) -> int:
        """Of this process, among those that share the threads of the run on this machine."""
        return max(1, self._config.training.threads // self._ranks.local_world)

    def _device(self) -> torch.device:
        return share_device(self._config.training.device, self._ranks)

    def trainer(self, limits: LimitsConfig | None, keeper: Keeps) -> Trainer:
        """The trainer, restored if there is a checkpoint; says ``Started`` and the notices."""
        training = self._config.training
        torch.set_num_threads(self._threads())
        torch.manual_seed(training.seed)
        device = self._device()
        model = self._new_model(device)
        dataset = self._examples()
        watched_as = self._definition.watched_as
        gold = self._gold_pairs()
        by = ChosenBy.GOLD if gold.pairs else ChosenBy.TEXT
        validator = Validator(
            self._corpus,
            gold,
            [] if gold.pairs else pairs_linked_by_text(self._project, self._corpus),
            self._sides.only_source,
            self._sides.target,
            config=training,
            own_sentences=lambda: read_own_sentences(keeper.run.folder, watched_as),
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
                    aligned=by if snapshot.state.is_aligned_best else None,
                    keep=training.keep_checkpoints,
                    reading=validator.reading,
                )
            )

        trainer = Trainer(
            model,
            dataset,
            objective=guided_objective(self._config),
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
            ranks=self._ranks,
        )
        step, elapsed_s, resumed_from, before = 0, 0.0, None, self._ranks.world
        lost, best = (missing_step(self._run.folder, which) for which in ("last", "best"))
        found = self._to_go_on()
        seed_apart(
            training.seed,
            rank=self._ranks.rank,
            step=found[1].state.step if found is not None else 0,
        )
        if found is None and lost is not None:
            self._notice("Checkpoint {step} is missing, so training begins anew.", step=lost)
        elif best not in (None, lost):
            self._notice("Checkpoint {step}, the best one so far, is missing.", step=best)
        if found is not None:
            usable, snapshot = found
            trainer.restore(snapshot)
            validator.reading = self._run.reading(usable.folder)
            step, elapsed_s = snapshot.state.step, snapshot.state.elapsed_s
            resumed_from, before = step, ranks_in(snapshot.random)
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
                threads=self._threads(),
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
        self._say_who_trains(before)
        for notice in self._notices:
            keeper.record(replace(notice, step=step, elapsed_s=elapsed_s))
        return trainer

    def _to_go_on(self) -> tuple[Usable, Snapshot] | None:
        """The checkpoint to go on from, which the first process finds and all of them read."""
        found = None
        if self._ranks.is_first:
            found = load_to_go_on(self._run, self._from_checkpoint)
        usable = self._ranks.of_first(found[0] if found is not None else None)
        if self._ranks.is_first or usable is None:
            return found
        return usable, load_snapshot(folder_of(self._run.folder, usable.step))

    def _say_who_trains(self, before: int) -> None:
        if not self._ranks.is_alone:
            self._notice(_TOGETHER, n=self._ranks.world)
        if before != self._ranks.world:
            self._notice(_OTHERS, before=before, n=self._ranks.world)

    def _gold_pairs(self) -> GoldPairs:
        """What the attention is held against; says so where training pairs are among it."""
        found = gold_pairs(self._corpus, is_taught=taught_pairs(self._config, self._corpus))
        if Split.TRAIN in found.splits:
            self._notice(
                "The alignment error is measured on {n:,} pairs, training pairs with links among "
                "them: the validation split has too few with links.",
                n=len(found.pairs),
            )
        return found

    def _say_what_will_go(self, step: int) -> None:
        index = self._run.checkpoints()
        if later := [s for s in index.steps if s > step and s not in (index.best, index.aligned)]:
            self._notice(
                "Later checkpoints go once the next one is saved: {steps}.",
                steps=", ".join(map(str, later)),
            )

    def _examples(self) -> Examples:
        return open_examples(
            self._dataset_folder, self._config, self._corpus, self._sides, self._links
        )

    def _ensure_tokenizer(self, name: str) -> bool:
        config = self._config.tokenizer
        if must_be_trained(self._project, name):
            texts = self._tokenizer_texts(name)
            trained = train_tokenizer(texts, config, should_stop=lambda: self._stop.requested)
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
        definition, indices = self._definition, self._corpus.indices(Split.TRAIN)
        is_read = name in definition.source_tokenizers
        stride = max(1, -(-len(indices) // _MOST_TOKENIZER_PAIRS))
        for index in indices[::stride].tolist():
            if is_read:
                yield self._corpus.source(index)
            if name == definition.target.tokenizer:
                yield self._corpus.target(index)

    def _notice(self, template: str, **values: int | float | str) -> None:
        self._notices.append(Notice(step=0, elapsed_s=0.0, template=template, values=values))
