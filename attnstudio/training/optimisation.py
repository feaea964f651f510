"""The optimiser."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from attnstudio.training.sharding import whole_of


def build_optimiser(model: nn.Module, *, beta2: float, weight_decay: float) -> torch.optim.AdamW:
    """AdamW (Loshchilov and Hutter 2019); biases and normalisation gains do not decay."""
    parameters = [p for p in model.parameters() if p.requires_grad]
    groups = [
        {"params": [p for p in parameters if p.dim() > 1], "weight_decay": weight_decay},
        {"params": [p for p in parameters if p.dim() <= 1], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=0.0, betas=(0.9, beta2), eps=1e-9, fused=True)


def gradient_norm(model: nn.Module) -> Tensor:
    """The length of the whole gradient, of which a process may hold a part."""
    gradients = [p.grad for p in model.parameters() if p.grad is not None]
    return whole_of(nn.utils.get_total_norm(gradients, foreach=True))


def layer_gradient_norms(model: nn.Module) -> dict[str, float]:
    """The length of the gradient of each layer, such as ``encoder.0``; of stacks of layers alone.

    Whether a deep stack learns in all its layers shows here: where a gradient is 1,000 times longer
    at the top than at the bottom, the bottom waits (Xiong et al. 2020, figure 3).
    """
    stacks = {
        name.removesuffix("_layers"): stack
        for name, stack in model.named_children()
        if isinstance(stack, nn.ModuleList)
    }
    return {
        f"{name}.{place}": float(gradient_norm(layer))
        for name, stack in stacks.items()
        for place, layer in enumerate(stack)
    }


def step_clipped(optimiser: torch.optim.AdamW, norm: Tensor, limit: float) -> None:
    """Update the weights by a gradient no longer than the limit (Pascanu et al. 2013).

    The fused optimiser divides by a scale on its way, as it does for scaled losses, so that the
    gradients need not be gone through once more.

    Args:
        optimiser: whose gradients are in place.
        norm: their length.
        limit: 0 for none.
    """
    scale = (norm / limit).clamp_min(1.0) if limit else None
    optimiser.grad_scale = scale  # type: ignore[attr-defined]  # its step looks for it
    optimiser.step()


def optimiser_tensors(optimiser: torch.optim.Optimizer, model: nn.Module) -> dict[str, Tensor]:
    """The optimiser's state by parameter name and quantity."""
    return {
        f"{name}.{quantity}": tensor
        for name, parameter in model.named_parameters()
        for quantity, tensor in optimiser.state.get(parameter, {}).items()
    }


def load_optimiser_tensors(
    optimiser: torch.optim.Optimizer, model: nn.Module, tensors: dict[str, Tensor]
) -> None:
    """Put back what `optimiser_tensors` gave."""
    for name, parameter in model.named_parameters():
        prefix = f"{name}."
        found = {
            key.removeprefix(prefix): tensor
            for key, tensor in tensors.items()
            if key.startswith(prefix) and "." not in key.removeprefix(prefix)
        }
        if found:
            optimiser.state[parameter] = {
                quantity: tensor.to(parameter.device) for quantity, tensor in found.items()
            }
