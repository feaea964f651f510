"""Runs that were deleted: kept in the project's ``trash`` until a person empties it."""

from __future__ import annotations

import time
from pathlib import Path

from attnstudio.errors import ProjectError
from attnstudio.files import replace, storing
from attnstudio.project.project import Project
from attnstudio.project.run import Run


def move_to_trash(project: Project, run: Run) -> Path:
    """Take a run out of the project.

    Returns:
        Where it lies now; see `restore`.

    Raises:
        ProjectError: it is being trained.
        StorageError: it cannot be moved.
    """
    with run.locked():
        pass  # nobody trains it
    target = project.folder / "trash" / f"{run.name} {time.strftime('%Y-%m-%d %H-%M-%S')}"
    number = 1
    while target.exists():
        number += 1
        target = target.with_name(f"{target.name} {number}")
    _move(run.folder, target)
    return target


def restore(project: Project, trashed: Path, name: str) -> Run:
    """Put a run back where it was.

    Raises:
        ProjectError: there is another run of its name by now.
        StorageError: it cannot be moved.
    """
    folder = project.runs_folder / name
    if folder.exists():
        raise ProjectError(
            "There is a run {name} already.",
            hint="Rename one of the two folders by hand: {trashed}.",
            name=name,
            trashed=trashed,
        )
    _move(trashed, folder)
    return Run(folder)


def _move(source: Path, target: Path) -> None:
    with storing(source, "{path} could not be moved: {reason}."):
        target.parent.mkdir(parents=True, exist_ok=True)
        replace(source, target)
