"""Whether what is taken for the source looks like the target's language, and what to say then."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from attnstudio.corpus.column_names import columns_by_name
from attnstudio.corpus.language_guess import looks_swapped
from attnstudio.corpus.markup import MarkupFile
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.corpus.table import TableFile, first_rows
from attnstudio.errors import CorpusError

if TYPE_CHECKING:  # which asks this module
    from attnstudio.corpus.recognise import Importable

_LOOKED_AT_PAIRS = 500


def sides_look_swapped(item: Importable, languages: tuple[str, str]) -> bool:
    """Whether the first pairs look as if each side held the other's language.

    Raises:
        CorpusError: they cannot be read.
    """
    if isinstance(item, MarkupFile):  # says the language of each text
        return False
    pairs: list[SentencePair] = []
    for batch in item.batches(languages):
        pairs += islice(batch.pairs(), _LOOKED_AT_PAIRS)
        break
    return looks_swapped([p.source for p in pairs], [p.target for p in pairs], languages)


def refuse_if_swapped(item: Importable, languages: tuple[str, str]) -> list[str]:
    """Refuse sides that look swapped where only their order says which is which.

    Returns:
        What to say where the names of columns say it and the texts do not.

    Raises:
        CorpusError: the sides look swapped, or cannot be read.
    """
    if not sides_look_swapped(item, languages):
        return []
    if not isinstance(item, TableFile):
        raise CorpusError(
            "{first} would be the {source} side and {second} the {target} side, but they look "
            "like the opposite.",
            hint="Say which one is the {source} side.",
            command_hint="Say which one is the {source} side with --source-file, or give that one "
            "first. Names such as x.{source} say it too.",
            first=item.sides[0].name,
            second=item.sides[1].name,
            source=languages[0],
            target=languages[1],
        )
    if _are_named(item, languages):
        return [swapped_words(*_column_names(item), languages)]
    raise CorpusError(
        "Column {first} of {name} would be the {source} side and column {second} the {target} "
        "side, but they look like the opposite.",
        hint="Say which columns are the sides.",
        command_hint="Name them with --source-column and --target-column, by number from 1.",
        name=item.table.text.name,
        first=item.source_column + 1,
        second=item.target_column + 1,
        source=languages[0],
        target=languages[1],
    )


def swapped_notice(item: Importable, languages: tuple[str, str]) -> list[str]:
    """What to say of sides that were taken as their names say, if their texts say otherwise."""
    if not sides_look_swapped(item, languages):
        return []
    return [swapped_words(item.sides[0].name, item.sides[1].name, languages)]


def swapped_words(first: str, second: str, languages: tuple[str, str]) -> str:
    """One sentence about two sides that were kept as they are named."""
    source, target = languages
    return (
        f"{first} was taken as {source} and {second} as {target}, as they are named, "
        "but the texts look like the opposite."
    )


def _are_named(file: TableFile, languages: tuple[str, str]) -> bool:
    rows = first_rows(file.table, 1)
    header = file.table.header or (rows[0] if rows else ())
    return columns_by_name(header, languages) == (file.source_column, file.target_column)


def _column_names(file: TableFile) -> tuple[str, str]:
    name = file.table.text.name
    return f"{name}, column {file.source_column + 1},", f"column {file.target_column + 1}"
