"""How much memory the tensors of a training take at once, counted over a few of its updates."""

from __future__ import annotations

from attnstudio.config_training import TrainingConfig
from attnstudio.lab.tensor_memory import TensorMemory
from attnstudio.model.interface import SequenceModel
from attnstudio.training.batch import ExampleStream
from attnstudio.training.batch_order import BatchOrder
from attnstudio.training.loss import LabelSmoothedCrossEntropy
from attnstudio.training.optimisation import build_optimiser, gradient_norm, step_clipped
from attnstudio.training.span_cost import with_span_cost
from attnstudio.training.state import TrainState
from attnstudio.training.update import GradientMaker

_UPDATES = 4  # in the second the optimiser's averages are there from the beginning


def update_memory(model: SequenceModel, stream: ExampleStream, config: TrainingConfig) -> int:
    """The bytes that all tensors take at once, at the most, in the first updates of a training.

    Weights, gradients, the optimiser's averages, that of the weights where there is one, and what
    is kept of a batch. It is counted tensor by tensor, and so the same whatever else the process
    holds and has held, and whatever its allocator keeps; the program itself is not in it, nor what
    an operation needs inside of itself. Of a head that is taught the teaching is left out.

    Args:
        model: on its device; its weights are changed.
        stream: the examples.
        config: how to train, with the precision that was chosen.
    """
    known = [*model.parameters(), *model.buffers()]
    sizes = {each.untyped_storage().data_ptr(): each.untyped_storage().nbytes() for each in known}
    weights = sum(sizes.values())
    optimiser = build_optimiser(model, beta2=config.adam_beta2, weight_decay=config.weight_decay)
    objective = with_span_cost(LabelSmoothedCrossEntropy(config.label_smoothing), model)
    gradients = GradientMaker(model, objective, config.precision)
    order = BatchOrder(
        stream,
        batch_tokens=config.batch_tokens,
        accumulation=config.accumulation,
        seed=config.seed,
    )
    state = TrainState()
    model.train()
    with TensorMemory(known) as memory:
        for _ in range(_UPDATES):
            batches = order.next_batches(state)
            gradients.make(batches)
            step_clipped(optimiser, gradient_norm(model), config.gradient_clip)
            optimiser.zero_grad(set_to_none=True)
            state = state.after_update(
                batches=len(batches),
                batches_in_epoch=order.batches_in(state.epoch),
                target_tokens=sum(batch.target_tokens for batch in batches),
            )
    return weights * (2 if config.average_decay else 1) + memory.peak_bytes
