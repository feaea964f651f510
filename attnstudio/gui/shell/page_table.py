"""All pages, once: what the window, its menus, the keys and the palette know of each.

A page is added by an entry here and a folder of its own. Its module is imported behind the window
or when the page is built, since the window answers before numpy, pydantic and pyqtgraph are loaded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from attnstudio.gui.comparing.keys import comparing_keys
from attnstudio.gui.corpus.keys import corpus_keys
from attnstudio.gui.corpus.reasons import why_no_corpus_action
from attnstudio.gui.home.keys import home_keys
from attnstudio.gui.inspector.keys import inspector_keys
from attnstudio.gui.inspector.reasons import why_no_inspect_action
from attnstudio.gui.links.keys import links_keys
from attnstudio.gui.links.reasons import why_no_links_action
from attnstudio.gui.setup.keys import setup_keys
from attnstudio.gui.studio.actions import ActionRegistry, MenuName
from attnstudio.gui.studio.studio import PageName, Studio
from attnstudio.gui.training.keys import training_keys
from attnstudio.gui.training.reasons import why_no_train_action
from attnstudio.gui.translating.keys import translating_keys
from attnstudio.gui.translating.reasons import why_no_translating_action
from attnstudio.gui.widgets.widget_key import WidgetKey

Make = Callable[[Studio, ActionRegistry, QWidget], QWidget]  # a page in a parent


def _says_no_reason(_name: str, _studio: Studio) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class PageMenu:
    """A menu of what can be done on a page.

    Attributes:
        name: what its actions are registered with; theirs begin with it, as in ``train.pause``.
        title: with ``&`` before its key.
        why_disabled: what one of these actions waits for while a project is open and it is
            disabled, in a sentence; empty where the page says it.
    """

    name: str
    title: str
    why_disabled: Callable[[str, Studio], str] = _says_no_reason


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the window.

    Attributes:
        name: a `PageName` where others lead to it; its layout is kept under it.
        title: in the sidebar and in the menu that leads to it.
        icon: the drawing's name among the icons of pages.
        shortcut: the key that leads to it.
        load: imports its module and gives what builds it.
        parts: modules of it that take a while to import, to be had one by one before it.
        menu: None if it has no menu of its own.
        keys_heading: above its keys on the sheet of keys; the title if empty.
        widget_keys: those that its widgets answer to by themselves.
    """

    name: str
    title: str
    icon: str
    shortcut: str
    load: Callable[[], Make]
    parts: tuple[str, ...] = ()
    menu: PageMenu | None = None
    keys_heading: str = ""
    widget_keys: Callable[[], list[WidgetKey]] = list


def page_table() -> tuple[Page, ...]:
    """The pages in the order of the work."""
    return (
        Page(PageName.HOME, _tr("Home"), "home", "Ctrl+1", _load_home, widget_keys=home_keys),
        Page(
            PageName.CORPUS,
            _tr("Corpus"),
            "corpus",
            "Ctrl+2",
            _load_corpus,
            parts=(
                "attnstudio.gui.corpus.cleaning_panel",
                "attnstudio.gui.corpus.pair_browser",
                "attnstudio.gui.corpus.statistics_view",
            ),
            menu=PageMenu(MenuName.CORPUS, _tr("&Corpus"), why_no_corpus_action),
            widget_keys=corpus_keys,
        ),
        Page(
            PageName.LINKS,
            _tr("Word links"),
            "links",
            "Ctrl+3",
            _load_links,
            parts=("attnstudio.gui.links.word_list_view",),
            menu=PageMenu(MenuName.LINKS, _tr("&Links"), why_no_links_action),
            widget_keys=links_keys,
        ),
        Page(
            PageName.SETUP,
            _tr("Setup"),
            "setup",
            "Ctrl+4",
            _load_setup,
            widget_keys=setup_keys,
        ),
        Page(
            PageName.TRAINING,
            _tr("Training"),
            "training",
            "Ctrl+5",
            _load_training,
            menu=PageMenu(MenuName.TRAIN, _tr("&Train"), why_no_train_action),
            keys_heading=_tr("Training and charts"),
            widget_keys=training_keys,
        ),
        Page(
            PageName.INSPECTOR,
            _tr("Inspector"),
            "inspector",
            "Ctrl+6",
            _load_inspector,
            parts=("attnstudio.gui.inspector.attention_panel",),
            menu=PageMenu(MenuName.INSPECT, _tr("&Inspect"), why_no_inspect_action),
            keys_heading=_tr("Translating and attention"),
            widget_keys=inspector_keys,
        ),
        Page(PageName.LAB, _tr("Lab"), "lab", "Ctrl+7", _load_lab),
        Page(
            PageName.COMPARING,
            _tr("Comparisons"),
            "comparing",
            "Ctrl+8",
            _load_comparing,
            widget_keys=comparing_keys,
        ),
        Page(
            PageName.TRANSLATING,
            _tr("Translate"),
            "translating",
            "Ctrl+9",
            _load_translating,
            menu=PageMenu(MenuName.DOCUMENTS, _tr("&Documents"), why_no_translating_action),
            keys_heading=_tr("Translating documents"),
            widget_keys=translating_keys,
        ),
    )


def _load_home() -> Make:
    from attnstudio.gui.home.page import HomePage

    return HomePage


def _load_corpus() -> Make:
    from attnstudio.gui.corpus.page import CorpusPage

    return CorpusPage


def _load_links() -> Make:
    from attnstudio.gui.links.page import LinksPage

    return LinksPage


def _load_setup() -> Make:
    from attnstudio.gui.setup.page import SetupPage

    return SetupPage


def _load_training() -> Make:
    from attnstudio.gui.training.page import TrainingPage

    return TrainingPage


def _load_inspector() -> Make:
    from attnstudio.gui.inspector.page import InspectorPage

    return InspectorPage


def _load_comparing() -> Make:
    from attnstudio.gui.comparing.page import ComparingPage

    return ComparingPage


def _load_translating() -> Make:
    from attnstudio.gui.translating.page import TranslatingPage

    return TranslatingPage


def _load_lab() -> Make:
    from attnstudio.gui.lab.page import LabPage

    return LabPage


def _tr(text: str) -> str:
    return QCoreApplication.translate("page_table", text)
