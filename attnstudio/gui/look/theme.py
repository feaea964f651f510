"""Light and dark: one set of colours each, from which palette and style sheet are made.

A widget that needs more than Qt's palette roles asks `colours_of` with its own palette and asks
again in `changeEvent` (`QEvent.Type.PaletteChange`); so nothing needs to be told of a switch.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPalette
from PySide6.QtWidgets import QApplication, QTabWidget, QWidget

from attnstudio.resources import resource_path

SPACE = 8  # pixels; every distance on a page is a multiple of half of it
SMALL_SPACE = 4
PAGE_MARGIN = 24
_VEIL = 185  # of 255


class Scheme(StrEnum):
    """What the person chose."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Series(NamedTuple):
    """How a run is drawn: never told apart by colour alone.

    Attributes:
        colour: of the line, as ``#rrggbb``.
        dash: the pattern of the line.
        symbol: what marks its points: ``o``, ``s``, ``t1`` or ``d`` for circle, square, triangle
            and diamond.
    """

    colour: str
    dash: Qt.PenStyle
    symbol: str = "o"


@dataclass(frozen=True, slots=True)
class Colours:
    """The colours of one scheme, as ``#rrggbb``.

    Text colours have a contrast of at least 4.5:1 on ``window``, ``panel`` and ``raised``, and
    ``on_accent`` on ``accent``.

    Attributes:
        dark: whether light text stands on dark ground.
        window: behind everything.
        panel: cards, tables, plots and fields.
        raised: buttons, headers, pointed-at rows.
        border: hairlines.
        text: what is read first.
        muted: what is read second.
        accent: the one thing to do, and the focus ring.
        on_accent: text on ``accent``.
        accent_soft: ground of what is chosen; ``text`` is read on it.
        mark: ground of a text that was searched for; ``text`` is read on it.
        success: text of what went well.
        warning: text of what to mind.
        error: text of what went wrong.
        series: colours of curves (Okabe and Ito 2008, adapted to the ground).
    """

    dark: bool
    window: str
    panel: str
    raised: str
    border: str
    text: str
    muted: str
    accent: str
    on_accent: str
    accent_soft: str
    mark: str
    success: str
    warning: str
    error: str
    series: tuple[str, ...]

    def series_of(self, index: int) -> Series:
        """How the run with this number is drawn: eight colours, then the same in other patterns.

        None of them is the dashed line, which stands for validations whosesoever they are.
        """
        lines = Qt.PenStyle
        dashes = (lines.SolidLine, lines.DashDotLine, lines.DotLine, lines.DashDotDotLine)
        symbols, repeat = ("o", "s", "t1", "d"), self.repeat_of(index)
        colour = self.series[index % len(self.series)]
        return Series(colour, dashes[repeat], symbols[repeat])

    def repeat_of(self, index: int) -> int:
        """Which of four patterns the run with this number has; 0 for the plain one."""
        return index // len(self.series) % 4


LIGHT = Colours(
    dark=False,
    window="#f4f5f7",
    panel="#ffffff",
    raised="#e9ecf0",
    border="#d3d8df",
    text="#1b1f24",
    muted="#545c67",
    accent="#1d5fb8",
    on_accent="#ffffff",
    accent_soft="#d9e7fa",
    mark="#ffdf80",
    success="#15693a",
    warning="#7d4e00",
    error="#b3261e",
    series=(
        "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#8a6d00",
    ),
)  # fmt: skip
DARK = Colours(
    dark=True,
    window="#191c20",
    panel="#22262c",
    raised="#2c3139",
    border="#3d444f",
    text="#e7eaee",
    muted="#a9b2bf",
    accent="#7fb2ff",
    on_accent="#0a1a31",
    accent_soft="#2a4468",
    mark="#705600",
    success="#7bd29b",
    warning="#f0b95c",
    error="#ff8f86",
    series=(
        "#56b4e9", "#ff8a3d", "#2cc79a", "#e39ac4", "#f0c244", "#8c83ff", "#f4f6f8", "#b9a44c",
    ),
)  # fmt: skip


def colours_of(palette: QPalette) -> Colours:
    """The scheme that a palette belongs to.

    The role of hairlines tells, because a style sheet changes those of grounds and texts.
    """
    return DARK if palette.color(QPalette.ColorRole.Mid).lightness() < 128 else LIGHT


def choose_colours(scheme: Scheme, system: Qt.ColorScheme) -> Colours:
    """The colours for what the person chose; an unknown system counts as light."""
    match scheme:
        case Scheme.LIGHT:
            return LIGHT
        case Scheme.DARK:
            return DARK
        case Scheme.SYSTEM:
            return DARK if system is Qt.ColorScheme.Dark else LIGHT


def apply_colours(application: QApplication, colours: Colours) -> None:
    """Switch the whole program to a scheme, also while it runs."""
    application.setStyle("Fusion")
    application.setPalette(palette_of(colours))
    application.setStyleSheet(style_sheet_of(colours))


def palette_of(colours: Colours) -> QPalette:
    """A scheme as Qt's roles."""
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    palette = QPalette()
    for name, colour in {
        role.Window: colours.window,
        role.WindowText: colours.text,
        role.Base: colours.panel,
        role.AlternateBase: colours.window,
        role.Text: colours.text,
        role.PlaceholderText: colours.muted,
        role.Button: colours.raised,
        role.ButtonText: colours.text,
        role.BrightText: colours.error,
        role.ToolTipBase: colours.raised,
        role.ToolTipText: colours.text,
        role.Highlight: colours.accent,
        role.HighlightedText: colours.on_accent,
        role.Accent: colours.accent,
        role.Link: colours.accent,
        role.LinkVisited: colours.accent,
        role.Light: colours.panel,
        role.Midlight: colours.raised,
        role.Mid: colours.border,
        role.Dark: colours.border,
        role.Shadow: "#000000",
    }.items():
        palette.setColor(name, QColor(colour))
    faded = QColor(colours.muted)
    faded.setAlpha(150)
    for name in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        palette.setColor(group.Disabled, name, faded)
    palette.setColor(group.Disabled, role.Highlight, QColor(colours.border))
    return palette


def draw_veil(painter: QPainter, area: QRect, palette: QPalette) -> None:
    """Make what was drawn pale: it is not of what the person has typed or chosen since."""
    veil = QColor(colours_of(palette).panel)
    veil.setAlpha(_VEIL)
    painter.fillRect(area, veil)


def set_role(widget: QWidget, role: str) -> None:
    """Give a widget one of the looks of the style sheet, such as ``muted`` or ``primary``.

    Args:
        widget: a label (``page-title``, ``heading``, ``muted``, ``success``, ``warning``,
            ``error``, ``number``), a button (``primary``, ``quiet``, ``danger``, and ``icon`` for
            one that shows a sign only), tabs (``plain``: without a line) or a frame (``card``,
            ``banner``, ``strip``, ``divider``).
        role: its name.
    """
    widget.setProperty("role", role)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def name_tabs(tabs: QTabWidget, name: str) -> None:
    """Say to those who cannot see them what some tabs are about."""
    tabs.setAccessibleName(name)
    tabs.tabBar().setAccessibleName(name)


def style_sheet_of(colours: Colours) -> str:
    """What Fusion does not do by itself: cards, quiet buttons, a visible focus."""
    c = colours
    controls = resource_path("icons", "controls")

    def sign(name: str) -> str:
        path = controls / f"{name}-{'dark' if c.dark else 'light'}.svg"
        return f'url("{path.as_posix()}")'

    return f"""
QLabel[role="page-title"] {{ font-size: 20px; font-weight: 600; }}
QLabel[role="heading"] {{ font-size: 14px; font-weight: 600; }}
QLabel[role="muted"] {{ color: {c.muted}; }}
QLabel[role="success"] {{ color: {c.success}; }}
QLabel[role="warning"] {{ color: {c.warning}; }}
QLabel[role="error"] {{ color: {c.error}; }}
QLabel[role="number"] {{ font-size: 20px; font-weight: 600; }}
QFrame[role="card"] {{ background: {c.panel}; border: 1px solid {c.border}; border-radius: 8px; }}
QFrame[role="card"]:focus {{ border: 2px solid {c.accent}; }}
QFrame[role="banner"] {{ background: {c.accent_soft}; border: none; border-radius: 8px; }}
QFrame[role="strip"] {{
    background: {c.accent_soft}; border: none; border-bottom: 1px solid {c.border};
}}
QFrame[role="divider"] {{ background: {c.border}; border: none; }}
QPushButton, QToolButton {{
    background: {c.raised}; color: {c.text}; border: 1px solid {c.border}; border-radius: 6px;
    padding: 5px 12px; outline: none;
}}
QToolButton {{ padding: 5px 8px; }}
QPushButton:hover, QToolButton:hover {{ border-color: {c.muted}; }}
QPushButton:pressed, QToolButton:pressed, QToolButton:checked, QPushButton:checked {{
    background: {c.accent_soft}; border-color: {c.accent};
}}
QPushButton:focus, QToolButton:focus {{ border: 2px solid {c.accent}; padding: 4px 11px; }}
QToolButton:focus {{ padding: 4px 7px; }}
QPushButton:disabled, QToolButton:disabled {{ color: {c.muted}; background: {c.window}; }}
QPushButton[role="primary"] {{
    background: {c.accent}; color: {c.on_accent}; border-color: {c.accent}; font-weight: 600;
}}
QPushButton[role="primary"]:hover {{ border-color: {c.text}; }}
QPushButton[role="primary"]:focus {{ border: 2px solid {c.text}; }}
QPushButton[role="primary"]:disabled {{
    background: {c.raised}; color: {c.muted}; border-color: {c.border};
}}
QPushButton[role="danger"] {{ color: {c.error}; }}
QPushButton[role="danger"]:disabled {{ color: {c.muted}; }}
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QPushButton[role="quiet"], QToolButton[role="quiet"] {{
    background: transparent; border-color: transparent;
}}
QPushButton[role="quiet"]:hover, QToolButton[role="quiet"]:hover {{ background: {c.raised}; }}
QPushButton[role="quiet"]:focus, QToolButton[role="quiet"]:focus {{ border-color: {c.accent}; }}
QPushButton[role="quiet"]:checked {{ background: {c.accent_soft}; color: {c.text}; }}
QPushButton[role="icon"], QToolButton[role="icon"] {{
    background: transparent; border: 1px solid transparent; padding: 0;
}}
QPushButton[role="icon"]:hover, QToolButton[role="icon"]:hover {{ background: {c.raised}; }}
QPushButton[role="icon"]:focus, QToolButton[role="icon"]:focus {{
    border: 2px solid {c.accent}; padding: 0;
}}
QPushButton[role="icon"]:checked, QToolButton[role="icon"]:checked {{
    background: {c.accent_soft};
}}
QToolButton::menu-indicator {{ image: none; }}
QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox, QComboBox {{
    background: {c.panel}; color: {c.text}; border: 1px solid {c.border}; border-radius: 6px;
    padding: 4px 6px; selection-background-color: {c.accent}; selection-color: {c.on_accent};
}}
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QAbstractSpinBox:focus {{
    border: 2px solid {c.accent}; padding: 3px 5px;
}}
QLineEdit[invalid="true"], QAbstractSpinBox[invalid="true"] {{
    border: 2px solid {c.error}; padding: 3px 5px;
}}
QComboBox[invalid="true"] {{ margin: 0; border: 2px solid {c.error}; }}
QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled {{
    color: {c.muted}; background: {c.window};
}}
QComboBox {{ margin: 1px; padding-right: 22px; }}
QComboBox:focus {{ margin: 0; border: 2px solid {c.accent}; }}
QComboBox::drop-down {{ border: none; width: 22px; }}
QComboBox::down-arrow {{ image: {sign("down")}; width: 12px; height: 12px; }}
QSpinBox, QDoubleSpinBox {{
    padding: 4px 20px 4px 4px; qproperty-alignment: "AlignRight | AlignVCenter";
}}
QSpinBox:focus, QDoubleSpinBox:focus {{ padding: 3px 19px 3px 3px; }}
QAbstractSpinBox QLineEdit, QComboBox QLineEdit,
QAbstractSpinBox QLineEdit:focus, QComboBox QLineEdit:focus {{
    border: none; padding: 0 2px; background: transparent;
}}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{
    subcontrol-origin: border; border: none; background: transparent; width: 20px;
}}
QAbstractSpinBox::up-button {{ subcontrol-position: top right; }}
QAbstractSpinBox::down-button {{ subcontrol-position: bottom right; }}
QAbstractSpinBox::up-arrow {{ image: {sign("up")}; width: 10px; height: 10px; }}
QAbstractSpinBox::down-arrow {{ image: {sign("down")}; width: 10px; height: 10px; }}
QCheckBox, QRadioButton {{ spacing: 6px; border: 2px solid transparent; padding: 1px 2px; }}
QCheckBox::indicator, QRadioButton::indicator, QMenu::indicator {{
    width: 14px; height: 14px; border: 1px solid {c.muted}; background: {c.panel};
}}
QCheckBox::indicator, QMenu::indicator {{ border-radius: 4px; }}
QRadioButton::indicator {{ border-radius: 8px; }}
QMenu::indicator {{ left: 6px; }}
QCheckBox::indicator:checked, QMenu::indicator:checked {{
    background: {c.accent}; border-color: {c.accent}; image: {sign("check")};
}}
QRadioButton::indicator:checked {{
    background: {c.accent}; border-color: {c.accent}; image: {sign("dot")};
}}
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled {{
    background: {c.raised}; border-color: {c.border};
}}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
QScrollBar::handle {{ background: {c.border}; border-radius: 4px; margin: 1px; }}
QScrollBar::handle:vertical {{ min-height: 28px; }}
QScrollBar::handle:horizontal {{ min-width: 28px; }}
QScrollBar::handle:hover {{ background: {c.muted}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QSlider {{ border: 2px solid transparent; }}
QSlider::groove:horizontal {{ height: 4px; border-radius: 2px; background: {c.border}; }}
QSlider::sub-page:horizontal {{ border-radius: 2px; background: {c.accent}; }}
QSlider::handle:horizontal {{
    width: 14px; height: 14px; margin: -5px 0; border-radius: 7px; background: {c.accent};
}}
QSlider::handle:horizontal:disabled, QSlider::sub-page:horizontal:disabled {{
    background: {c.border};
}}
QAbstractItemView {{
    background: {c.panel}; alternate-background-color: {c.window}; border: 1px solid {c.border};
    border-radius: 6px; selection-background-color: {c.accent_soft}; selection-color: {c.text};
    outline: none; gridline-color: {c.border};
}}
QAbstractItemView:disabled {{
    selection-background-color: {c.raised}; selection-color: {c.muted};
}}
QTreeWidget::item {{ padding: 5px 8px; }}
QListWidget#sidebar {{ background: transparent; border: none; }}
QListWidget#sidebar::item {{
    border: 2px solid transparent; border-radius: 6px; padding-left: 6px; margin: 1px 0;
}}
QListWidget#sidebar::item:hover {{ background: {c.raised}; }}
QListWidget#sidebar::item:selected {{ background: {c.accent_soft}; color: {c.text}; }}
QListWidget#sidebar::item:selected:focus {{ border-color: {c.accent}; }}
QAbstractItemView:focus {{ border: 2px solid {c.accent}; }}
QComboBox QAbstractItemView, QComboBox QAbstractItemView:focus {{
    border: none; border-radius: 0;
}}
QHeaderView {{ background: {c.raised}; border: none; border-radius: 0; }}
QTableCornerButton::section {{ background: {c.raised}; border: none; }}
QHeaderView::section {{
    background: {c.raised}; color: {c.muted}; border: none; border-bottom: 1px solid {c.border};
    padding: 5px 8px;
}}
QTabWidget::pane {{ border: none; border-top: 1px solid {c.border}; }}
QTabWidget[role="plain"]::pane {{ border: none; }}
QTabBar::tab {{
    padding: 7px 14px; border: none; border-bottom: 2px solid transparent; color: {c.muted};
}}
QTabBar::tab:selected {{ color: {c.text}; border-bottom-color: {c.accent}; }}
QTabBar::tab:focus {{ background: {c.accent_soft}; }}
QToolTip {{
    background: {c.raised}; color: {c.text}; border: 1px solid {c.border}; padding: 4px 6px;
}}
QProgressBar {{
    background: {c.raised}; border: none; border-radius: 4px; height: 8px; text-align: center;
}}
QProgressBar::chunk {{ background: {c.accent}; border-radius: 4px; }}
QSplitter::handle {{ background: {c.border}; }}
QSplitter::handle:horizontal {{ width: 1px; }}
QSplitter::handle:vertical {{ height: 1px; }}
QScrollArea {{ border: none; background: transparent; }}
QScrollArea > QWidget > QWidget[role="page"] {{ background: {c.window}; }}
QSlider:focus, QCheckBox:focus, QRadioButton:focus {{
    border: 2px solid {c.accent}; border-radius: 4px;
}}
QStatusBar {{ border-top: 1px solid {c.border}; color: {c.muted}; }}
QStatusBar::item {{ border: none; }}
QMenu {{ background: {c.panel}; border: 1px solid {c.border}; padding: 4px; }}
QMenu::item {{ padding: 5px 24px 5px 12px; border-radius: 4px; }}
QMenu::item:selected {{ background: {c.accent_soft}; color: {c.text}; }}
QMenu::item:disabled {{ color: {c.muted}; }}
QMenu::separator {{ height: 1px; background: {c.border}; margin: 4px 8px; }}
"""
