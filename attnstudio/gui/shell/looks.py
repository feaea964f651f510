"""What the window looks like, as the person or the system wants it: colours, and calm."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from attnstudio.gui.look.motion import set_still
from attnstudio.gui.look.scheme_switch import apply_colours
from attnstudio.gui.look.theme import Scheme, choose_colours
from attnstudio.gui.shell.focus_ring import FocusRing
from attnstudio.gui.studio.actions import ActionRegistry, MenuName
from attnstudio.gui.studio.settings import Settings


class Looks(QObject):
    """Actions for the looks, and what comes of them.

    Args:
        application: Qt's.
        settings: where they are remembered.
        actions: takes ``view.system``, ``view.light``, ``view.dark`` and ``view.still``.
        parent: owns it.
    """

    def __init__(
        self,
        application: QApplication,
        settings: Settings,
        actions: ActionRegistry,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._application, self._settings, self._actions = application, settings, actions
        add = partial(actions.add, menu=MenuName.VIEW)
        for scheme, text in (
            (Scheme.SYSTEM, self.tr("Colours: as the system")),
            (Scheme.LIGHT, self.tr("Colours: light")),
            (Scheme.DARK, self.tr("Colours: dark")),
        ):
            add(f"view.{scheme.value}", text, partial(self._choose_scheme, scheme), checkable=True)
        self._still = add(
            "view.still",
            self.tr("Reduce &motion"),
            self._choose_still,
            checkable=True,
            tip=self.tr("Nothing moves by itself: bars of unknown length stand still"),
        )
        application.styleHints().colorSchemeChanged.connect(self._apply_scheme)
        self._apply_scheme()
        self._apply_still()
        FocusRing(application, self)

    def _choose_scheme(self, scheme: Scheme) -> None:
        self._settings.scheme = scheme
        self._apply_scheme()

    def _apply_scheme(self) -> None:
        chosen = self._settings.scheme
        for scheme in Scheme:
            self._actions[f"view.{scheme.value}"].setChecked(scheme is chosen)
        system = self._application.styleHints().colorScheme()
        apply_colours(self._application, choose_colours(chosen, system))

    def _choose_still(self) -> None:
        self._settings.still = self._still.isChecked()
        self._apply_still()

    def _apply_still(self) -> None:
        self._still.setChecked(self._settings.still)
        set_still(self._application, still=self._settings.still)
