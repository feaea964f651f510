"""What stands between a run's definition and its first step: tokenizers, pairs, plan, trainer."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

import torch

from attnstudio.corpus.parallel_corpus import Split
from attnstudio.files import remove_folder
from attnstudio.model.interface import SequenceModel
from attnstudio.project.corpus_links import pairs_begun
from attnstudio.project.examples import (
    Examples,
    damage_of_examples,
    encode_examples,
    open_examples,
)
from attnstudio.project.finding_links import LinkProgress
from attnstudio.project.guidance import guided_links, guided_objective
from attnstudio.project.joint_training import refuse_differing, share_device
from attnstudio.project.naming import dataset_name
from attnstudio.project.project import Project
from attnstudio.project.run import Run
from attnstudio.project.run_data import corpus_of
from attnstudio.project.run_model import model_of
from attnstudio.project.run_sides import read_sides
from attnstudio.project.taught import taught_reading
from attnstudio.project.tokenizers import (
    keep_tokenizer,
    must_be_trained,
    read_tokenizer,
)
from attnstudio.tokenizer import train_tokenizer
from attnstudio.training.events import Notice, TrainingEvent
from attnstudio.training.guided_links import GuidedLinks
from attnstudio.training.planning import measure_pace, plan_schedule
from attnstudio.training.ranks import ALONE, Ranks
from attnstudio.training.sharding import is_sharded
from attnstudio.training.stop import StopToken

_MOST_TOKENIZER_PAIRS = 1_000_000


class Preparation:
    """What stands between a run's definition and its first step.

    Of several processes the first one makes what is missing (`prepare`), and the others read it
    (`read`).

    Attributes:
        project: of the run.
        run: that is to be trained.
        stop: asked on the way.
        from_checkpoint: the step to go on from; None for the newest checkpoint that is whole.
        ranks: who trains it.
        definition: of the run, with its schedule once it is planned.
        config: the same one's.
        corpus: that it is trained on.
        sides: how the run reads and writes, once that is known.
        notices: what is to be said as training begins.
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
        self.ranks = ranks
        self.finding_s = 0.0
        self._say = say
        self.from_checkpoint = from_checkpoint
        self.project = project
        self.run = run
        self.stop = stop
        self.definition = run.definition()
        self.config = self.definition.config
        self.corpus = corpus_of(project, self.definition)
        self.notices: list[Notice] = []
        self._taught = taught_reading(self.config)
        self._links: GuidedLinks | None = None

    @property
    def is_sharded(self) -> bool:
        """Whether each of several processes will hold a share of the model."""
        return is_sharded(self.config.training, self.ranks)

    def prepare(self, clock: Callable[[], float]) -> bool:
        """Tokenizers, encoded pairs and links; False when stopped."""
        self.corpus.check()
        definition, training = self.definition, self.config.training
        if not all(self._ensure_tokenizer(name) for name in definition.tokenizer_names):
            return False
        self._read_sides()
        if damage := damage_of_examples(self._dataset_folder, self.sides):
            self.notice(
                "The encoded pairs were damaged and are made again: {damage}.", damage=damage
            )
            remove_folder(self._dataset_folder)
        return encode_examples(
            self._dataset_folder,
            self.corpus,
            self.sides,
            max_tokens=training.max_sentence_tokens,
            should_stop=lambda: self.stop.requested,
        ) and self._learn_links(clock)

    def read(self, clock: Callable[[], float]) -> bool:
        """The same where the first process has made all of it; False when stopped."""
        self._read_sides()
        return self._learn_links(clock)

    def _read_sides(self) -> None:
        self.sides = read_sides(self.project, self.definition)
        self._dataset_folder = self.project.datasets / dataset_name(self.definition)

    def _learn_links(self, clock: Callable[[], float]) -> bool:
        """What a head is taught, where one is; False when stopped."""
        if self._taught is None:
            return True
        began_s = clock()
        step, begun = self.run.checkpoints().last or 0, pairs_begun(self.project, self.corpus)
        self._links = guided_links(
            self.project,
            self.corpus,
            self.sides,
            self.examples().pairs.tolist(),
            self.config.guidance.links,
            progress=LinkProgress(self._say, step, before=begun / len(self.corpus)).tell,
            should_stop=lambda: self.ranks.is_first and self.stop.requested,
        )
        self.finding_s = clock() - began_s
        return self._links is not None

    def plan(self, started_at: float, clock: Callable[[], float]) -> bool:
        """Fit the schedule of a new run into its time budget; False when stopped.

        Of several processes all have to do it.

        The plan becomes part of ``config.toml``, so that a run goes on as it was planned.
        """
        self._refuse_other_pairs()
        training = self.config.training
        if not training.budget_minutes or training.horizon_steps:
            return True
        torch.set_num_threads(self.threads())
        torch.manual_seed(training.seed)
        model = self.new_model(self.device())
        dataset = self.examples()
        pace = measure_pace(
            model,
            dataset,
            training,
            objective=guided_objective(self.config),
            stop=self.stop,
            clock=clock,
            ranks=self.ranks,
        )
        pace, spent_s = self.ranks.of_first((pace, clock() - started_at))
        if pace is None:
            return False
        planned = plan_schedule(training, pace, spent_s)
        self.config = self.config.model_copy(update={"training": planned})
        self.definition = self.definition.model_copy(update={"config": self.config})
        if self.ranks.is_first:
            self.run.write_definition(self.definition)
        self.notice(
            "{n:,} updates of {seconds:.2f} s are planned for {minutes:g} minutes.",
            n=planned.horizon_steps,
            seconds=pace.update_s,
            minutes=planned.budget_minutes,
        )
        return True

    def _refuse_other_pairs(self) -> None:
        """Every process has to see the same encoded pairs."""
        if not self.ranks.is_alone:
            read = hashlib.sha256(self.examples().pairs.tobytes()).hexdigest()
            refuse_differing(self.ranks, read, "other encoded pairs")

    def new_model(self, device: torch.device) -> SequenceModel:
        """A model with random weights, on the device unless it is to be spread over several."""
        model = model_of(self.definition, self.sides)
        if self.is_sharded:
            return model  # which may be too large for the device: it gets there share by share
        return model.to(device)

    def threads(self) -> int:
        """Of this process, among those that share the threads of the run on this machine."""
        return max(1, self.config.training.threads // self.ranks.local_world)

    def device(self) -> torch.device:
        """Of this process, of the same kind as those of the others."""
        return share_device(self.config.training.device, self.ranks)

    def examples(self) -> Examples:
        """What is trained on."""
        return open_examples(
            self._dataset_folder, self.config, self.corpus, self.sides, self._links
        )

    def _ensure_tokenizer(self, name: str) -> bool:
        config = self.config.tokenizer
        if must_be_trained(self.project, name):
            texts = self._tokenizer_texts(name)
            trained = train_tokenizer(texts, config, should_stop=lambda: self.stop.requested)
            if trained is None:
                return False
            keep_tokenizer(self.project, name, trained.model)
        size = read_tokenizer(self.project, name).size
        if size != config.vocabulary_size:
            self.notice(
                "The corpus gives a vocabulary of {size:,} pieces instead of {wanted:,}.",
                size=size,
                wanted=config.vocabulary_size,
            )
        return True

    def _tokenizer_texts(self, name: str) -> Iterator[str]:
        definition, indices = self.definition, self.corpus.indices(Split.TRAIN)
        is_read = name in definition.source_tokenizers
        stride = max(1, -(-len(indices) // _MOST_TOKENIZER_PAIRS))
        for index in indices[::stride].tolist():
            if is_read:
                yield self.corpus.source(index)
            if name == definition.target.tokenizer:
                yield self.corpus.target(index)

    def notice(self, template: str, **values: int | float | str) -> None:
        """Say something as training begins."""
        self.notices.append(Notice(step=0, elapsed_s=0.0, template=template, values=values))
