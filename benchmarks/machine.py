"""What a measurement was made on."""

from __future__ import annotations

import platform
from typing import Any

import psutil
import torch

from attnstudio import __version__
from attnstudio.lab.machine import processor_name


def machine_facts() -> dict[str, Any]:
    """The machine and its libraries, and how busy it is now."""
    return {
        "processor": processor_name(),
        "cores": psutil.cpu_count(logical=False),
        "logical_cores": psutil.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "free_memory_gb": round(psutil.virtual_memory().available / 1e9, 1),
        "load_average": [round(load, 2) for load in psutil.getloadavg()],  # 1, 5, 15 minutes
        "system": platform.platform(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "torch_threads": torch.get_num_threads(),  # where a benchmark does not say otherwise
        "attnstudio": __version__,
    }
