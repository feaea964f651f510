"""The keys that widgets of the training page answer to by themselves."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt

from attnstudio.gui.widgets.widget_key import WidgetKey

_Key = Qt.Key


def training_keys() -> list[WidgetKey]:
    """Those of runs and charts."""
    delete = (_Key.Key_Delete,)
    return [
        WidgetKey("run_list", _tr("Delete the chosen run"), _tr("Delete"), delete),
        *_of_charts(),
    ]


def _of_charts() -> list[WidgetKey]:
    chart = "curve_plot"
    return [
        WidgetKey(
            chart,
            _tr("Read a chart point by point"),
            "← →",
            (_Key.Key_Left, _Key.Key_Right),
        ),
        WidgetKey(
            chart,
            _tr("Pin the place that is read, to compare with another"),
            _tr("Space, or click"),
            (_Key.Key_Space,),
        ),
        WidgetKey(chart, _tr("Let go of pins and cursor"), "Esc", (_Key.Key_Escape,)),
        WidgetKey(
            chart,
            _tr("Show all of a chart again"),
            _tr("0, or double click"),
            (_Key.Key_0,),
        ),
        WidgetKey(chart, _tr("Enlarge a part of a chart"), _tr("Drag around it")),
        WidgetKey(
            "heat_chart",
            _tr("Read the numbers of layers or heads one by one"),
            "← → ↑ ↓",
            (_Key.Key_Left, _Key.Key_Right, _Key.Key_Up, _Key.Key_Down),
        ),
        WidgetKey("chart_mouse", _tr("Zoom a chart"), _tr("Ctrl+wheel")),
    ]


def _tr(text: str) -> str:
    return QCoreApplication.translate("keys", text)
