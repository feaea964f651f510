"""What a project may hold: files and folders of its own, and nothing that leads elsewhere.

A project can be copied, zipped and sent, so it can come from a stranger. A link in it, or a
junction on Windows, would let us read or overwrite what it leads to; a pipe would hold a reader for
ever. One walk when a project is opened refuses them all. That is enough together with three rules:
names that are read from files are checked where they are read (see `attnstudio.names`), so that no
path leaves the folders that were walked through; what is written inside is opened without following
links (see `attnstudio.files`); and only real folders are removed. It does not help against a
program that changes the folder while we work in it: such a program has our rights already.
"""

from __future__ import annotations

import os
import stat
import sys
from contextlib import suppress
from pathlib import Path

from attnstudio.errors import ProjectError
from attnstudio.storage_errors import READ, storing

OURS = ("corpus", "links", "tokenizers", "datasets", "runs", "trash", "reports", "comparisons")
"""The folders that we read and write in; whatever else lies in a project is left alone."""


def refuse_what_leads_elsewhere(folder: Path) -> None:
    """Refuse a project with links, pipes or devices beside or among what we read and write.

    Raises:
        ProjectError: there is one; it is named, and where it leads.
        StorageError: a folder of the project cannot be looked into.
    """
    folders = [path for path in _checked(folder) if path.name in OURS]
    while folders:
        folders += _checked(folders.pop())


def _checked(folder: Path) -> list[Path]:
    """The folders in a folder; plain files are most of what there is and cost next to nothing.

    Raises:
        ProjectError: it holds something else.
    """
    # What another program takes away meanwhile, such as an old checkpoint, is no longer there.
    with storing(folder, READ), suppress(FileNotFoundError), os.scandir(folder) as found:
        others = [entry for entry in found if not entry.is_file(follow_symlinks=False)]
        for entry in others:
            if entry.is_symlink() or _is_junction(entry):
                raise _link_refused(Path(entry.path))
            if not entry.is_dir(follow_symlinks=False):
                raise ProjectError(
                    "{path} is neither a file nor a folder, so the project is not opened.",
                    hint="Remove it: it is no part of a project.",
                    path=entry.path,
                )
        return [Path(entry.path) for entry in others]
    return []


def _is_junction(entry: os.DirEntry[str]) -> bool:
    if sys.platform != "win32":
        return False
    return entry.stat(follow_symlinks=False).st_reparse_tag == stat.IO_REPARSE_TAG_MOUNT_POINT


def _link_refused(path: Path) -> ProjectError:
    try:
        leads_to = str(path.readlink())
    except OSError:
        leads_to = "another place"
    return ProjectError(
        "{path} is a link to {leads_to}, so the project is not opened: whatever it does would be "
        "done there.",
        hint="Put what the link leads to in its place, if it is yours, or remove the link.",
        path=path,
        leads_to=leads_to,
    )
