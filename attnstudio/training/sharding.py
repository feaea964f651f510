"""A model whose numbers lie spread over the processes that train it together.

Each process keeps so-manyth of every parameter, and of what the optimiser remembers of it. A layer
is put together for as long as it computes, and its gradients are spread again at once: torch's
``fully_shard`` (Zhao et al. 2023, PyTorch FSDP; Rajbhandari et al. 2020, ZeRO stage 3).
"""

from __future__ import annotations

import copy
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

import torch
from torch import Tensor, distributed, nn

from attnstudio.config_training import Sharding, TrainingConfig
from attnstudio.errors import UsageError
from attnstudio.model.attention.span import LearntSpan
from attnstudio.model.device import resolve_shared_device
from attnstudio.model.interface import SequenceModel
from attnstudio.model.transformer_layers import DecoderLayer, EncoderLayer
from attnstudio.model.weights import adopt_weights
from attnstudio.training.batch import Batch
from attnstudio.training.loss import Loss, Objective
from attnstudio.training.ranks import Ranks, hearing
from attnstudio.training.state import Snapshot

_FIRST_TORCH = (2, 13)  # that finds the tensors in what our layers give


def is_sharded(config: TrainingConfig, ranks: Ranks) -> bool:
    """Whether processes spread the model: where there are several, and the run says so."""
    return config.sharding is Sharding.FULL and not ranks.is_alone


class Shards:
    """A model in place, spread over the processes.

    Each layer is put together by itself. All that is used outside of a layer, as embeddings and
    spans that have a price, belongs to the rest, which is together as long as an update is made.

    Args:
        model: the same in all processes, best on the processor: layer by layer it is moved.
        objective: what is minimised.
        config: says on what device.
        ranks: who trains it.

    Attributes:
        passes: gives the loss of a batch and a divisor; all processes have to go through it, and
            back, equally often.

    Raises:
        UsageError: this torch cannot do it.
        PeerLostError: another process has ended.
    """

    def __init__(
        self, model: SequenceModel, objective: Objective, config: TrainingConfig, ranks: Ranks
    ) -> None:
        _refuse_older_torch()
        from torch.distributed.device_mesh import init_device_mesh  # of what not every torch has
        from torch.distributed.fsdp import fully_shard

        warnings.filterwarnings("ignore", "FSDP2-wrapped module", UserWarning)  # none in place here
        self._ranks = ranks
        self._model = model
        self._device = resolve_shared_device(config.device, local_rank=ranks.local_rank)
        self._empty = _without_memory(model) if ranks.is_first else model
        spans = [part for part in model.modules() if isinstance(part, LearntSpan)]
        apart = {number for part in spans for number in part.parameters()}
        with hearing():
            mesh = init_device_mesh(self._device.type, (ranks.world,))
        for unit in _units(model):
            fully_shard(unit, mesh=mesh, ignored_params=apart)
        self.passes = _Pass(model, objective, spans)
        fully_shard(self.passes, mesh=mesh)

    def gathered(self, snapshot: Snapshot) -> Snapshot:
        """The same with whole tensors in the first process, and with none in the others."""
        return replace(
            snapshot,
            weights=self._whole(snapshot.weights),
            optimiser=self._whole(snapshot.optimiser),
            trained=self._whole(snapshot.trained),
        )

    def cut(self, snapshot: Snapshot) -> Snapshot:
        """The same with what this process holds of its tensors."""
        return replace(
            snapshot,
            weights=self._cut(snapshot.weights),
            optimiser=self._cut(snapshot.optimiser),
            trained=self._cut(snapshot.trained),
        )

    @contextmanager
    def whole_model(self, weights: Mapping[str, Tensor]) -> Iterator[SequenceModel]:
        """A whole model for the first process to read with; all have to ask for it.

        Args:
            weights: spread ones, by their names.
        """
        whole = self._whole(weights)
        if not self._ranks.is_first:
            yield self._model
            return
        model = copy.deepcopy(self._empty)
        adopt_weights(model, {name: each.to(self._device) for name, each in whole.items()})
        yield model.to(self._device).eval()

    def _whole(self, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
        found = {}
        for name, tensor in tensors.items():
            with hearing():
                whole = whole_of(tensor)
            if self._ranks.is_first:
                found[name] = whole.cpu()  # a card that holds a part may not hold all
        return found

    def _cut(self, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
        from torch.distributed.tensor import DTensor, distribute_tensor

        spread = dict(self._model.named_parameters())
        found = {}
        for name, tensor in tensors.items():
            like = spread.get(name, spread.get(name.rpartition(".")[0]))  # what Adam remembers
            if isinstance(like, DTensor) and tensor.shape == like.shape:  # a count is not cut
                mesh, placements = like.device_mesh, like.placements
                tensor = distribute_tensor(tensor, mesh, placements, src_data_rank=None)
            found[name] = tensor
        return found


def whole_of(tensor: Tensor) -> Tensor:
    """All of a tensor, of which this process may hold a part; all have to ask then."""
    if not (distributed.is_available() and distributed.is_initialized()):
        return tensor
    from torch.distributed.tensor import DTensor

    return tensor.full_tensor() if isinstance(tensor, DTensor) else tensor


class _Pass(nn.Module):
    """A way through a model to its loss: what is put together for it stays so until the way back.

    Args:
        model: whose layers are spread already.
        objective: what is minimised.
        used_outside: parts of layers that are used when their layer is not.
    """

    def __init__(
        self, model: SequenceModel, objective: Objective, used_outside: list[LearntSpan]
    ) -> None:
        super().__init__()
        self.model = model
        self.used_outside = nn.ModuleList(used_outside)
        self._objective = objective

    def forward(self, batch: Batch, divisor: float) -> Loss:
        """The loss of a batch; see `Objective`."""
        return self._objective.loss(self.model, batch, divisor=divisor)


def _units(model: nn.Module) -> Iterator[nn.Module | list[nn.Module]]:
    """What is put together by itself, the innermost first; each is used by being called."""
    for part in model.modules():
        if isinstance(part, DecoderLayer):  # keys and values of the source come before the layer
            yield [part.cross.key, part.cross.value]
        if isinstance(part, EncoderLayer | DecoderLayer | nn.RNNBase):
            yield part


def _without_memory(model: SequenceModel) -> SequenceModel:
    """A copy whose parameters have shapes alone; tied ones stay tied."""
    shapes = {
        id(each): nn.Parameter(torch.empty_like(each, device="meta")) for each in model.parameters()
    }
    return copy.deepcopy(model, shapes)


def _refuse_older_torch() -> None:
    numbers = torch.__version__.split(".")[:2]
    if tuple(map(int, numbers)) < _FIRST_TORCH:
        raise UsageError(
            "This torch {version} cannot spread a model over several processes.",
            hint="Install torch {least} or a newer one, or set the sharding of the run to none.",
            version=torch.__version__,
            least=".".join(map(str, _FIRST_TORCH)),
        )
