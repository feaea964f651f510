"""What comes of real documents when their targets are filled: files that others still read.

::

    python benchmarks/documents.py FOLDER [--toolkit PYTHON] [--keep FOLDER]

Each TMX and XLIFF file under the folder is emptied of its translations (a memory instead gets a
language that it lacks), filled, and held against what it was by a parser that is not ours. The
translation is no model's: the words of the source backwards, with the links that say so, so that
tags have to move. Asked of each file: whether it is the same to the last byte where nothing is
filled; well-formed; of as many units; whether each target has the tags of its source, each once;
whether all but the targets is as it was; whether our own import and, in the Python of
``--toolkit``, translate-toolkit read every target that was filled. It prints a table and then one
line of JSON.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from attnstudio.corpus.recognise import recognise
from attnstudio.corpus.text import clean_text
from attnstudio.documents.document import DocumentKind, Filled
from attnstudio.documents.reading import kind_of, read_document
from attnstudio.documents.writing import write_document
from attnstudio.errors import AttentionStudioError
from attnstudio.interpretation.words import word_spans

_KINDS = (DocumentKind.TMX, DocumentKind.XLIFF, DocumentKind.SDLXLIFF)
_NEW_LANGUAGE = "eo"  # that no memory has
_TARGET = re.compile(r"<target\b[^>]*?(?:/>|>.*?</target>)", re.DOTALL)
_UNITS = ("tu", "trans-unit", "unit")
_SETTINGS = ("target-language", "trgLang", "state", "state-qualifier", "conf", "origin")
_DELETED = "x-sdl-deleted"
_IN_TAG = "inside tag"  # of segments that import and other programs take for a part of the tag
_TOOLKIT = Path(__file__).with_name("documents_toolkit.py")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one file; of what was asked, whether it is so, and None where nobody asked."""

    name: str
    kind: str
    segments: int
    filled: int
    tagged: int
    same_unfilled: bool
    well_formed: bool
    same_units: bool
    tags_in_place: bool
    rest_untouched: bool
    imported: bool
    toolkit: bool | None

    @property
    def is_good(self) -> bool:
        """Whether all is as it should be."""
        return not any(value is False for value in asdict(self).values())  # 0 is not


def main() -> None:
    """Fill all documents of a folder and print what came of each."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--toolkit", type=Path, metavar="PYTHON", help="has translate-toolkit")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where filled files stay")
    given = parser.parse_args()
    outcomes, refused = [], {}
    with tempfile.TemporaryDirectory() as folder:
        for place, path in enumerate(_documents_in(given.folder)):
            to = (given.keep or Path(folder)) / str(place)
            to.mkdir(parents=True)
            try:
                outcomes.append(_tried(path, to, given.toolkit))
            except AttentionStudioError as error:
                refused[path.name] = str(error)
    _print_table(outcomes)
    print(json.dumps({"files": [asdict(each) for each in outcomes], "refused": refused}))


def _documents_in(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and kind_of(path) in _KINDS:
            yield path


def _tried(path: Path, folder: Path, toolkit: Path | None) -> Outcome:
    languages = _languages(path)
    given = _emptied(path, folder)
    document = read_document(given, languages)
    unfilled, filled = folder / f"unfilled-{path.name}", folder / f"filled-{path.name}"
    write_document(document, [None] * len(document.segments), unfilled)
    translations = [None if each.is_done else _backwards(each.source) for each in document.segments]
    write_document(document, translations, filled)
    by_place: dict[bool, list[str]] = {False: [], True: []}  # in tags or not
    for segment, translation in zip(document.segments, translations, strict=True):
        if translation is not None:
            by_place[_IN_TAG in segment.place].append(translation.text)
    texts, inside = by_place[False], by_place[True]
    before = ElementTree.fromstring(given.read_bytes())
    after = _parsed(filled)
    is_tmx = document.kind is DocumentKind.TMX
    return Outcome(
        name=path.name,
        kind=document.kind.value,
        segments=len(document.segments),
        filled=len(texts) + len(inside),
        tagged=sum(1 for each in document.segments if each.needs_links and not each.is_done),
        same_unfilled=unfilled.read_bytes() == given.read_bytes(),
        well_formed=after is not None,
        same_units=after is not None and _count_units(before) == _count_units(after),
        tags_in_place=after is not None
        and _tags_are_in_place(after, len(texts), is_tmx=is_tmx)
        and _have_texts(after, inside),
        rest_untouched=after is not None and _rest(before) == _rest(after),
        imported=_are_imported(filled, languages, texts),
        toolkit=None if toolkit is None else _toolkit_reads(toolkit, filled, texts),
    )


def _languages(path: Path) -> tuple[str, str]:
    """What a file is translated from and into: a memory into a language that it lacks."""
    try:
        said = read_document(path).languages
    except AttentionStudioError:  # a memory that names no target
        said = read_document(path, ("en", _NEW_LANGUAGE)).languages
    source = said.source or "en"
    return source, _NEW_LANGUAGE if kind_of(path) is DocumentKind.TMX else said.target or "fr"


def _emptied(path: Path, folder: Path) -> Path:
    """A copy of an XLIFF file without its targets; a memory as it is."""
    copy = folder / path.name
    content = path.read_bytes()
    if kind_of(path) is not DocumentKind.TMX:
        content = _TARGET.sub("", content.decode("utf-8")).encode("utf-8")
    copy.write_bytes(content)
    return copy


def _backwards(text: str) -> Filled:
    """The words of a text backwards, each linked to where it was."""
    words = [text[start:end] for start, end in word_spans(text)]
    turned = " ".join(reversed(words))
    spans = word_spans(turned)  # a word such as ``don't`` stays one; signs may join others
    pairs = tuple((len(words) - 1 - place, place) for place in range(len(words)))
    return Filled(turned, pairs if len(spans) == len(words) else None)


def _parsed(path: Path) -> Element | None:
    try:
        return ElementTree.fromstring(path.read_bytes())
    except ElementTree.ParseError:
        return None


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _count_units(root: Element) -> int:
    return sum(1 for each in root.iter() if _local(each) in _UNITS)


def _tags_are_in_place(root: Element, filled: int, *, is_tmx: bool) -> bool:
    """Whether each target has the tags of its source, each as often, and the order of pairs."""
    pairs = list(_pairs_of_tmx(root) if is_tmx else _pairs_of_xliff(root))
    same = all(_tags(source) == _tags(target) for source, target in pairs)
    return same and len(pairs) >= filled


def _have_texts(root: Element, texts: list[str]) -> bool:
    """Whether some texts stand inside tags."""
    found = Counter(
        _bare("".join(each.itertext())) for each in root.iter() if _local(each) == "sub"
    )
    return not Counter(map(_bare, texts)) - found


def _pairs_of_tmx(root: Element) -> Iterator[tuple[Element, Element]]:
    for unit in root.iter("tu"):
        variants = {_language(each): each.find("seg") for each in unit.iter("tuv")}
        target = variants.get(_NEW_LANGUAGE)
        if target is not None:
            written = [
                each for each in variants.values() if each is not None and each is not target
            ]
            alike = [each for each in written if _tags(each) == _tags(target)]
            yield (alike or written)[0], target


def _language(variant: Element) -> str:
    return variant.get("{http://www.w3.org/XML/1998/namespace}lang") or variant.get("lang") or ""


def _pairs_of_xliff(root: Element) -> Iterator[tuple[Element, Element]]:
    for unit in root.iter():
        if _local(unit) in ("trans-unit", "segment"):
            children = {_local(child): child for child in reversed(unit)}
            source = children.get("seg-source", children.get("source"))
            target = children.get("target")
            if source is not None and target is not None:
                cut = [_segments(source), _segments(target)]
                yield from zip(*cut, strict=True) if cut[0] else [(source, target)]


def _segments(element: Element) -> list[Element]:
    return [each for each in element.iter() if each.get("mtype") == "seg"]


def _tags(element: Element) -> Counter[str]:
    return Counter(
        f"{_local(each)} {sorted(each.attrib.items())}"
        for each in element.iter()
        if each is not element and each.get("mtype") != _DELETED
    )


def _rest(root: Element) -> str:
    """All of a document but its targets and what is said of them."""
    copy = ElementTree.fromstring(ElementTree.tostring(root))
    for parent in list(copy.iter()):
        for child in list(parent):
            is_new = _local(child) == "tuv" and _language(child) == _NEW_LANGUAGE
            if _local(child) == "target" or is_new:
                parent.remove(child)
    for each in copy.iter():
        each.text, each.tail = (each.text or "").strip(), (each.tail or "").strip()
        for name in _SETTINGS:
            each.attrib.pop(name, None)
    return ElementTree.canonicalize(ElementTree.tostring(copy, encoding="unicode"))


def _are_imported(path: Path, languages: tuple[str, str], texts: list[str]) -> bool:
    """Whether our import finds all that was filled."""
    if not texts:
        return True
    [item] = recognise([path], *languages).items
    found = Counter(
        _bare(pair.target) for batch in item.batches(languages) for pair in batch.pairs()
    )
    return not Counter(map(_bare, texts)) - found


def _bare(text: str) -> str:
    return "".join(clean_text(text).split())


def _toolkit_reads(python: Path, path: Path, texts: list[str]) -> bool:
    """Whether translate-toolkit finds all that was filled."""
    command = [python, _TOOLKIT, path]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        print(path.name, done.stderr.strip().splitlines()[-1])
        return False
    found = "\n".join(_bare(text) for text in json.loads(done.stdout))
    return all(_bare(text) in found for text in texts)


def _print_table(outcomes: list[Outcome]) -> None:
    names = [name for name, value in asdict(outcomes[0]).items()] if outcomes else []
    print(f"| {' | '.join(names)} |\n|{'---|' * len(names)}")
    words = {True: "yes", False: "NO", None: "-"}
    for each in outcomes:
        cells = [
            words[v] if v is None or v is True or v is False else v for v in asdict(each).values()
        ]
        print(f"| {' | '.join(map(str, cells))} |")
    good = sum(each.is_good for each in outcomes)
    filled = sum(each.filled for each in outcomes)
    print(f"\n{good} of {len(outcomes)} files are as they should be; {filled:,} segments filled.")


if __name__ == "__main__":
    main()
