"""Which texts of one side are partners of which texts of the other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from attnstudio.corpus.paired_files import KEYED_ENDINGS
from attnstudio.corpus.sgm_segments import SGM_ENDINGS
from attnstudio.corpus.side_names import is_name_of_side, name_without_language, side_of, stem_of
from attnstudio.corpus.text_source import TextSource, open_lines
from attnstudio.errors import CorpusError

_SPACES = re.compile(r"\S {3,}\S")
_LOOKED_AT_LINES = 20


class Partners(NamedTuple):
    """Two texts, source first, and whether their names say so; else their order does."""

    source: TextSource
    target: TextSource
    named: bool


def side_of_text(text: TextSource, languages: tuple[str, str]) -> int | None:
    """The side that a text's name says, or the name of the folder it lies in."""
    side = side_of(text.inner_name, languages)
    return side_of(_folder(text).name, languages) if side is None else side


def sides_among(texts: Sequence[TextSource], languages: tuple[str, str]) -> list[TextSource]:
    """Those of the texts in a folder or an archive whose names make pairs of them."""
    groups: dict[Path, list[TextSource]] = {}
    for text in texts:
        folder = _folder(text)
        if is_name_of_side(_without_ending(text), languages):
            stem = stem_of(_without_ending(text), languages)
            groups.setdefault(folder / stem, []).append(text)
        elif side_of(folder.name, languages) is not None:
            stem = stem_of(folder.name, languages)
            groups.setdefault(folder.parent / stem / text.inner_name, []).append(text)
    without = _by_name(texts)
    found: list[TextSource] = []
    for group in groups.values():
        # A text may lie there packed too; the plain one has the shorter name.
        sides = {side_of_text(text, languages): text for text in sorted(group, key=_longest_first)}
        if sides.keys() == {0, 1}:
            found += [text for text in group if text in sides.values()]
        elif len(sides) == 1 and (
            partner := without.get(_name_without_language(group[0], languages))
        ):
            found += [partner, *sides.values()]
    return found


def find_partners(texts: Sequence[TextSource], languages: tuple[str, str]) -> Iterator[Partners]:
    """The pairs among texts; those whose names do not tell are taken in their order.

    Raises:
        CorpusError: one of them has no partner, or both partners are of one language.
    """
    if len(texts) == 1:
        raise _no_partner(texts[0])
    if len(texts) % 2:
        raise CorpusError(
            "{n} text files make no pairs: {name}.",
            hint="Give two line-aligned text files, or one table with tabs between the sides.",
            n=len(texts),
            name=", ".join(text.name for text in texts),
        )
    groups: dict[str, list[TextSource]] = {}
    for text in texts:
        groups.setdefault(stem_of(text.inner_name, languages), []).append(text)
    whole = [group for group in groups.values() if len(group) == 2]
    grouped = {text for group in whole for text in group}
    rest = [text for text in texts if text not in grouped]
    for first, second in (*whole, *zip(rest[::2], rest[1::2], strict=True)):
        yield _sides(first, second, languages)


def _sides(first: TextSource, second: TextSource, languages: tuple[str, str]) -> Partners:
    pair = (first, second)
    sides = [side_of(text.inner_name, languages) for text in pair]
    if sides == [None, None] and _folder(first) != _folder(second):  # ``de/x.txt``, ``en/x.txt``
        sides = [side_of_text(text, languages) for text in pair]
    if sides == [None, None] and first.path != second.path:  # two archives: their names may say it
        sides = [side_of(text.path.stem, languages) for text in pair]
    if sides[0] is not None and sides[0] == sides[1]:
        raise CorpusError(
            "{first} and {second} both look like {language}.",
            hint="A pair needs one file of each language.",
            first=first.name,
            second=second.name,
            language=languages[sides[0]],
        )
    if sides[0] == 1 or sides[1] == 0:
        first, second = second, first
    return Partners(first, second, named=sides != [None, None])


def _no_partner(text: TextSource) -> CorpusError:
    with open_lines(text) as lines:
        looked_at = [line for line in islice(lines, _LOOKED_AT_LINES) if line.strip()]
    if not looked_at:
        return CorpusError(
            "{name} is empty.",
            hint="Choose files with text: two with one sentence a line, or a table.",
            name=text.name,
        )
    if len(looked_at) > 1 and all(_SPACES.search(line) for line in looked_at):
        return CorpusError(
            "{name} seems to be a table whose columns are filled up with spaces.",
            hint="Where they end is not sure: save it as CSV, or with tabs between the columns.",
            name=text.name,
        )
    return CorpusError(
        "{name} has no partner.",
        hint="Give two line-aligned text files, or one table with tabs between the sides.",
        name=text.name,
    )


def _folder(text: TextSource) -> Path:
    return Path(text.member or text.path).parent


def _longest_first(text: TextSource) -> int:
    return -len(text.name)


def _without_ending(text: TextSource) -> str:
    name = text.inner_name.lower()
    return next((name.removesuffix(e) for e in (".txt", *SGM_ENDINGS) if name.endswith(e)), name)


def _by_name(texts: Sequence[TextSource]) -> dict[Path, TextSource]:
    """Files with texts by keys: the one without a language in its name may be the original."""
    return {
        _folder(text) / text.inner_name.lower(): text
        for text in texts
        if text.inner_name.lower().endswith(KEYED_ENDINGS)
    }


def _name_without_language(text: TextSource, languages: tuple[str, str]) -> Path:
    """``values/x.xml`` for ``values-de/x.xml``, and ``x.json`` for ``x.de.json``."""
    folder, name = _folder(text), text.inner_name.lower()
    if side_of(name, languages) is not None:
        return folder / name_without_language(name, languages)
    return folder.parent / name_without_language(folder.name, languages) / name
