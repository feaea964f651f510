"""Whether what is looked at was taught: its links say then what the teacher knew."""

from __future__ import annotations

from dataclasses import replace

from attnstudio.axes import Reading, Record


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
