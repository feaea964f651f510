"""A model's weights as named tensors, tied ones once."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import save_file
from torch import Tensor, nn

from attnstudio.errors import ProjectError


def named_weights(model: nn.Module) -> dict[str, Tensor]:
    """Every trained tensor by its name; tied parameters under their first name only."""
    return {name: parameter.detach() for name, parameter in model.named_parameters()}


@torch.no_grad()
def load_weights(model: nn.Module, weights: Mapping[str, Tensor]) -> None:
    """Put weights back where `named_weights` took them from.

    Raises:
        ProjectError: names or shapes differ: the weights are another model's.
    """
    parameters = dict(model.named_parameters())
    differing = {
        name
        for name in parameters.keys() | weights.keys()
        if name not in parameters
        or name not in weights
        or parameters[name].shape != weights[name].shape
    }
    if differing:
        raise ProjectError(
            "The checkpoint does not fit its config: {names}.",
            hint="config.toml of the run was changed, or the checkpoint is another run's.",
            names=", ".join(sorted(differing)[:5]),
        )
    for name, parameter in parameters.items():
        parameter.copy_(weights[name])


def save_tensors(
    tensors: Mapping[str, Tensor], path: Path, metadata: Mapping[str, str] | None = None
) -> None:
    """Write a file of safetensors.

    Raises:
        OSError: the disk would not take it.
    """
    whole = {name: tensor.cpu().contiguous() for name, tensor in tensors.items()}
    try:
        save_file(whole, path, dict(metadata) if metadata else None)
    except SafetensorError as error:  # its way to say what the disk refused
        raise _as_os_error(error) from error


def _as_os_error(error: SafetensorError) -> OSError:
    """With the number of the system's reason, which its sentence ends with."""
    found = re.search(r"os error (\d+)", str(error))
    if found is None:
        return OSError(str(error))
    number = int(found[1])
    return OSError(number, os.strerror(number))


def are_finite(tensors: Iterable[Tensor]) -> bool:
    """Whether no number in any of these tensors is infinite or none at all.

    A sum tells: of all numbers that are read, it is the fastest, and what is not finite stays so.
    """
    sums = [tensor.sum() for tensor in tensors if tensor.is_floating_point()]
    return not sums or bool(torch.stack(sums).isfinite().all())


def give_memory(model: nn.Module, device: torch.device) -> None:
    """Give a model that was built on the meta device its memory; tied weights stay tied.

    Its weights hold nothing yet: `load_weights` comes next. To build a model so draws no random
    numbers, of which a training in the same process would miss every one.
    """
    made: dict[nn.Parameter, nn.Parameter] = {}
    for module in model.modules():
        for name, parameter in module.named_parameters(recurse=False):
            if parameter not in made:
                made[parameter] = nn.Parameter(torch.empty_like(parameter, device=device))
            setattr(module, name, made[parameter])


def adopt_weights(model: nn.Module, weights: Mapping[str, Tensor]) -> None:
    """Let a model that was built on the meta device use tensors where they lie; tied stay tied.

    Tensors of a mapped file are then in memory once, however many processes use them.

    Args:
        model: for reading alone.
        weights: of the same model, as `named_weights` gives them.
    """
    adopted = {
        parameter: nn.Parameter(weights[name], requires_grad=False)
        for name, parameter in model.named_parameters()
    }
    for module in model.modules():
        for name, parameter in list(module.named_parameters(recurse=False)):
            setattr(module, name, adopted[parameter])
