"""What was taken out of a project: kept in its ``trash`` until a person empties it.

``trash/<run> <time>`` is a run that was deleted, ``trash/swept <time>`` what one sweep took, laid
out as in the project: ``corpus/<hash>`` and so on.
"""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from attnstudio.errors import OutdatedError
from attnstudio.files import remove_folder, replace
from attnstudio.project.project import Project
from attnstudio.project.run import Run
from attnstudio.project.weight import bytes_in
from attnstudio.storage_errors import READ, storing

_TIME = "%Y-%m-%d %H-%M-%S"
_NAMED = re.compile(r"(?P<name>.+) (?P<time>\d{4}-\d\d-\d\d \d\d-\d\d-\d\d)( \d+)*", re.DOTALL)
_SWEPT = "swept"
_GOING = ".going-"  # what is being deleted can no longer be taken for something whole


@dataclass(frozen=True, slots=True)
class Trashed:
    """One thing in the trash.

    Attributes:
        folder: where it lies.
        run: the name of the run that it is; empty for what a sweep took.
        deleted_at: in seconds since the epoch.
        size_bytes: what it weighs.
    """

    folder: Path
    run: str
    deleted_at: float
    size_bytes: int


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
    target = new_place(project, run.name)
    move(run.folder, target)
    return target


def restore(project: Project, trashed: Path, name: str) -> Run:
    """Put a run back where it was.

    Raises:
        OutdatedError: there is another run of its name by now, or the trash was emptied.
        StorageError: it cannot be moved.
    """
    folder = project.runs_folder / name
    with storing(trashed, READ):
        if folder.exists():
            raise OutdatedError(
                "There is a run {name} already.",
                hint="Rename one of the two folders by hand: {trashed}.",
                name=name,
                trashed=trashed,
            )
        _check_that_it_is_there(trashed)
    move(trashed, folder)
    return Run(folder)


def restore_swept(project: Project, trashed: Path) -> None:
    """Put back what a sweep took; what has been made anew since stays as it is.

    Raises:
        OutdatedError: the trash was emptied.
        StorageError: something cannot be moved.
    """
    with storing(trashed, READ):
        _check_that_it_is_there(trashed)
    with project.changing():
        for thing in sorted(trashed.glob("*/*")):
            target = project.folder / thing.relative_to(trashed)
            if not target.exists():
                move(thing, target)
        for kind in trashed.iterdir():
            if not any(kind.iterdir()):
                kind.rmdir()
        if not any(trashed.iterdir()):
            trashed.rmdir()


def list_trash(project: Project) -> list[Trashed]:
    """What lies in the trash, the last first.

    Raises:
        StorageError: it cannot be listed.
    """
    with storing(trash_folder(project), READ):
        folders = [path for path in trash_folder(project).glob("[!.]*") if _is_folder(path)]
        return sorted(map(_trashed, folders), key=lambda one: one.deleted_at, reverse=True)


def trashed_runs(project: Project) -> list[Run]:
    """The runs in the trash, which may still be brought back.

    Raises:
        StorageError: it cannot be listed.
    """
    with storing(trash_folder(project), READ):
        folders = trash_folder(project).glob("[!.]*")
        return [Run(path) for path in folders if _is_folder(path) and _is_run(path)]


def empty_trash(
    project: Project,
    *,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> int:
    """Delete what is in the trash, for good; a stop leaves what was not reached.

    Args:
        project: whose trash.
        progress: told how many bytes of how many are gone.
        should_stop: asked before each thing.

    Returns:
        How many bytes were deleted.

    Raises:
        ProjectError: another program is changing the project.
        StorageError: something cannot be deleted.
    """
    gone = 0
    with project.changing():
        things = list_trash(project)
        total = sum(thing.size_bytes for thing in things)
        for left in trash_folder(project).glob(f"{_GOING}*"):  # by a program that was killed
            remove_folder(left)
        for thing in things:
            if should_stop():
                break
            going = thing.folder.with_name(f"{_GOING}{thing.folder.name[-40:]}")
            move(thing.folder, going)
            with storing(going, "{path} could not be deleted: {reason}."):
                shutil.rmtree(going)
            gone += thing.size_bytes
            progress(gone, total)
    return gone


def trash_folder(project: Project) -> Path:
    """Where what was deleted lies."""
    return project.folder / "trash"


def new_place(project: Project, name: str = _SWEPT) -> Path:
    """A folder in the trash that is not there yet, for a run or for what a sweep takes.

    Raises:
        StorageError: nobody may look for it.
    """
    place = trash_folder(project) / f"{name} {time.strftime(_TIME)}"
    number = 1
    with storing(place, READ):
        while place.exists():
            number += 1
            place = place.with_name(f"{name} {time.strftime(_TIME)} {number}")
    return place


def move(source: Path, target: Path) -> None:
    """Give something another place.

    Raises:
        StorageError: it cannot be moved.
    """
    with storing(source, "{path} could not be moved: {reason}."):
        target.parent.mkdir(parents=True, exist_ok=True)
        replace(source, target)


def _trashed(folder: Path) -> Trashed:
    named = _NAMED.fullmatch(folder.name)
    name, deleted_at = folder.name, folder.stat().st_mtime
    if named is not None:
        name = named["name"]
        try:
            deleted_at = time.mktime(time.strptime(named["time"], _TIME))
        except (ValueError, OverflowError):  # digits that are no time
            name = folder.name
    return Trashed(folder, name if _is_run(folder) else "", deleted_at, bytes_in(folder))


def _is_run(folder: Path) -> bool:
    return (folder / "config.toml").is_file()


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _check_that_it_is_there(trashed: Path) -> None:
    if not trashed.is_dir():
        raise OutdatedError(
            "{name} is no longer in the trash.",
            hint="It was brought back before, or the trash was emptied.",
            name=trashed.name,
        )
