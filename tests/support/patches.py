"""Places of a picture, as units of an axis that is no text."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Patches:
    """So many places, in rows."""

    count: int

    def __len__(self):
        return self.count

    def label(self, place):
        return f"patch {place}"

    def is_special(self, place):  # noqa: ARG002
        return False
