"""A run that is set up in the window, as the command that trains the same."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

from attnstudio.config_fields import changed_fields
from attnstudio.gui.studio.studio import RunDraft
from attnstudio.presets import find_preset


def command_of(folder: Path, draft: RunDraft) -> list[str]:
    """The words of ``attnstudio train …``; only what differs from the preset is said."""
    words = ["attnstudio", "train", str(folder), "--preset", draft.preset]
    if draft.reverse:
        words.append("--reverse")
    if draft.name:
        words += ["--run", draft.name]
    for path, value in changed_fields(find_preset(draft.preset).config, draft.config).items():
        words += ["--set", f"{path}={_as_toml(value)}"]
    return words


def shared_command_of(folder: Path, draft: RunDraft, processes: int) -> list[str]:
    """The same for several processes of this machine, which ``torchrun`` starts."""
    started = ["torchrun", "--standalone", "--nproc-per-node", str(processes), "-m", "attnstudio"]
    # Without -- the torchrun of Python 3.11 takes --run for the beginning of an option of its own.
    return [*started, "--", *command_of(folder, draft)[1:]]


def quoted(words: list[str]) -> str:
    """The words as this system's terminal takes them."""
    return subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words)


def _as_toml(value: Any) -> str:  # noqa: ANN401 - settings are of many types
    return str(value).lower() if isinstance(value, bool) else str(value)
