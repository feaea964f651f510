"""The errors a person can act on.

AttentionStudioError
├── UsageError           a command or call that asks for something that cannot be (exit 2)
│   └── DisagreementError    processes that are to train together, and do not fit
├── InputError           what the person gave us is wrong (exit 2)
│   ├── CorpusError      text files, their pairing, their records
│   ├── DocumentError    a document to translate, or where it is to be written
│   ├── AlignmentError   gold links and Pharaoh files
│   ├── ConfigError      a setting of a run
│   └── ProjectError     the project folder, a run or a checkpoint that is not there
│       └── OutdatedError    what is to be taken back was changed since: there is no way back
└── RunningError         something failed while it ran (exit 1)
    ├── TokenizerError   SentencePiece could not be trained or read
    ├── TrainingError    training cannot go on
    │   ├── NotFiniteError   losses or weights that are no numbers
    │   ├── DivergedError    losses that rise and rise
    │   └── PeerLostError    another of the processes that train together has ended
    ├── MemoryShortError the memory of the processor or the graphics card does not suffice
    │   └── LoneShortageError  that of one process, which the others cannot know of
    ├── StorageError     the disk would not take or give something: full, write-protected, gone
    └── ExportError      a picture or table could not be written

A message is a template with named values, so that a translation can be looked up by the
template and the values filled in afterwards (plain f-strings cannot be extracted).
"""

from __future__ import annotations

from typing import ClassVar


class AttentionStudioError(Exception):
    """A sentence for the person, with a hint of what to do next.

    Args:
        template: the sentence, with ``{named}`` places for the values.
        hint: the next step, also a template over the same values.
        command_hint: the same for who types commands, where it names an option; else the hint.
        values: what the names in both templates stand for.
    """

    exit_code: ClassVar[int] = 1

    def __init__(
        self, template: str, *, hint: str = "", command_hint: str = "", **values: object
    ) -> None:
        super().__init__(template)
        self.template = template
        self.hint_template = hint
        self.command_hint_template = command_hint or hint
        self.values = values

    @property
    def message(self) -> str:
        """The sentence with its values filled in."""
        return self.template.format(**self.values) if self.values else self.template

    @property
    def hint(self) -> str:
        """The next step with its values filled in; empty when there is none."""
        return self.hint_template.format(**self.values) if self.values else self.hint_template

    @property
    def command_hint(self) -> str:
        """The next step in words of the command line."""
        template = self.command_hint_template
        return template.format(**self.values) if self.values else template

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class UsageError(AttentionStudioError):
    """Asked for something that cannot be."""

    exit_code = 2


class DisagreementError(UsageError):
    """Processes that are to train together do not fit together; every one of them says so."""


class InputError(AttentionStudioError):
    """What the person gave us is wrong."""

    exit_code = 2


class CorpusError(InputError):
    """Text files, their pairing or their records."""


class DocumentError(InputError):
    """A document that cannot be translated, or cannot be written where it was asked for."""


class AlignmentError(InputError):
    """Gold links or a Pharaoh file."""


class ConfigError(InputError):
    """A setting of a run."""


class ProjectError(InputError):
    """A project folder, a run or a checkpoint that is not what it should be."""


class OutdatedError(ProjectError):
    """What is to be taken back, or made again, was changed since: there is no way back."""


class RunningError(AttentionStudioError):
    """Something failed while it ran."""


class TokenizerError(RunningError):
    """SentencePiece could not be trained or read."""


class TrainingError(RunningError):
    """Training cannot go on."""


class NotFiniteError(TrainingError):
    """Losses or weights have become infinite or no numbers at all."""


class DivergedError(TrainingError):
    """The losses rise and rise."""


class PeerLostError(TrainingError):
    """Another of the processes that train together has ended."""


class MemoryShortError(RunningError):
    """The memory of the processor or of the graphics card does not suffice."""


class LoneShortageError(MemoryShortError):
    """The same of one process among several, where the others cannot know or help."""


class StorageError(RunningError):
    """The disk would not take or give something: it is full, write-protected or gone."""


class ExportError(RunningError):
    """A picture or a table could not be written."""
