"""What a model is built to read and to write: the one thing a builder knows beside its config."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from attnstudio.sites import SOURCE


@dataclass(frozen=True, slots=True)
class TextSpec:
    """A source that is a text.

    Attributes:
        vocabulary: how many different ids it has.
        is_shared: whether they mean the same in the target.
    """

    vocabulary: int
    is_shared: bool = False


SourceSpec = TextSpec  # what a source can be: another kind joins with a vertical bar


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """What a model reads and writes.

    Attributes:
        sources: what each source is, by the name of its axis; none for a model that only writes.
        target_vocabulary: how many different ids it writes.
    """

    sources: Mapping[str, SourceSpec]
    target_vocabulary: int

    @property
    def only_source(self) -> tuple[str, SourceSpec]:
        """The name of the source and what it is, for models that are built for a single one.

        Raises:
            ValueError: there are several, or none.
        """
        if len(self.sources) != 1:
            found = ", ".join(self.sources) or "nothing"
            raise ValueError(f"this kind of model reads one source, not {found}")
        return next(iter(self.sources.items()))

    def with_at_least(self, vocabulary: int) -> ModelSpec:
        """The same, but that no text has a smaller vocabulary than this."""
        sources = {
            name: replace(source, vocabulary=max(source.vocabulary, vocabulary))
            for name, source in self.sources.items()
        }
        return ModelSpec(sources, max(self.target_vocabulary, vocabulary))


def translation_spec(source: int, target: int, *, shared: bool) -> ModelSpec:
    """Of a translator, from the sizes of its two vocabularies."""
    return ModelSpec({SOURCE: TextSpec(source, shared)}, target)
