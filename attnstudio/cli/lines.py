"""Lines of text in and out: files, packed or not, pipes and standard input."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from pathlib import Path

from attnstudio.corpus.archives import text_sources
from attnstudio.corpus.text_source import is_text, open_lines
from attnstudio.errors import CorpusError, UsageError
from attnstudio.files import write_text
from attnstudio.storage_errors import storing

STANDARD_INPUT = Path("-")


def read_lines(path: Path | None) -> list[str]:
    """The lines of a file, a pipe or, for None and ``-``, of standard input.

    Raises:
        CorpusError: it is not there, or is not text.
    """
    if path is None or path == STANDARD_INPUT:
        return _decoded_lines(sys.stdin.buffer.read(), "standard input")
    if path.exists() and not path.is_file() and not path.is_dir():  # such as <(head text.en)
        return _decoded_lines(path.read_bytes(), str(path))
    sources = text_sources(path)
    if len(sources) > 1:
        raise CorpusError(
            "{name} holds {n} files.",
            hint="Unpack it and name the one that is meant.",
            name=path.name,
            n=len(sources),
        )
    lines = []
    with open_lines(sources[0]) as read:
        for number, line in enumerate(read, start=1):
            if not is_text(line):
                raise _not_text(sources[0].name, number)
            lines.append(line)
    return lines


def refuse_missing(path: Path | None) -> None:
    """Refuse an input file that is not there, before anything slow is done.

    Raises:
        CorpusError: there is no such file.
    """
    if path is not None and path != STANDARD_INPUT and not (path.exists() and not path.is_dir()):
        text_sources(path)  # says so


def refuse_different_lengths(
    first: Path, first_lines: Sequence[str], second: Path, second_lines: Sequence[str]
) -> None:
    """Refuse files that cannot be partners.

    Raises:
        CorpusError: they have different numbers of lines.
    """
    if len(first_lines) != len(second_lines):
        raise CorpusError(
            "{first} has {n} lines, {second} has {m}.",
            hint="Each line needs its partner.",
            first=first.name,
            n=len(first_lines),
            second=second.name,
            m=len(second_lines),
        )


def joined(lines: Sequence[str]) -> str:
    """Lines as the text of a file: each has its end, also when it is empty."""
    return "".join(f"{line}\n" for line in lines)


def refuse_unwritable(path: Path | None) -> None:
    """Refuse an output file that cannot be, before anything slow is done.

    Raises:
        UsageError: it is a folder, or lies in none.
    """
    if path is None:
        return
    if path.is_dir():
        raise UsageError("{path} is a folder.", hint="Name a file in it.", path=path)
    if not path.parent.is_dir():
        raise UsageError(
            "There is no folder {folder}.", hint="Make it, or choose another.", folder=path.parent
        )


def write_output(path: Path, text: str) -> None:
    """Write a file at once, or into a pipe or device that is there already.

    Raises:
        StorageError: it cannot be written.
    """
    with storing(path):
        if path.exists() and not path.is_file():  # such as /dev/stdout
            path.write_text(text, encoding="utf-8", newline="\n")
        else:
            write_text(path.resolve(), text)


def _decoded_lines(content: bytes, name: str) -> list[str]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _not_text(name, content.count(b"\n", 0, error.start) + 1) from error
    return [line.removesuffix("\n") for line in io.StringIO(text, newline=None)]


def _not_text(name: str, number: int) -> CorpusError:
    return CorpusError(
        "{name}, line {line}, is not valid UTF-8.",
        hint="Save the text as UTF-8.",
        name=name,
        line=number,
    )
