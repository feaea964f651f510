"""Whether torch might find a faster device than the processor, asked without loading torch.

To load it takes longer than many a translation. Where there is any doubt the answer is yes, and
then torch is asked.
"""

from __future__ import annotations

import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_WITHOUT = "+cpu"  # how torch calls itself where it was built for processors alone
# Of Nvidia's cards and boards, of AMD's, and of those that Windows lends to its Linux.
_LINUX_DEVICES = ("nvidia*", "nvhost*", "nvmap", "kfd", "dxg")


def may_have_accelerator() -> bool:
    """Whether `resolve_device` might choose another device than the processor."""
    if sys.platform == "linux":
        return not _is_built_for_processors() and _has_device(Path("/dev"))
    if sys.platform == "darwin":
        return platform.machine() == "arm64"
    return not _is_built_for_processors()


def _is_built_for_processors() -> bool:
    try:
        return version("torch").endswith(_WITHOUT)
    except PackageNotFoundError:  # as in a program that was frozen
        return False


def _has_device(folder: Path) -> bool:
    return any(next(folder.glob(pattern), None) is not None for pattern in _LINUX_DEVICES)
