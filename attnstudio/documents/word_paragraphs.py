"""The paragraphs of a part of a Word document: their words, and how these are formatted.

Most words of a paragraph have one format. Runs in another one, links and tracked insertions are
tags around words; all else (breaks, pictures, notes, bookmarks, fields) are tags that stand alone.
A tag closes the run of text that it stands in and opens another one, so that a paragraph is made of
whole runs wherever its tags come to stand. Names: ECMA-376, part 1, section 17.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

from attnstudio.documents.inline import Code, Inline, inline_of


@dataclass(slots=True)
class Piece:
    """What a paragraph is made of: text, a tag that stands alone, or tags around other pieces.

    Attributes:
        raw: of a text its characters, else how the tag is written, or the first of two.
        form: the format of a text, as it is written (``w:rPr``).
        is_text: whether it is text.
        is_space: whether it parts words, as a line break does.
        key: what the two ends of a range have alike, such as of a bookmark.
        opens: whether it begins such a range.
        inside: what two tags are around; None for all else.
        closing: how the second of them is written.
    """

    raw: str
    form: str = ""
    is_text: bool = False
    is_space: bool = False
    key: str = ""
    opens: bool = False
    inside: list[Piece] | None = None
    closing: str = ""

    @property
    def has_words(self) -> bool:
        """Whether it is text that is seen."""
        return self.is_text and not self.raw.isspace()


@dataclass(frozen=True, slots=True)
class RunSpelling:
    """How runs of text are written.

    Attributes:
        word: the prefix of Word's elements, with the colon.
    """

    word: str

    def opening(self, form: str) -> str:
        """How a run begins that has a format."""
        return f"{self.run}{form}{self.text}"

    @property
    def run(self) -> str:
        """How a run begins, before its format."""
        return f"<{self.word}r>"

    @property
    def text(self) -> str:
        """How the text in it begins."""
        return f'<{self.word}t xml:space="preserve">'

    @property
    def closing(self) -> str:
        """How it ends."""
        return f"</{self.word}t></{self.word}r>"

    def look_of(self, form: str) -> str:
        """What two formats have alike that look alike: languages for spelling are left out."""
        seen = re.sub(rf"<{self.word}(?:lang|noProof)\b[^>]*/>", "", form)
        return "" if seen == f"<{self.word}rPr></{self.word}rPr>" else seen


@dataclass(frozen=True, slots=True)
class FormattedText:
    """The words of a paragraph and its tags, which are written between two ends of runs.

    Attributes:
        inline: the words and tags.
        spelling: how runs are written.
        base: the format that most of its words have.
        forms: all formats.
    """

    inline: Inline
    spelling: RunSpelling
    base: str
    forms: frozenset[str]

    def written(self, content: str) -> str:
        """A paragraph's content: a translation with the tags, as `filled_content` gives them."""
        whole = f"{self.spelling.opening(self.base)}{content}{self.spelling.closing}"
        empty = self.spelling.text + self.spelling.closing
        pieces = whole.split(empty)
        for place, piece in enumerate(pieces[:-1]):
            before, run, form = piece.rpartition(self.spelling.run)
            pieces[place] = before if run and form in self.forms else piece + empty
        return "".join(pieces)


def formatted_text(pieces: Sequence[Piece], spelling: RunSpelling) -> FormattedText:
    """The words and tags of a paragraph that is made of some pieces."""
    base = _base_of(pieces, spelling)
    writer = _Writer(spelling)
    writer.write(pieces, base)
    inline = inline_of(writer.items)
    return FormattedText(inline, spelling, base, frozenset({base, *writer.forms}))


@dataclass(slots=True)
class _Writer:
    """Makes texts and tags of pieces: each tag closes a run and opens the next one."""

    spelling: RunSpelling
    items: list[str | Code] = field(default_factory=list)
    forms: set[str] = field(default_factory=set)
    at: int = 0

    def write(self, pieces: Sequence[Piece], base: str) -> None:
        """Add pieces that stand together in one element, where a run of a format is open."""
        forms = _forms_around(pieces, base, self.spelling)
        pairs = list(zip(pieces, forms, strict=True))
        for look, group in groupby(pairs, key=lambda pair: self.spelling.look_of(pair[1])):
            alike = list(group)
            if look == self.spelling.look_of(base):
                self._write_alike([piece for piece, _ in alike], base)
                continue
            form = alike[0][1]
            opening = self._add("", form, opens=True)
            self._write_alike([piece for piece, _ in alike], form)
            self._close(opening, "", base)

    def _write_alike(self, pieces: Sequence[Piece], form: str) -> None:
        for piece in pieces:
            if piece.is_text:
                self.items.append(piece.raw)
                self.at += len(piece.raw)
            elif piece.inside is not None:
                inner = _base_of(piece.inside, self.spelling)
                opening = self._add(piece.raw, inner, opens=True)
                self.write(piece.inside, inner)
                self._close(opening, piece.closing, form)
            else:
                code = self._add(piece.raw, form, opens=piece.opens)
                code.key, code.is_space = piece.key, piece.is_space
                self.at += piece.is_space

    def _close(self, opening: Code, raw: str, form: str) -> None:
        opening.partner = self._add(raw, form)
        opening.partner.partner = opening

    def _add(self, raw: str, form: str, *, opens: bool = False) -> Code:
        """A tag between the end of a run and the beginning of one with a format."""
        self.forms.add(form)
        code = Code(self.spelling.closing + raw + self.spelling.opening(form), self.at, opens)
        self.items.append(code)
        return code


def _base_of(pieces: Sequence[Piece], spelling: RunSpelling) -> str:
    """The format that most characters have; of those that look alike the first."""
    counts: Counter[str] = Counter()
    first: dict[str, str] = {}
    for piece in pieces:
        if piece.has_words:
            look = spelling.look_of(piece.form)
            first.setdefault(look, piece.form)
            counts[look] += len(piece.raw)
    return first[counts.most_common(1)[0][0]] if counts else ""


def _forms_around(pieces: Sequence[Piece], base: str, spelling: RunSpelling) -> list[str]:
    """The format of each piece; of what is no word that of the words on both of its sides."""
    before: list[str] = []
    for piece in pieces:
        before.append(piece.form if piece.has_words else before[-1] if before else base)
    forms: list[str] = []
    after = base
    for piece, last in zip(reversed(pieces), reversed(before), strict=True):
        after = piece.form if piece.has_words else after
        forms.append(after if spelling.look_of(after) == spelling.look_of(last) else base)
    return forms[::-1]
