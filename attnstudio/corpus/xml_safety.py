"""What makes XML dangerous, refused: entities that reach outside or grow, and deep nesting."""

from __future__ import annotations

from xml.parsers import expat

from attnstudio.errors import CorpusError

DEEPEST = 100
_LONGEST_ENTITY = 64
_MOST_ENTITIES = 300


def refuse_entities(parser: expat.XMLParserType, name: str) -> dict[str, str]:
    """Let a parser end where an entity lies in another file or stands for more than a few letters.

    Args:
        parser: what reads the document type.
        name: of the file.

    Returns:
        What each entity stands for, which the parser fills as it reads.
    """
    entities: dict[str, str] = {}

    def declare(entity: str, is_parameter: int, value: str | None, *outside: str | None) -> None:
        if value is None or is_parameter or any(outside):
            raise refused(name, f"its entity {entity} lies in another file")
        if "&" in value or len(value) > _LONGEST_ENTITY or len(entities) == _MOST_ENTITIES:
            raise refused(name, f"its entity {entity} stands for more than a few characters")
        entities.setdefault(entity, value)  # the first declaration counts

    parser.EntityDeclHandler = declare
    return entities


def refused(name: str, reason: str) -> CorpusError:
    """The error of a file that may be an attack."""
    return CorpusError(
        "{name} is refused: {reason}.",
        hint="No text needs that. If you trust the file, export it again from its program.",
        name=name,
        reason=reason,
    )


def not_well_formed(name: str, error: SyntaxError | expat.ExpatError) -> CorpusError:
    """The error of a file that is no XML, with the place where it ceases to be."""
    line, column = getattr(error, "position", None) or (
        getattr(error, "lineno", 0),
        getattr(error, "offset", 0),
    )
    return CorpusError(
        "{name} is not well-formed XML: {reason}, line {line}, column {column}.",
        hint="It may be cut off or damaged there: export it again from its program.",
        name=name,
        reason=str(error).partition(":")[0],
        line=line,
        column=(column or 0) + 1,
    )
