"""What several processes compute together that hold but a share of the model each."""

from __future__ import annotations

import itertools
from pathlib import Path

import shared_trainings
import torch
from shared_trainings import (
    CASES,
    PLAIN,
    RECURRENT,
    SHORTAGE,
    TAUGHT,
    TRANSFORMER,
    UPDATES,
    Sentences,
    Watched,
    new_model,
)

from attnstudio.config_attention import (
    AttentionKind,
    CoverageKind,
    HeadScoreKind,
    NormaliserKind,
    OwnReachKind,
    PositionKind,
    SourceReachKind,
)
from attnstudio.config_model import Cell, NormKind, RecurrentConfig, TransformerConfig
from attnstudio.config_training import Precision, Sharding, TrainingConfig
from attnstudio.errors import LoneShortageError, PeerLostError
from attnstudio.training.batch_order import BatchOrder
from attnstudio.training.optimisation import gradient_norm, layer_gradient_norms
from attnstudio.training.sharded_update import ShardedGradientMaker
from attnstudio.training.sharding import Shards, whole_of
from attnstudio.training.span_cost import with_span_cost
from attnstudio.training.state import TrainState
from attnstudio.training.update import GradientMaker

FULL = {"sharding": Sharding.FULL}


def kinds():
    """Configs of models with each kind of what attention is made of, by what is unusual in them."""
    options = {
        "positions": PositionKind,
        "norm": NormKind,
        "normaliser": NormaliserKind,
        "score": HeadScoreKind,
        "own_reach": OwnReachKind,
        "source_reach": SourceReachKind,
    }
    for knob, choices in options.items():
        for choice in choices:
            values = TRANSFORMER.model_dump() | {"window": 1, knob: choice}
            yield f"{knob} {choice}", TransformerConfig(**values)
    for attention, cell in itertools.product(AttentionKind, Cell):
        values = {"attention": attention, "cell": cell, "layers": 2}
        yield f"{attention} {cell}", RecurrentConfig(**RECURRENT.model_dump() | values)
    for unusual in (
        {"attention": AttentionKind.GENERAL, "input_feeding": False},
        {"coverage": CoverageKind.PLAIN},
        {"coverage": CoverageKind.FERTILITY},
        {"source_reach": SourceReachKind.PREDICTED, "window": 1},
        {"normaliser": NormaliserKind.LEARNT_ENTMAX},
        {"heads": 2},
    ):
        yield str(unusual), RecurrentConfig(**RECURRENT.model_dump() | unusual)


def gradients_of_kinds(ranks=shared_trainings.ALONE):
    """Of every kind of attention, those of two batches, where it can be with a taught head."""
    found = {}
    for name, config in kinds():
        taught = TAUGHT if isinstance(config, TransformerConfig) else PLAIN
        found[name] = gradients_of(ranks, (config, False, taught, 2))["gradients"]
    return found


def gradients_of(ranks, case, batch=0, precision=Precision.FP32):
    """The gradients of an update, what is reported, and norms; of one process or of shards."""
    config, shared, objective, accumulation = case
    model = new_model(config, shared=shared)
    objective = with_span_cost(objective, model)
    if ranks.is_alone:
        maker = GradientMaker(model, objective, precision)
    else:
        shards = Shards(model, objective, TrainingConfig(device="cpu", **FULL), ranks)
        maker = ShardedGradientMaker(model, shards, precision, ranks)
    order = BatchOrder(Sentences(), batch_tokens=1, accumulation=accumulation, seed=1, ranks=ranks)
    batches = order.next_batches(TrainState(batch=batch))
    [tokens] = ranks.exchange(sum(each.target_tokens for each in batches))
    reported = maker.make(batches, target_tokens=int(sum(tokens)))
    ranks.add_up(reported)
    return {
        "gradients": {
            key: whole_of(weight.grad).clone() for key, weight in model.named_parameters()
        },
        "reported": float(reported),
        "norm": float(gradient_norm(model)),
        "layers": layer_gradient_norms(model),
        "held": {key: tuple(_held(weight).shape) for key, weight in model.named_parameters()},
    }


def all_gradients(ranks=shared_trainings.ALONE):
    found = {(name, batch): gradients_of(ranks, CASES[name], batch) for name, batch in UPDATES}
    found["rounded", 0] = gradients_of(ranks, CASES["tied"], precision=Precision.BF16)
    return found


def trainings(ranks, of_one):
    """What several processes find together.

    Args:
        ranks: who they are.
        of_one: where a snapshot lies that one process took after four updates.
    """
    taken = torch.load(of_one, weights_only=False)
    last = ranks.world - 1
    return {
        "whole": shared_trainings.whole_training(ranks, **FULL),
        "whole with dropout": shared_trainings.whole_training(ranks, 0.3, **FULL),
        "two lives": shared_trainings.training_in_two_lives(ranks, 0.3, **FULL),
        "on from one": shared_trainings.training_from(taken, ranks, **FULL),
        "four": Watched(ranks, steps=4, **FULL).run(),
        "accumulated": shared_trainings.whole_training(ranks, accumulation=2, **FULL),
        "stopped by the first": shared_trainings.stopped_by(ranks, 0, **FULL),
        "stopped by the last": shared_trainings.stopped_by(ranks, last, **FULL),
        "stopped on the way": shared_trainings.stopped_by(ranks, last, accumulation=3, **FULL),
        "no gain": shared_trainings.ending_without_gain(ranks, **FULL),
        "measured": measured(ranks),
        "held": held(ranks),
        "on the way": on_the_way(ranks),
        "thrown away": thrown_away(ranks),
    }


def thrown_away(ranks):
    """Whether nothing is left of an update that the last process stops after its first batch."""
    model = new_model(TRANSFORMER.model_copy(update={"dropout": 0.3}))
    shards = Shards(model, PLAIN, TrainingConfig(device="cpu", **FULL), ranks)
    maker = ShardedGradientMaker(model, shards, Precision.FP32, ranks)
    batch = Sentences().batch(range(3), draw=0)
    before, is_last = torch.get_rng_state(), ranks.rank == ranks.world - 1
    found = maker.make([batch, batch], target_tokens=9, should_stop=lambda: is_last)
    return (
        found,
        [name for name, weight in model.named_parameters() if weight.grad is not None],
        torch.equal(torch.get_rng_state(), before),
    )


def on_the_way(ranks):
    """What is spread, and what is whole, when a loss is known and nothing gone back through."""
    model = new_model(CASES["learnt spans"][0])
    objective = with_span_cost(PLAIN, model)
    found = ([], [])

    class Looking:
        def loss(self, model, batch, *, divisor):
            loss = objective.loss(model, batch, divisor=divisor)
            for name, weight in model.named_parameters():
                found[not hasattr(weight, "to_local")].append(name)
            return loss

    shards = Shards(model, Looking(), TrainingConfig(device="cpu", **FULL), ranks)
    maker = ShardedGradientMaker(model, shards, Precision.FP32, ranks)
    maker.make([Sentences().batch(range(3), draw=0)], target_tokens=9)
    return found


def measured(ranks):
    """The weights that a validation finds in the model it is given."""
    watched = Watched(ranks, steps=4, **FULL)
    seen = {}

    def look(model, step, is_spent):
        seen["weights"] = {key: each.detach().clone() for key, each in model.named_parameters()}
        seen["is training"] = model.training
        return watched.validate(model, step, is_spent)

    watched.trainer._hooks = watched.trainer._hooks._replace(validate=look)
    watched.run()
    return seen | {"kept": watched.snapshots[-1].weights}


def held(ranks):
    """How many numbers a process holds of all that is kept between updates, and of how many."""
    watched = Watched(ranks, steps=1, **FULL)
    watched.run()
    weights = list(watched.model.parameters())
    optimiser = watched.trainer._optimiser
    remembered = [tensor for state in optimiser.state.values() for tensor in state.values()]
    averaged = list(watched.trainer._average.weights.values())
    kept = [tensor for tensor in (*weights, *remembered, *averaged) if tensor.dim()]
    return sum(_held(tensor).numel() for tensor in kept), sum(tensor.numel() for tensor in kept)


def lone_shortage(ranks):
    """The memory of the last process is short in its second update; what each is told."""
    watched = Watched(ranks, steps=50, **FULL)
    decode, calls = watched.model.decode, itertools.count()

    def decode_once(*arguments, **options):
        if next(calls) == 1 and ranks.rank == ranks.world - 1:
            raise RuntimeError(SHORTAGE)
        return decode(*arguments, **options)

    watched.model.decode = decode_once
    try:
        watched.run()
    except (PeerLostError, LoneShortageError) as error:
        return type(error).__name__, error.message, len(watched.snapshots)
    return None


def _held(tensor):
    return tensor.to_local() if hasattr(tensor, "to_local") else tensor


def snapshot_of_one(path: Path):
    """Let one process make four updates, and keep what it holds then."""
    found = Watched(shared_trainings.ALONE, steps=4).run()
    torch.save(found["snapshots"][-1], path)
