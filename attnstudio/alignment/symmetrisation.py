"""One alignment from the two directions of a language pair."""

from enum import StrEnum

from attnstudio.corpus.alignment import Link

_NEIGHBOURS = ((-1, 0), (0, -1), (1, 0), (0, 1), (-1, -1), (-1, 1), (1, -1), (1, 1))


class Symmetrisation(StrEnum):
    """How the links of two directions become one set."""

    INTERSECTION = "intersection"
    UNION = "union"
    GROW_DIAG_FINAL_AND = "grow-diag-final-and"  # Koehn, Och and Marcu 2003


def symmetrise(
    forward: frozenset[Link], backward: frozenset[Link], method: Symmetrisation
) -> frozenset[Link]:
    """Join the links of two directions.

    Args:
        forward: links read from the model that translates source to target.
        backward: those of the opposite model, already turned round
            (`attnstudio.corpus.alignment.swap_sides`), so that both name the same sides.
        method: how to join.
    """
    match method:
        case Symmetrisation.INTERSECTION:
            return forward & backward
        case Symmetrisation.UNION:
            return forward | backward
        case Symmetrisation.GROW_DIAG_FINAL_AND:
            grown = _grow_diagonally(forward & backward, forward | backward)
            return _add_unlinked(_add_unlinked(grown, forward), backward)


def _grow_diagonally(start: frozenset[Link], union: frozenset[Link]) -> frozenset[Link]:
    """Add neighbours from the union that link a token which has no link yet, until none is left.

    The order, which matters, is that of the Moses manual: by target token, then by source token,
    each added link counting at once.
    """
    grown = set(start)
    sources = {link.source for link in grown}
    targets = {link.target for link in grown}
    in_order = sorted(union, key=lambda link: (link.target, link.source))
    size_before = -1
    while len(grown) > size_before:
        size_before = len(grown)
        for link in in_order:
            if link not in grown:
                continue
            for target_step, source_step in _NEIGHBOURS:
                near = Link(link.source + source_step, link.target + target_step)
                is_new = near.source not in sources or near.target not in targets
                if is_new and near in union:
                    grown.add(near)
                    sources.add(near.source)
                    targets.add(near.target)
    return frozenset(grown)


def _add_unlinked(grown: frozenset[Link], candidates: frozenset[Link]) -> frozenset[Link]:
    """Add the candidates of which neither side has a link ("final-and")."""
    result = set(grown)
    sources = {link.source for link in grown}
    targets = {link.target for link in grown}
    for link in sorted(candidates, key=lambda link: (link.target, link.source)):
        if link.source not in sources and link.target not in targets:
            result.add(link)
            sources.add(link.source)
            targets.add(link.target)
    return frozenset(result)
