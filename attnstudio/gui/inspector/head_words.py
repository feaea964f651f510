"""The names of the maps in an overview of heads, and what stands beside and below them."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from attnstudio.gui.inspector.figure_words import figure_text
from attnstudio.gui.inspector.head_thumbs import HeadSorting, Thumb
from attnstudio.reading import Reading


def head_name(reading: Reading, *, is_alone: bool = False) -> str:
    """What a map is of: ``layer 1, head 0``.

    Args:
        reading: it.
        is_alone: whether it is the one map of an analysis, which is of no layer and no head.
    """
    if is_alone:
        return _tr("all layers and heads")
    if reading.layer is None:
        return _tr("average of all")
    if reading.head is None:
        return _tr("layer {layer}, average").format(layer=reading.layer)
    return _tr("layer {layer}, head {head}").format(layer=reading.layer, head=reading.head)


def layer_name(reading: Reading, *, is_alone: bool) -> str:
    """What stands at the side of a row of maps."""
    if is_alone:
        return _tr("all")
    if reading.layer is None:
        return _tr("average")
    return _tr("layer {n}").format(n=reading.layer)


def below_words(sorting: HeadSorting, thumb: Thumb) -> str:
    """What stands below a map; of the average of a layer, no heading above says what it is."""
    if thumb.figure is None:
        return ""
    figure, reading = figure_text(sorting.figure, thumb.figure), thumb.reading
    is_average = sorting.is_grid and reading.layer is not None and reading.head is None
    if thumb.is_idle:
        return _tr("{figure} · idle").format(figure=figure)
    return _tr("mean {figure}").format(figure=figure) if is_average else figure


def switch_words(reading: Reading, *, is_off: bool) -> str:
    """What switches off the heads of a map, or on again."""
    if reading.head is not None and reading.layer is not None:
        words = _tr("Switch on head {head} of layer {layer}")
        if not is_off:
            words = _tr("Switch off head {head} of layer {layer}")
    elif reading.layer is not None:
        words = _tr("Switch on layer {layer}") if is_off else _tr("Switch off layer {layer}")
    else:
        words = _tr("Switch on all layers") if is_off else _tr("Switch off all layers")
    return words.format(layer=reading.layer, head=reading.head)


def _tr(text: str) -> str:
    return QCoreApplication.translate("heads", text)
