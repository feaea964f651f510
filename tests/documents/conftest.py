"""Documents on disk, read, filled and read again."""

import pytest

from attnstudio.documents.document import Filled
from attnstudio.documents.reading import read_document
from attnstudio.documents.writing import write_document

EN_DE = ("en", "de")


@pytest.fixture
def translated(tmp_path):
    """A function that writes a document, fills what is open by another one, and gives the bytes."""

    def translated(content, translate, *, name, languages=EN_DE):
        path, to = tmp_path / name, tmp_path / f"new-{name}"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        document = read_document(path, languages)
        fills = [as_filled(translate(segment.source)) for segment in document.segments]
        write_document(document, fills, to)
        return to.read_bytes()

    return translated


@pytest.fixture
def segments_of(tmp_path):
    """A function that gives the segments of a document."""

    def segments_of(content, *, name, languages=EN_DE):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_document(path, languages).segments

    return segments_of


def as_filled(translation):
    return Filled(translation) if isinstance(translation, str) else translation
