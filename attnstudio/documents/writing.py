"""A translated document on disk, and never in the place of the one that it was made from."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from attnstudio.documents.document import Document, Filled
from attnstudio.errors import DocumentError
from attnstudio.files import writing


def write_document(document: Document, translations: Sequence[Filled | None], to: Path) -> None:
    """Write a document with its targets filled; all else in it is as it was, byte for byte.

    Args:
        document: as it was read.
        translations: one a segment; None, and any of a segment that is done, leaves it as it is.
        to: the new file, which is written whole or not at all.

    Raises:
        DocumentError: the new file is the one that the document was read from.
        StorageError: the disk would not take it.
    """
    refuse_overwriting(document.path, to)
    kept = [
        None if segment.is_done else filled
        for segment, filled in zip(document.segments, translations, strict=True)
    ]
    content = document.content.filled(kept)
    with writing(to) as file:
        file.write(content)


def refuse_overwriting(source: Path, to: Path) -> None:
    """Refuse to write a document over the one that it is made from.

    Raises:
        DocumentError: both names, perhaps through links or in other letters, are of one file.
    """
    is_same = os.path.normcase(source.resolve()) == os.path.normcase(to.resolve())
    with suppress(OSError):  # one of them is not there
        is_same = is_same or source.samefile(to)
    if is_same:
        raise DocumentError(
            "{name} is not written over itself.",
            hint="Choose another name for the translated document.",
            name=source.name,
        )
