"""The methods beside attention in words, and how far each agrees with erasure."""

from __future__ import annotations

import math

from PySide6.QtCore import QCoreApplication

from attnstudio.gui.look.wording import decimals
from attnstudio.interpretation.lettering import with_minus
from attnstudio.interpretation.methods import Method
from attnstudio.interpretation.trust import Trust, agrees_on_first


def row_names(trust: Trust, target: int | None) -> dict[Method, str]:
    """Each method, with how far it agrees with erasure: on the first word, or by its mean tau."""
    beside = {
        row.method: tau_text(row.mean)
        if target is None
        else {True: "✓", False: "–", None: ""}[agrees_on_first(trust, row.method, target)]
        for row in trust.rows
    }
    beside[Method.ERASURE] = ""  # with itself it always agrees
    return {
        method: _tr("{method} {mark}").format(method=method_name(method), mark=mark).strip()
        for method, mark in beside.items()
    }


def tau_text(tau: float) -> str:
    """Kendall's tau as it is written; a dash where it is not known."""
    if not math.isfinite(tau):
        return "–"
    return with_minus(decimals(round(tau, 2) + 0.0, 2))  # no -0.00


def method_name(method: Method) -> str:
    """A method as its row is called."""
    return {
        Method.ATTENTION: _tr("Attention"),
        Method.NORM: _tr("Norms"),
        Method.ALTI: _tr("Contributions"),
        Method.VALUE_ZEROING: _tr("Value zeroing"),
        Method.GRADIENT: _tr("Gradient"),
        Method.INTEGRATED: _tr("Integrated"),
        Method.ERASURE: _tr("Erasure"),
    }[method]


def _tr(text: str) -> str:
    return QCoreApplication.translate("methods", text)
