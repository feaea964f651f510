"""A project's copy in another place, without what belongs to this place and moment."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from attnstudio.errors import ProjectError
from attnstudio.files import remove_folder, replace
from attnstudio.project import corrections, kept_changes
from attnstudio.project.safety import OURS
from attnstudio.storage_errors import storing

_FILES = ("watch.toml", corrections.NAME, kept_changes.NAME)
_LEFT_OUT = {"trash"}
_OF_THE_MOMENT = {"running.json"}


def copy_project(
    folder: Path,
    target: Path,
    *,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Path | None:
    """Copy a project to a folder that is not there yet; its trash stays behind.

    Args:
        folder: the project's, which is only read.
        target: where the copy goes.
        progress: told how many bytes of how many are there.
        should_stop: asked between files; nothing is left then.

    Returns:
        The copy; None when it was stopped.

    Raises:
        ProjectError: something lies there already.
        StorageError: the disk would not take it.
    """
    if target.exists():
        raise ProjectError(
            "There is something at {target} already.", hint="Choose another name.", target=target
        )
    temporary = target.with_name(f".{target.name}.new")
    with storing(target, "The copy could not be written to {path}: {reason}."):
        remove_folder(temporary)
        temporary.mkdir(parents=True)
        try:
            files = [(path, path.stat().st_size) for path in _files(folder)]
            total, done = sum(size for _, size in files), 0
            for path, size in files:
                if should_stop():
                    return None
                copy = temporary / path.relative_to(folder)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, copy, follow_symlinks=False)
                done += size
                progress(done, total)
            replace(temporary, target)
        finally:
            remove_folder(temporary)
    return target


def _files(folder: Path) -> Iterator[Path]:
    yield folder / "project.toml"
    for name in _FILES:
        if (folder / name).is_file():
            yield folder / name
    for name in OURS:
        if name in _LEFT_OUT:
            continue
        for parent, _, names in os.walk(folder / name):
            yield from (
                Path(parent, file)
                for file in names
                if file not in _OF_THE_MOMENT and not file.endswith(".lock")
            )
