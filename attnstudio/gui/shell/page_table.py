"""All pages, once: what the window, its menus, the keys and the palette know of each.

A page is added by an entry here and a folder of its own. The makers import their page when it is
built, since the window answers before numpy, pydantic and pyqtgraph are loaded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from attnstudio.gui.corpus.keys import corpus_keys
from attnstudio.gui.home.keys import home_keys
from attnstudio.gui.inspector.keys import inspector_keys
from attnstudio.gui.studio.actions import ActionRegistry, MenuName
from attnstudio.gui.studio.studio import PageName, Studio
from attnstudio.gui.training.keys import training_keys
from attnstudio.gui.widgets.widget_key import WidgetKey


@dataclass(frozen=True, slots=True)
class PageMenu:
    """A menu of what can be done on a page.

    Attributes:
        name: what its actions are registered with.
        title: with ``&`` before its key.
    """

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the window.

    Attributes:
        name: a `PageName` where others lead to it; its layout is kept under it.
        title: in the sidebar and in the menu that leads to it.
        icon: the drawing's name among the icons of pages.
        shortcut: the key that leads to it.
        make: builds it in a parent.
        menu: None if it has no menu of its own.
        keys_heading: above its keys on the sheet of keys; the title if empty.
        widget_keys: those that its widgets answer to by themselves.
    """

    name: str
    title: str
    icon: str
    shortcut: str
    make: Callable[[Studio, ActionRegistry, QWidget], QWidget]
    menu: PageMenu | None = None
    keys_heading: str = ""
    widget_keys: Callable[[], list[WidgetKey]] = list


def page_table() -> tuple[Page, ...]:
    """The pages in the order of the work."""
    return (
        Page(PageName.HOME, _tr("Home"), "home", "Ctrl+1", _make_home, widget_keys=home_keys),
        Page(
            PageName.CORPUS,
            _tr("Corpus"),
            "corpus",
            "Ctrl+2",
            _make_corpus,
            menu=PageMenu(MenuName.CORPUS, _tr("&Corpus")),
            widget_keys=corpus_keys,
        ),
        Page(PageName.SETUP, _tr("Setup"), "setup", "Ctrl+3", _make_setup),
        Page(
            PageName.TRAINING,
            _tr("Training"),
            "training",
            "Ctrl+4",
            _make_training,
            menu=PageMenu(MenuName.TRAIN, _tr("&Train")),
            keys_heading=_tr("Training and charts"),
            widget_keys=training_keys,
        ),
        Page(
            PageName.INSPECTOR,
            _tr("Inspector"),
            "inspector",
            "Ctrl+5",
            _make_inspector,
            menu=PageMenu(MenuName.INSPECT, _tr("&Inspect")),
            keys_heading=_tr("Translating and attention"),
            widget_keys=inspector_keys,
        ),
    )


def _make_home(studio: Studio, actions: ActionRegistry, parent: QWidget) -> QWidget:
    from attnstudio.gui.home.page import HomePage

    return HomePage(studio, actions, parent)


def _make_corpus(studio: Studio, actions: ActionRegistry, parent: QWidget) -> QWidget:
    from attnstudio.gui.corpus.page import CorpusPage

    return CorpusPage(studio, actions, parent)


def _make_setup(studio: Studio, actions: ActionRegistry, parent: QWidget) -> QWidget:
    from attnstudio.gui.setup.page import SetupPage

    return SetupPage(studio, actions, parent)


def _make_training(studio: Studio, actions: ActionRegistry, parent: QWidget) -> QWidget:
    from attnstudio.gui.training.page import TrainingPage

    return TrainingPage(studio, actions, parent)


def _make_inspector(studio: Studio, actions: ActionRegistry, parent: QWidget) -> QWidget:
    from attnstudio.gui.inspector.page import InspectorPage

    return InspectorPage(studio, actions, parent)


def _tr(text: str) -> str:
    return QCoreApplication.translate("page_table", text)
