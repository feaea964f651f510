"""How many processes of this machine can train a run together, in numbers and in words."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from attnstudio.config_training import Device
from attnstudio.gui.studio.engine import Hardware

_FEWEST = 2
_MOST_ON_PROCESSORS = 4  # each holds torch and the whole model in memory


@dataclass(frozen=True, slots=True)
class SharedStart:
    """A start of several processes.

    Attributes:
        processes: how many; 0 where there can be none.
        is_on_cards: whether each has a graphics card of its own.
        why_not: why there can be none, in a sentence; empty where there can.
    """

    processes: int = 0
    is_on_cards: bool = False
    why_not: str = ""


def shared_start(
    hardware: Hardware | None, device: Device, platform: str = sys.platform
) -> SharedStart:
    """What to start here: a process for each graphics card, or for each of some cores.

    Args:
        hardware: what there is; None while that is not known.
        device: that the run asks for.
        platform: as ``sys.platform`` names it.
    """
    if platform == "win32":  # PyTorch there lacks the store by which torchrun's processes meet
        return SharedStart(why_not=_tr("On Windows, PyTorch cannot start several processes."))
    if hardware is None:
        return SharedStart(why_not=_tr("What this machine has is still being looked at."))
    if device is Device.MPS:
        return SharedStart(why_not=_tr("Several processes cannot share the device mps."))
    if device is not Device.CPU and hardware.cards:
        if hardware.cards < _FEWEST:
            words = _tr("There is one graphics card, and each process needs one of its own.")
            return SharedStart(why_not=words)
        return SharedStart(hardware.cards, is_on_cards=True)
    return SharedStart(max(_FEWEST, min(hardware.threads, _MOST_ON_PROCESSORS)))


def _tr(text: str) -> str:
    return QCoreApplication.translate("shared_start", text)
