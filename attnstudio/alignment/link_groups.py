"""Words that are linked together, as one: ``buying`` with ``zu kaufen``, ``not`` with ``ne`` and
``pas``.

Links join words to groups. A group stays whole where a person would look it up as one: a single
word with a few others, or a few neighbours with a few neighbours. Any other, which wrong links make
for the most part, falls apart into its surest links, so that a word is never in two groups.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from attnstudio.corpus.alignment import Link

_MOST_WORDS = 4  # of a side of a group


@dataclass(frozen=True, slots=True)
class LinkGroup:
    """Words of both sides that translate each other.

    Attributes:
        sources: places of the source words, rising.
        targets: those of the target words.
        confidence: the mean of its links.
    """

    sources: tuple[int, ...]
    targets: tuple[int, ...]
    confidence: float


def group_links(confidences: Mapping[Link, float]) -> list[LinkGroup]:
    """The groups of words that the links of a pair make, by their first source word.

    Args:
        confidences: of each link.
    """
    groups = []
    for links in _connected(confidences):
        sources = tuple(sorted({link.source for link in links}))
        targets = tuple(sorted({link.target for link in links}))
        if _is_one(sources, targets):
            mean = sum(confidences[link] for link in links) / len(links)
            groups.append(LinkGroup(sources, targets, mean))
        else:
            groups += [
                LinkGroup((link.source,), (link.target,), confidences[link])
                for link in _one_to_one(links, confidences)
            ]
    return sorted(groups, key=lambda group: group.sources)


def are_neighbours(places: Sequence[int]) -> bool:
    """Whether rising places have no gap between them."""
    return places[-1] - places[0] == len(places) - 1


def _is_one(sources: Sequence[int], targets: Sequence[int]) -> bool:
    if max(len(sources), len(targets)) > _MOST_WORDS:
        return False
    are_close = are_neighbours(sources) and are_neighbours(targets)
    return are_close or min(len(sources), len(targets)) == 1


def _connected(links: Mapping[Link, float]) -> list[list[Link]]:
    """The links in parts that share no word."""
    of_source, of_target = defaultdict(list), defaultdict(list)
    for link in links:
        of_source[link.source].append(link)
        of_target[link.target].append(link)
    parts, seen = [], set()
    for first in links:
        if first in seen:
            continue
        seen.add(first)
        part = [first]
        for link in part:  # it grows meanwhile
            for other in (*of_source[link.source], *of_target[link.target]):
                if other not in seen:
                    seen.add(other)
                    part.append(other)
        parts.append(part)
    return parts


def _one_to_one(links: Sequence[Link], confidences: Mapping[Link, float]) -> list[Link]:
    """The surest links of which no two share a word."""
    sources: set[int] = set()
    targets: set[int] = set()
    kept = []
    for link in sorted(links, key=lambda link: (-confidences[link], link)):
        if link.source not in sources and link.target not in targets:
            kept.append(link)
            sources.add(link.source)
            targets.add(link.target)
    return kept
