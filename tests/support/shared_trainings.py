"""What several processes compute together in tests, and one process for itself."""

from __future__ import annotations

import copy
import itertools
from functools import partial

import numpy as np
import torch

from attnstudio.config_attention import NormaliserKind, OwnReachKind
from attnstudio.config_model import RecurrentConfig, TransformerConfig
from attnstudio.config_training import LimitsConfig, Precision, TrainingConfig
from attnstudio.errors import PeerLostError, StorageError
from attnstudio.model.builder import build_model
from attnstudio.model.interface import SourceBatch
from attnstudio.model.intervention import HeadAddress
from attnstudio.model.spec import translation_spec
from attnstudio.sites import CROSS, SOURCE
from attnstudio.training.batch import Batch
from attnstudio.training.batch_order import BatchOrder
from attnstudio.training.guided_attention import GuidedCrossEntropy
from attnstudio.training.guided_links import BatchLinks
from attnstudio.training.hooks import TrainerHooks, ValidationResult
from attnstudio.training.loss import LabelSmoothedCrossEntropy
from attnstudio.training.ranks import ALONE
from attnstudio.training.sharding import whole_of
from attnstudio.training.span_cost import with_span_cost
from attnstudio.training.state import TrainState, seed_apart
from attnstudio.training.stop import StopToken
from attnstudio.training.trainer import Trainer
from attnstudio.training.update import GradientMaker

PLAIN = LabelSmoothedCrossEntropy(0.1)
TAUGHT = GuidedCrossEntropy(0.1, 0.5, HeadAddress(CROSS, 0, 1), 0)
TRANSFORMER = TransformerConfig(
    encoder_layers=1, decoder_layers=1, model_size=8, heads=2, feedforward_size=8, dropout=0.0
)
RECURRENT = RecurrentConfig(embedding_size=8, hidden_size=8, dropout=0.0)
# Name: model, whether both sides share a vocabulary, objective, batches of an update.
CASES = {
    "tied": (TRANSFORMER, True, PLAIN, 1),
    "untied": (TRANSFORMER, False, PLAIN, 1),
    "taught": (TRANSFORMER, True, TAUGHT, 1),
    "accumulated": (TRANSFORMER, True, PLAIN, 3),
    "entmax": (
        TRANSFORMER.model_copy(update={"normaliser": NormaliserKind.LEARNT_ENTMAX}),
        True,
        PLAIN,
        1,
    ),
    "taught entmax": (
        TRANSFORMER.model_copy(update={"normaliser": NormaliserKind.ENTMAX15}),
        True,
        TAUGHT,
        1,
    ),
    "learnt spans": (
        TRANSFORMER.model_copy(update={"own_reach": OwnReachKind.SPAN, "window": 1}),
        True,
        PLAIN,
        1,
    ),
    "recurrent": (RECURRENT, True, PLAIN, 2),
}
ROWS = (13, 2, 1)  # of the batches: also fewer than there are processes
# Of each case one, and one with fewer rows than there are processes.
UPDATES = [*((name, 0) for name in CASES), ("tied", 2)]
SHORTAGE = "[enforce fail at alloc_cpu.cpp:127] DefaultCPUAllocator: can't allocate memory"


class Sentences:
    """Made-up sentence pairs with links, as an `ExampleStream`; each epoch the same batches."""

    def epoch_batches(self, epoch, *, batch_tokens, seed):  # noqa: ARG002 - likewise
        ends = list(itertools.accumulate(ROWS))
        return [np.arange(end - rows, end) for rows, end in zip(ROWS, ends, strict=True)]

    def batch(self, rows, *, draw):  # noqa: ARG002 - as streams have it
        pairs = [self._pair(int(row)) for row in rows]
        sources, targets = (_padded(side) for side in zip(*pairs, strict=True))
        outputs = torch.cat((targets[:, 1:], torch.zeros_like(targets[:, :1])), dim=1)
        real = targets != 0
        outputs[torch.arange(len(rows)), real.sum(dim=1) - 1] = 2  # </s>
        places = [
            (example, 0, int(row) % len(source))
            for example, (row, (source, _)) in enumerate(zip(rows, pairs, strict=True))
        ]
        return Batch(
            {SOURCE: SourceBatch(sources, sources != 0)},
            targets,
            outputs,
            real.flatten().nonzero().squeeze(1),
            BatchLinks(torch.tensor(places), torch.ones(len(places))),
        )

    def _pair(self, row):
        random = np.random.default_rng(row)
        source, target = (random.integers(4, 23, random.integers(2, 9)) for _ in range(2))
        return torch.tensor([*source, 2]), torch.tensor([1, *target])


def _padded(rows):
    return torch.nn.utils.rnn.pad_sequence(list(rows), batch_first=True)


def new_model(config, *, shared=True):
    torch.manual_seed(1)
    return build_model(config, translation_spec(23, 23, shared=shared)).train()


def gradients_of(ranks, name, batch=0, *, most_pairs=None):
    """The gradients of an update from some batch on, what is reported, and the parts it took."""
    config, shared, objective, accumulation = CASES[name]
    model = new_model(config, shared=shared)
    if most_pairs is not None:
        short_of_memory(model, most_pairs)
    maker = GradientMaker(model, with_span_cost(objective, model), Precision.FP32, ranks)
    order = BatchOrder(Sentences(), batch_tokens=1, accumulation=accumulation, seed=1, ranks=ranks)
    batches = order.next_batches(TrainState(batch=batch))
    [tokens] = ranks.exchange(sum(each.target_tokens for each in batches))
    reported = maker.make(batches, target_tokens=int(sum(tokens)))
    ranks.add_up(reported)
    gradients = {key: weight.grad.clone() for key, weight in model.named_parameters()}
    return gradients, float(reported), maker.parts


def short_of_memory(model, most_pairs):
    """Let a model find no memory for the decoding of more pairs."""
    decode = model.decode

    def decode_a_few(encoded, inputs, **options):
        if len(inputs) > most_pairs:
            raise RuntimeError(SHORTAGE)
        return decode(encoded, inputs, **options)

    model.decode = decode_a_few


def all_gradients(ranks=ALONE):
    """Of every case, from each of the batches; and of one whose memory is short in one process."""
    found = {(name, batch): gradients_of(ranks, name, batch) for name, batch in UPDATES}
    most = 2 if ranks.rank == ranks.world - 1 and not ranks.is_alone else None
    found["short", 0] = gradients_of(ranks, "tied", most_pairs=most)
    return found


class Watched:
    """A training of a few updates, and what its hooks were told."""

    def __init__(self, ranks, *, steps, dropout=0.0, losses=(), **config):
        self.events, self.snapshots, self.validated = [], [], []
        self.stop, self.losses = StopToken(), iter(losses)
        self.clock = partial(next, itertools.count())
        self.model = new_model(TRANSFORMER.model_copy(update={"dropout": dropout}))
        seed_apart(1, rank=ranks.rank, step=0)
        settings = {
            "validate_every": 4,
            "report_every": 1,
            "average_decay": 0.5,
            "seed": 1,
            "patience": 0,
        } | config
        self.trainer = Trainer(
            self.model,
            Sentences(),
            config=TrainingConfig(precision=Precision.FP32, **settings),
            limits=LimitsConfig(max_steps=steps),
            hooks=TrainerHooks(self.validate, self.save, self.events.append, self.clock),
            stop=self.stop,
            ranks=ranks,
        )

    def validate(self, _, step, __):
        self.validated.append(step)
        return ValidationResult(scores={"loss": next(self.losses, 1.0)})

    def save(self, snapshot, _):
        self.snapshots.append(copy.deepcopy(snapshot))

    def run(self):
        reason = self.trainer.run(0.0)
        return {
            "reason": reason,
            "weights": {
                name: whole_of(weight.detach()) for name, weight in self.model.named_parameters()
            },
            "snapshots": self.snapshots,
            "events": self.events,
            "validated": self.validated,
            "state": self.trainer._state,
        }


def whole_training(ranks=ALONE, dropout=0.0, **config):
    return Watched(ranks, steps=8, dropout=dropout, **config).run()


def training_in_two_lives(ranks, dropout, **config):
    first = Watched(ranks, steps=4, dropout=dropout, **config).run()
    [snapshot] = ranks.of_first(first["snapshots"][-1:])
    torch.manual_seed(99 + ranks.rank)  # what is drawn must come from the snapshot
    return training_from(snapshot, ranks, dropout, **config)


def training_from(snapshot, ranks=ALONE, dropout=0.0, **config):
    """On to the eighth update."""
    watched = Watched(ranks, steps=8, dropout=dropout, **config)
    watched.trainer.restore(snapshot)
    return watched.run()


def stopped_by(ranks, asking, **config):
    """One process, which may be any, is asked to stop at its third pass through the model."""
    watched = Watched(ranks, steps=50, **config)
    decode, calls = watched.model.decode, itertools.count()

    def decode_and_ask(*arguments, **options):
        if next(calls) == 2 and ranks.rank == asking:
            watched.stop.request()
        return decode(*arguments, **options)

    watched.model.decode = decode_and_ask
    return watched.run()


def ending_without_gain(ranks, **config):
    """Validations of the first process decide."""
    config = {"patience": 2, "validate_every": 2} | config
    return Watched(ranks, steps=50, losses=[1.0, 2.0, 3.0], **config).run()


def with_a_clock_of_its_own(ranks):
    """A time limit, which the clock of the first process decides; those of others run wild."""
    watched = Watched(ranks, steps=50, validate_every=1000)
    watched.trainer._limits = LimitsConfig(max_minutes=0.5)
    ticks = itertools.count(step=1 if ranks.is_first else 7)
    watched.trainer._reporter._clock = lambda: float(next(ticks))
    return watched.run()


def trainings(ranks):
    """What several processes find together, by the names of the functions above."""
    return {
        "whole": whole_training(ranks),
        "whole with dropout": whole_training(ranks, 0.3),
        "two lives": training_in_two_lives(ranks, 0.3),
        "stopped by the first": stopped_by(ranks, 0),
        "stopped by the last": stopped_by(ranks, ranks.world - 1),
        "no gain": ending_without_gain(ranks),
        "clock": with_a_clock_of_its_own(ranks),
    }


def first_fails(ranks):
    """The disk of the first process is full; what the others are told."""
    watched = Watched(ranks, steps=50)

    def refuse(*_):
        raise StorageError("The disk is full.")

    watched.trainer._snapshots._keep = refuse if ranks.is_first else lambda *_: None
    try:
        watched.run()
    except StorageError:
        raise SystemExit from None
    except PeerLostError as error:
        return error.message
    return None
