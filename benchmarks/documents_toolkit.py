"""All targets that translate-toolkit reads in a document, as JSON: see `documents.py`.

::

    PYTHON benchmarks/documents_toolkit.py FILE

``PYTHON`` has translate-toolkit, which is no part of this program (its licence is the GPL).
"""

from __future__ import annotations

import json
import sys
from typing import Any

from translate.storage import factory
from translate.storage.xliff2 import Xliff2File

_NATIVE_CODE = ("bpt", "ept", "ph", "it", "ut")


def main() -> None:
    """Print the texts of all languages but the first of each unit, without native codes."""
    path = sys.argv[1]
    try:
        store = factory.getobject(path)
    except ValueError:  # it knows XLIFF 2 by another class than its factory gives
        store = Xliff2File.parsefile(path)
    texts = []
    for unit in store.units:
        if hasattr(unit, "getlanguageNodes"):
            texts += [_text(node) for node in unit.getlanguageNodes()[1:] if node is not None]
        if unit.target:
            texts.append(str(unit.target))
    print(json.dumps(texts))


def _text(element: Any) -> str:  # noqa: ANN401 - an element of lxml, which ships no types
    """The words of an element without the native codes in it."""
    if not isinstance(element.tag, str) or element.tag.rpartition("}")[2] in _NATIVE_CODE:
        return ""
    return (element.text or "") + "".join(_text(e) + (e.tail or "") for e in element)


if __name__ == "__main__":
    main()
