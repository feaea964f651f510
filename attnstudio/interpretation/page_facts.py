"""Facts as a page for a browser carries them: numbers in base64, texts that end no script."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

PRECISION = 1e-4  # how near each number of a page is to the model's at least
_SHORT = 2**16 - 1  # the largest code of two bytes
_LONG = 2**32 - 1  # of four
# In a script neither a tag nor an entity may begin, and older readers end a line at the others.
_ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


class Scale(NamedTuple):
    """How numbers become codes: the number of code 0, that of a step, and the highest code."""

    low: float
    step: float
    highest: int


def scale_between(low: float, high: float) -> Scale:
    """Codes of two bytes, or of four where those would be further than `PRECISION` off."""
    highest = _SHORT if (high - low) / _SHORT / 2 <= PRECISION else _LONG
    return Scale(low, (high - low) / highest, highest)


def coded(
    numbers: NDArray[np.floating], scale: Scale, *, tells_lowest: bool = False
) -> dict[str, object]:
    """The numbers: ``low + code · step``, each code's low byte first, in base64.

    Args:
        numbers: of any shape.
        scale: of their codes.
        tells_lowest: whether code 0 is of the lowest number alone, and of no other that is near.
    """
    codes = np.rint((numbers.astype(np.float64) - scale.low) / scale.step)
    if tells_lowest:
        codes = np.where(numbers > scale.low, np.maximum(codes, 1.0), codes)
    short = scale.highest == _SHORT
    kept = codes.clip(0, scale.highest).astype("<u2" if short else "<u4")
    return {
        "shape": list(numbers.shape),
        "low": scale.low,
        "step": scale.step,
        "bytes": kept.itemsize,
        "codes": b64encode(kept.tobytes()).decode("ascii"),
    }


def exact(numbers: NDArray[np.floating]) -> dict[str, object]:
    """The numbers in single precision, each one's low byte first, in base64."""
    kept = numbers.astype("<f4")
    return {"shape": list(numbers.shape), "floats": b64encode(kept.tobytes()).decode("ascii")}


def script_text(facts: object) -> str:
    """Facts as JSON in which nothing can end the script that holds it."""
    return json.dumps(facts, ensure_ascii=False, allow_nan=False).translate(_ESCAPES)
