import pytest
from hypothesis import given
from hypothesis import strategies as st

from attnstudio.alignment.symmetrisation import Symmetrisation, symmetrise
from attnstudio.corpus.alignment import Alignment, Link

links = st.frozensets(st.builds(Link, st.integers(0, 6), st.integers(0, 5)), max_size=14)


def pharaoh(text):
    return Alignment.from_pharaoh(text).sure


def manual_grow_diag_final_and(forward, backward):
    """The pseudo-code of the Moses manual, over the whole grid."""
    union, result = forward | backward, set(forward & backward)
    grid = [(source, target) for target in range(6) for source in range(7)]

    def has_source(index):
        return any(link[0] == index for link in result)

    def has_target(index):
        return any(link[1] == index for link in result)

    added = True
    while added:
        added = False
        for source, target in grid:
            if (source, target) not in result:
                continue
            for target_step, source_step in (
                (-1, 0),
                (0, -1),
                (1, 0),
                (0, 1),
                (-1, -1),
                (-1, 1),
                (1, -1),
                (1, 1),
            ):
                new = (source + source_step, target + target_step)
                if not (has_source(new[0]) and has_target(new[1])) and new in union:
                    result.add(new)
                    added = True
    for direction in (forward, backward):
        for source, target in grid:
            unlinked = not has_source(source) and not has_target(target)
            if unlinked and (source, target) in direction:
                result.add((source, target))
    return result


def test_intersection_and_union_are_those_of_sets():
    forward, backward = pharaoh("0-0 1-2"), pharaoh("0-0 2-1")
    assert symmetrise(forward, backward, Symmetrisation.INTERSECTION) == pharaoh("0-0")
    assert symmetrise(forward, backward, Symmetrisation.UNION) == pharaoh("0-0 1-2 2-1")


def test_growing_takes_neighbours_of_a_certain_link_that_link_something_new():
    # 1-2 touches the certain 1-1 and links target 2; 4-4 is far but neither side has a link
    forward, backward = pharaoh("1-1 1-2"), pharaoh("1-1 4-4")
    grown = symmetrise(forward, backward, Symmetrisation.GROW_DIAG_FINAL_AND)
    assert grown == pharaoh("1-1 1-2 4-4")


def test_final_and_leaves_out_a_far_link_to_a_linked_token():
    forward, backward = pharaoh("0-0 5-5"), pharaoh("0-0 0-4")
    grown = symmetrise(forward, backward, Symmetrisation.GROW_DIAG_FINAL_AND)
    assert grown == pharaoh("0-0 5-5")


@given(links, links)
def test_grow_diag_final_and_is_what_the_moses_manual_says(forward, backward):
    grown = symmetrise(forward, backward, Symmetrisation.GROW_DIAG_FINAL_AND)
    assert grown == manual_grow_diag_final_and(forward, backward)


@pytest.mark.parametrize("method", Symmetrisation)
@given(forward=links, backward=links)
def test_every_method_lies_between_intersection_and_union(method, forward, backward):
    joined = symmetrise(forward, backward, method)
    assert forward & backward <= joined <= forward | backward


@pytest.mark.parametrize("method", Symmetrisation)
@given(both=links)
def test_directions_that_agree_stay_as_they_are(method, both):
    assert symmetrise(both, both, method) == both
