"""Where the tensors live, how many threads work on them, and how busy the processors are."""

from __future__ import annotations

import os

import psutil
import torch

from attnstudio.config_training import Device
from attnstudio.errors import ConfigError


def resolve_device(device: Device) -> torch.device:
    """The torch device that is meant.

    Raises:
        ConfigError: this machine or this torch has no such device.
    """
    available = {
        Device.CUDA: torch.cuda.is_available(),
        Device.MPS: torch.backends.mps.is_available(),
        Device.CPU: True,
    }
    if device is Device.AUTO:
        device = next(kind for kind, is_there in available.items() if is_there)
    if not available[device]:
        raise ConfigError(
            "This machine has no {device} device that torch {version} can use.",
            hint="Set the device to auto or cpu, or install a torch that was built for this one.",
            command_hint="Use --device cpu, or install a torch that was built for the device.",
            device=device.value,
            version=torch.__version__,
        )
    return torch.device(device.value)


def resolve_shared_device(device: Device, *, local_rank: int) -> torch.device:
    """The torch device of one of several processes that train together: a card for each.

    Args:
        device: of the run; what is fastest may be a device that cannot be shared, and then it is
            the processor.
        local_rank: the number of the process on this machine.

    Raises:
        ConfigError: there is no such device, or no card is left for this process.
    """
    if device is Device.AUTO and not torch.cuda.is_available():
        device = Device.CPU
    found = resolve_device(device)
    if found.type == "mps":
        raise ConfigError(
            "Several processes cannot share the device mps.",
            hint="Set the device to cpu, or train in one process.",
        )
    if found.type != "cuda":
        return found
    cards = torch.cuda.device_count()
    if local_rank >= cards:
        raise ConfigError(
            "There is no graphics card for process {number} of this machine, which has {cards}.",
            hint="Start as many processes as there are cards, or set the device to cpu.",
            number=local_rank + 1,
            cards=cards,
        )
    torch.cuda.set_device(local_rank)
    return torch.device("cuda", local_rank)


def resolve_threads(threads: int) -> int:
    """The number of threads that is meant: 0 stands for the physical cores."""
    return threads or psutil.cpu_count(logical=False) or os.cpu_count() or 1


def threads_beside(busy_cores: float, cores: int, most: int) -> int:
    """How many of the threads find a core of their own beside what keeps others busy."""
    return max(1, min(most, round(cores - busy_cores)))


def busy_seconds() -> float:
    """How long all processors together have worked since the machine started."""
    times = psutil.cpu_times()
    return float(times.user + times.system + getattr(times, "nice", 0.0))
