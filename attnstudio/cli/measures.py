"""The measures of attention as commands take them."""

from __future__ import annotations

from attnstudio.axes import Measure
from attnstudio.errors import UsageError


def measure_named(name: str | None) -> Measure | None:
    """The measure of that name; None where none is named.

    Raises:
        UsageError: there is no such measure.
    """
    if name is None:
        return None
    if name not in set(Measure):
        raise UsageError(
            "{measure} is not a measure.",
            hint="A measure is weights, norms or alti.",
            command_hint="--measure takes weights, norms or alti.",
            measure=repr(name),
        )
    return Measure(name)
