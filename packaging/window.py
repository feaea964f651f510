"""Starting the window from a checkout, and an entry for it in the menu of a Linux desktop."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from processes import read, run_visibly

if TYPE_CHECKING:
    from collections.abc import Mapping

STARTING = "Starting Attention Studio …"

_ENTRY = """[Desktop Entry]
Type=Application
Version=1.5
Name=Attention Studio
GenericName=Attention translator
Comment=Train an attention translator and see what it looks at
Comment[zh_CN]=训练注意力翻译模型，看它在看什么
Exec="{program}" %F
Icon={icon}
Terminal=false
Categories=Education;Science;ArtificialIntelligence;
StartupWMClass=attnstudio
"""


def has_display(platform: str, environment: Mapping[str, str]) -> bool:
    """Whether a window can be seen here."""
    if platform in ("win32", "darwin"):
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def has_qt(python: str) -> bool:
    """Whether the environment got its window; some machines have no Qt."""
    return read((python, "-c", "import PySide6.QtWidgets")).returncode == 0


def show(python: str, root: Path) -> int:
    """Open the window and wait until it is closed.

    Returns:
        The program's exit code.
    """
    if sys.platform == "linux":
        write_entry(python, root, Path.home())
    print(STARTING)
    return run_visibly((python, "-P", "-m", "attnstudio"))  # -P: not one from the current folder


def write_entry(python: str, root: Path, home: Path) -> Path | None:
    """Put the program into the desktop's menu, with the paths of this checkout.

    Returns:
        The entry; None where it cannot be written, which is no reason to stop.
    """
    data = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    path = data / "applications" / "attnstudio.desktop"
    text = _ENTRY.format(
        program=Path(python).with_name("attnstudio-window"),
        icon=root / "resources" / "icons" / "attnstudio.svg",
    )
    try:
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    except OSError:
        return None
    return path
