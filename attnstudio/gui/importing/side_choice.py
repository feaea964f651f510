"""Which text of each file is the source: as found, as a person turned it, and what is doubtful."""

from __future__ import annotations

from dataclasses import replace

from attnstudio.corpus.import_plan import ImportPlan
from attnstudio.corpus.language_guess import looks_swapped
from attnstudio.corpus.markup import MarkupFile
from attnstudio.corpus.recognise import Importable
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.corpus.table import TableFile

Languages = tuple[str, str]
"""Codes of source and target."""


class SideChoice:
    """The files of a plan with their sides; a file is known by its number.

    Args:
        plan: what the files seem to be.

    Attributes:
        files: those of the plan, with the columns that were chosen.
    """

    def __init__(self, plan: ImportPlan) -> None:
        self._plan = plan
        self.files = list(plan.files)
        self._is_swapped = False
        self._turned: set[int] = set()  # files whose sides a person exchanged one by one
        self._sure: set[int] = set()  # files of which a person said that their sides are right

    def take_plan(self, plan: ImportPlan) -> None:
        """The same files, read anew; their columns have to be chosen again."""
        self._plan = plan
        self.files = list(plan.files)

    def item(self, number: int) -> Importable:
        """What is read, in the order of the sides that is shown; columns are in it already."""
        item = self.files[number].item
        return item.swapped() if self._is_turned(number) else item

    def pairs(self, number: int) -> list[SentencePair]:
        """The first pairs of a file."""
        turned, preview = self._is_turned(number), self.files[number].preview
        return [SentencePair(p.target, p.source) if turned else p for p in preview]

    def choose_columns(self, number: int, source: int, target: int) -> None:
        """Read a table's source and target from these columns."""
        files = self._plan.files[number]
        before = files.item
        assert isinstance(before, TableFile)
        is_guess = {source, target} == {before.source_column, before.target_column}
        self.files[number] = replace(
            files.with_columns(source, target),
            has_unsure_columns=files.has_unsure_columns and is_guess,
        )

    def doubt(self, number: int) -> None:
        """A person has chosen anew: what was said of its sides counts no more."""
        self._sure.discard(number)

    def first_doubtful(self, languages: Languages) -> int | None:
        """The first file whose sides may be wrong and are not answered for."""
        for number, files in enumerate(self.files):
            unsure = files.has_unsure_columns or self.looks_swapped(number, languages)
            if number not in self._sure and unsure:
                return number
        return None

    def looks_swapped(self, number: int, languages: Languages) -> bool:
        """Whether a file's texts are in each other's language."""
        files = self.files[number]
        if isinstance(files.item, MarkupFile):  # says the language of each text
            return False
        if not files.is_previewed:
            return files.looks_swapped and not self._is_turned(number)
        pairs = self.pairs(number)
        return looks_swapped([p.source for p in pairs], [p.target for p in pairs], languages)

    def swapped_ones(self, languages: Languages) -> list[int]:
        """The files that look swapped and are not answered for."""
        return [
            number
            for number in range(len(self.files))
            if number not in self._sure and self.looks_swapped(number, languages)
        ]

    def turn(self, number: int) -> None:
        """Exchange the sides of one file."""
        self._turned ^= {number}

    def turn_all(self) -> None:
        """Read all of them the other way; nothing is answered for any more."""
        self._is_swapped = not self._is_swapped
        self._sure.clear()

    def keep(self, languages: Languages) -> None:
        """The person says that the sides are right."""
        for number, files in enumerate(self.files):
            if files.has_unsure_columns or self.looks_swapped(number, languages):
                self._sure.add(number)

    def _is_turned(self, number: int) -> bool:
        """Whether its sides are exchanged; those of columns are by the choice of them."""
        return not self.files[number].rows and self._is_swapped != (number in self._turned)
