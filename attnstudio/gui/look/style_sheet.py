"""A scheme as the style sheet of the whole program."""

from __future__ import annotations

from attnstudio.gui.look.theme import Colours
from attnstudio.resources import resource_path


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
