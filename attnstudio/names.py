"""What a name may be that becomes part of a path.

A project may come from a stranger. Each name that its files hold is checked here once, where it is
read, so that no path that is built of names leads out of the project, on Windows neither.
"""

from __future__ import annotations

import re

_LANGUAGE = re.compile(r"(?=.{2,60}\Z)[A-Za-z]{2,}([_-][A-Za-z0-9]+)*")  # or a name, as a code
_CONTENT_HASH = re.compile(r"[0-9a-f]{16}")
_FILES_HASH = re.compile(r"[0-9a-f]{16}|[0-9a-f]{64}")
_WATCH_FILE = re.compile(r"[0-9]{8,18}-[0-9]{1,6}\.safetensors")
_SOURCE_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_OTHER_AXES = {"target", "inputs"}  # what every model has beside its sources
_STEP = re.compile(r"0|[1-9][0-9]{0,17}")
_NOT_IN_NAMES = r"\x00-\x1f\x7f\ud800-\udfff/\\:*?\"<>|"
_RUN_NAME = re.compile(rf"(?!.*[. ]$)[^ .{_NOT_IN_NAMES}][^{_NOT_IN_NAMES}]*")
_LONGEST_RUN_NAME_BYTES = 200
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])", re.IGNORECASE)  # of Windows
_OTHER_TEXTS = {"links"}  # of a corpus, beside those of its languages


def is_language(code: str) -> bool:
    """Whether a text is a language code that can be the name of a file."""
    fits = bool(_LANGUAGE.fullmatch(code))
    return fits and not _is_device(code) and code.lower() not in _OTHER_TEXTS


def is_content_hash(name: str) -> bool:
    """Whether a text can be the name of a corpus, a tokenizer or a dataset."""
    return bool(_CONTENT_HASH.fullmatch(name))


def is_run_name(name: str) -> bool:
    """Whether a run, and its folder on any system, can have this name."""
    fits = bool(_RUN_NAME.fullmatch(name)) and not _is_device(name)
    return fits and len(name.encode()) <= _LONGEST_RUN_NAME_BYTES


def is_watch_file(name: str) -> bool:
    """Whether a text can be the name of a file of the attention of a watch sentence."""
    return bool(_WATCH_FILE.fullmatch(name))


def is_source_name(name: str) -> bool:
    """Whether a text can be the name of a source of a model, and of its axis."""
    return bool(_SOURCE_NAME.fullmatch(name)) and name not in _OTHER_AXES


def is_step(name: str) -> bool:
    """Whether a text can be the name of a checkpoint's folder."""
    return bool(_STEP.fullmatch(name))


def language(code: str) -> str:
    """The code itself.

    Raises:
        ValueError: it is none.
    """
    return _checked(code, is_language(code), "a language code")


def content_hash(name: str) -> str:
    """The name itself.

    Raises:
        ValueError: it is no hash.
    """
    return _checked(name, is_content_hash(name), "the name of a corpus, tokenizer or dataset")


def files_hash(text: str) -> str:
    """The text itself.

    Raises:
        ValueError: it is not the hash of files or of a corpus.
    """
    return _checked(text, bool(_FILES_HASH.fullmatch(text)), "a hash")


def run_name(name: str) -> str:
    """The name itself.

    Raises:
        ValueError: no run can have it.
    """
    return _checked(name, is_run_name(name), "the name of a run")


def source_name(name: str) -> str:
    """The name itself.

    Raises:
        ValueError: no source can have it.
    """
    return _checked(name, is_source_name(name), "the name of a source")


def _is_device(name: str) -> bool:
    """Windows knows devices by name in every folder, whatever ending follows."""
    return bool(_DEVICES.fullmatch(name.split(".")[0].rstrip(" ")))


def _checked(text: str, fits: bool, kind: str) -> str:
    if not fits:
        raise ValueError(f"{text[:80]!r} is not {kind}")
    return text
