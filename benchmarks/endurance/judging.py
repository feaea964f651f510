"""What is to be said against the end of a case; nothing where all is as it should be."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Mapping
from pathlib import Path

from endurance.places import contents
from endurance.victims import Place, Reply

_LEFTOVER = re.compile(r"^\..*\.new$|^\.new|\.tmp$|^\.tmp|^tmp|\.partial$")
_OUR_BUG = ("Traceback (most recent call last)", "This is a bug", "Unexpected ")
_PROBE = re.compile(r"[a-z0-9_]{8}")  # of the module tempfile
_PROBED = (b"", b"blat")
_KEPT = ("trash", "tmp")
_COMMON = ("project", "files", "runs", "corpus", "datasets", "tokenizers", "checkpoints", "watch")
_TOLD = ("damaged", "missing", "cannot be read", "could not be read", "not what was written")
_REASONS = {  # what may be said instead of the system's words; of what is missing much may be
    errno.EACCES: ("may not", "not allowed", "permission", "not readable"),
    errno.EPERM: ("may not", "not allowed", "permission"),
    errno.EROFS: ("read-only", "may not"),
    errno.ENOSPC: ("is full", "no room", "no space"),
    errno.EDQUOT: ("quota", "is full", "no room"),
    errno.EFBIG: ("too large",),
    errno.ENOMEM: ("memory",),
    errno.EMFILE: ("too many",),
}


def against_reply(reply: Reply, codes: tuple[int, ...] = (0, 1, 2)) -> list[str]:
    """Against the way a command ended, whatever was done to it."""
    found = []
    if reply.hung:
        found.append("hangs")
    elif reply.code < 0 and reply.code not in codes:
        found.append(f"ended by signal {-reply.code}")
    elif reply.code not in codes:
        found.append(f"exit code {reply.code}")
    if _OUR_BUG[0] in reply.err:
        found.append("traceback")
    elif any(words in reply.err or words in reply.out for words in _OUR_BUG[1:]):
        found.append("called our bug")
    if reply.has_grown_too_much:
        found.append("takes too much memory")
    if reply.code in (1, 2) and not found and reply.error is None:
        found.append("fails without a sentence")
    return found


def against_sentence(reply: Reply, error: int, path: Path, place: Place) -> list[str]:
    """Against the sentence of a command that failed: it names a file, the reason and a way out.

    Args:
        reply: how it ended.
        error: the errno that it met.
        path: the file that it met it at.
        place: where it happened.
    """
    if reply.error is None:
        return []
    message, hint = reply.error
    said = f"{message} {hint}"
    found = []
    names = (str(place.folder), *_own_names(path))
    if error != errno.ENOMEM and not any(name in said for name in names):  # no file's fault
        found.append("names no file")
    words = (os.strerror(error), *_REASONS.get(error, ()))
    if error != errno.ENOENT and not any(word.lower() in said.lower() for word in words):
        found.append("says no reason")
    if not hint:
        found.append("gives no hint")
    return found


def _own_names(path: Path) -> list[str]:
    """The name of a file, and that of its folder unless it is one of many of its name."""
    return [name for name in (path.name, path.parent.name) if name not in _COMMON]


def tells(reply: Reply, path: Path) -> bool:
    """Whether something was said of a file that would not be said of a sound one."""
    said = f"{reply.err}\n{reply.out}"
    return any(word in said for word in _TOLD) and any(part in said for part in path.parts[-3:])


def leftovers(place: Place) -> list[str]:
    """Temporary files and folders that lie in the project."""
    found = []
    for parent, folders, files in os.walk(place.project):
        if Path(parent) == place.project:
            folders[:] = [name for name in folders if name not in _KEPT]
        found += [
            str(Path(parent, name).relative_to(place.folder))
            for name in (*folders, *files)
            if _LEFTOVER.search(name)
        ]
    found += [
        f"tmp/{path.name}" for path in (place.folder / "tmp").iterdir() if not _is_probe(path)
    ]
    return found


def _is_probe(path: Path) -> bool:
    """Whether Python itself tried there whether files can be written, as torch asks it to."""
    return bool(_PROBE.fullmatch(path.name)) and path.is_file() and path.read_bytes() in _PROBED


def against_leftovers(place: Place) -> list[str]:
    """Against temporary files and folders that nobody needs any more."""
    return ["leaves temporary files"] if leftovers(place) else []


Surroundings = Mapping[str, str]


def surroundings(place: Place) -> Surroundings:
    """All that lies beside the project."""
    found: dict[str, str] = {}
    for folder in (place.outside, place.files):
        found |= {f"{folder.name}/{name}": kind for name, kind in contents(folder).items()}
    ours = {"project", "tmp", "results"}
    names = {path.name for path in place.folder.iterdir()} - ours
    return found | {f"{name}/": "" for name in names}


def against_outside(place: Place, before: Surroundings) -> list[str]:
    """Against any change beside the project."""
    return [] if surroundings(place) == before else ["writes outside the project"]
