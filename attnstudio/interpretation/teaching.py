"""Whether what is looked at was taught: its links say then what the teacher knew."""

from __future__ import annotations

from dataclasses import replace

from attnstudio.axes import Record
from attnstudio.reading import Reading, ReadingMethod


def is_taught(record: Record, reading: Reading) -> bool:
    """Whether a reading is of nothing but the head that was taught."""
    taught = record.taught
    if taught is None or taught.site != reading.site:
        return False
    layers, heads = record.shape_of(taught.site)
    layer = 0 if reading.layer is None and layers == 1 else reading.layer
    head = 0 if reading.head is None and heads == 1 else reading.head
    return (layer, head) == (taught.layer, taught.head)


def is_read_as_taught(record: Record, reading: Reading) -> bool:
    """Whether a reading is of the weights that were taught, at the step that they were taught at.

    At another step, or in another measure, nobody taught what the numbers should be.
    """
    taught = record.taught
    return (
        taught is not None
        and is_taught(record, reading)
        and (reading.method, reading.measure) == (taught.method, taught.measure)
    )


def at_own_step(record: Record, reading: Reading, best: Reading | None = None) -> Reading:
    """A reading at the step that belongs to its head, where the training taught one of its site.

    The taught head was taught at its step, the best known reading was measured at its own. All
    else looks before it writes: one step later it would seem not to know what it translates.

    Args:
        record: whose heads they are.
        reading: of one head or an average, at whatever step.
        best: the reading that was measured to be the best, if any was.
    """
    taught = record.taught
    if taught is None or taught.site != reading.site:
        return reading
    if is_taught(record, reading):
        return replace(reading, method=taught.method)
    if best is not None and _place(best) == _place(reading):
        return replace(reading, method=best.method)
    return replace(reading, method=ReadingMethod.NAIVE)


def teaching_words(record: Record, reading: Reading) -> str:
    """What is to be said beside a reading; nothing where it is of heads that nobody taught."""
    taught = record.taught
    if taught is None or taught.site != reading.site:
        return ""
    if is_taught(record, reading):
        return "taught where to look"
    if reading.layer in (None, taught.layer) and reading.head in (None, taught.head):
        return "with a head that was taught where to look"
    return ""


def untaught(record: Record, reading: Reading) -> Reading | None:
    """A head beside the taught one that nobody taught; None where there is no other.

    It is the next one of its layer, or of the layer before where that has a single head.
    """
    taught = record.taught
    if taught is None or taught.layer is None or taught.head is None:
        return None
    layers, heads = record.shape_of(taught.site)
    if heads > 1:
        return replace(reading, layer=taught.layer, head=(taught.head + 1) % heads)
    if layers > 1:
        return replace(reading, layer=(taught.layer - 1) % layers, head=taught.head)
    return None


def _place(reading: Reading) -> tuple[object, ...]:
    return reading.site, reading.layer, reading.head
