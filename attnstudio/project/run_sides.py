"""What turns the examples of a run into numbers: a side for each source, and for the target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from attnstudio.model.spec import ModelSpec
from attnstudio.project.project import Project
from attnstudio.project.tokenizers import read_tokenizer
from attnstudio.run_definition import RunDefinition
from attnstudio.sides.side import SourceSide
from attnstudio.sides.text import TextSource
from attnstudio.sites import SOURCE
from attnstudio.tokenizer import Tokenizer


@dataclass(frozen=True, slots=True)
class RunSides:
    """What a run reads and writes.

    Attributes:
        sources: how each source is read, by the name of its axis.
        target: cuts what is written.
    """

    sources: Mapping[str, SourceSide]
    target: Tokenizer

    @property
    def spec(self) -> ModelSpec:
        """What a builder has to know of them."""
        sources = {name: side.spec for name, side in self.sources.items()}
        return ModelSpec(sources, self.target.size)

    @property
    def only_source(self) -> SourceSide:
        """How the source is read, where there is a single one."""
        (side,) = self.sources.values()
        return side


def read_sides(project: Project, definition: RunDefinition) -> RunSides:
    """The sides of a run, whose tokenizers were trained.

    Raises:
        ProjectError: a tokenizer is missing.
        TokenizerError: one is damaged.
        StorageError: one cannot be read.
    """
    target = definition.target.tokenizer
    known = {name: read_tokenizer(project, name) for name in definition.tokenizer_names}
    sources = {
        name: TextSource(known[side.tokenizer], is_shared=side.tokenizer == target)
        for name, side in definition.sources.items()
    }
    return RunSides(sources, known[target])


def translation_sides(source: Tokenizer, target: Tokenizer, *, shared: bool) -> RunSides:
    """The sides of a translation from its tokenizers, perhaps one for both."""
    return RunSides({SOURCE: TextSource(source, is_shared=shared)}, target)
