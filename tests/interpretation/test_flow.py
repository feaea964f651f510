"""Attention as a flow: against the smallest cut of all, and where the answer is known."""

from itertools import product

import numpy as np
import pytest
from records import make_record

from attnstudio.axes import Meaning
from attnstudio.interpretation.caption import caption_of
from attnstudio.interpretation.flow import with_flow
from attnstudio.interpretation.max_flow import Network
from attnstudio.interpretation.view import view_of
from attnstudio.reading import Reading
from attnstudio.sites import CROSS, DECODER_SELF, ENCODER_SELF, flow_site
from attnstudio.tokenizer import Token, end_token

SOURCE = ("a b", (Token("▁a", 0, 1), Token("▁b", 1, 3), end_token("a b")))
TARGET = ("x", (Token("▁x", 0, 1), end_token("x")))


def smallest_cut(nodes, edges, source, sink):
    """By trying each way to part the nodes (Ford and Fulkerson 1956: it is the largest flow)."""
    others = [node for node in range(nodes) if node not in (source, sink)]
    cuts = []
    for sides in product((False, True), repeat=len(others)):
        near = {source, *(node for node, side in zip(others, sides, strict=True) if side)}
        cuts.append(sum(c for tail, head, c in edges if tail in near and head not in near))
    return min(cuts)


@pytest.mark.parametrize("seed", range(40))
def test_the_largest_flow_is_the_smallest_cut(seed):
    generator = np.random.default_rng(seed)
    nodes = int(generator.integers(2, 9))
    edges = [
        (int(tail), int(head), float(generator.random() ** 2))
        for tail, head in generator.integers(0, nodes, (nodes * 4, 2))
        if tail != head
    ]
    network = Network(nodes, edges)

    for source, sink in ((0, nodes - 1), (nodes - 1, 0)):
        expected = smallest_cut(nodes, edges, source, sink)
        assert network.largest_flow(source, sink) == pytest.approx(expected, abs=1e-9)


def test_a_flow_that_must_be_taken_back_is_taken_back():
    """The shortest path 0-1-2-3 fills edges that two other paths need (Cormen et al., 26.2)."""
    edges = [(0, 1, 1.0), (1, 2, 1.0), (2, 3, 1.0), (0, 4, 1.0), (4, 5, 1.0), (5, 2, 1.0)]
    edges += [(1, 6, 1.0), (6, 7, 1.0), (7, 3, 1.0)]

    assert Network(8, edges).largest_flow(0, 3) == 2.0
    assert Network(2, []).largest_flow(0, 1) == 0.0


def rows(*shape, seed=3, causal=False):
    weights = np.random.default_rng(seed).random(shape) ** 2
    weights = np.tril(weights) if causal else weights
    return weights / weights.sum(axis=-1, keepdims=True)


def record_of(layers, heads=2):
    return make_record(
        SOURCE,
        TARGET,
        cross=rows(layers, heads, 2, 3, seed=1),
        encoder_self=rows(layers, heads, 3, 3, seed=2),
        decoder_self=rows(layers, heads, 2, 2, seed=3, causal=True),
    )


def flowing(record, site):
    return with_flow(record, site).matrices[flow_site(site)].weights[0, 0]


def test_of_one_layer_flow_is_what_the_layer_takes():
    record = record_of(1)
    mixed = record.matrices[ENCODER_SELF].weights[0].mean(axis=0)

    np.testing.assert_allclose(flowing(record, ENCODER_SELF), (mixed + np.eye(3)) / 2, atol=1e-12)
    edges = [(3 + i, j, mixed[i, j]) for i, j in np.ndindex(3, 3)]  # without what is kept
    network = Network(6, edges)
    found = [[network.largest_flow(3 + i, j) for j in range(3)] for i in range(3)]
    np.testing.assert_allclose(found, mixed)


def test_through_two_layers_each_middle_place_lets_the_smaller_of_two_pass():
    record = record_of(2)
    first, second = (
        (layer.mean(axis=0) + np.eye(3)) / 2 for layer in record.matrices[ENCODER_SELF].weights
    )
    expected = [
        [sum(min(second[i, k], first[k, j]) for k in range(3)) for j in range(3)] for i in range(3)
    ]

    np.testing.assert_allclose(flowing(record, ENCODER_SELF), expected, atol=1e-12)


def test_over_the_source_it_is_the_smallest_cut_through_decoder_and_encoder():
    record = record_of(1)
    encoder, decoder = (
        (record.matrices[site].weights[0].mean(axis=0) + np.eye(size)) / 2
        for site, size in ((ENCODER_SELF, 3), (DECODER_SELF, 2))
    )
    look = record.matrices[CROSS].weights[0].mean(axis=0) / 2
    # source 0-2, encoded 3-5, fed 6-7, after the decoder's own look 8-9, after that over it 10-11
    edges = [(3 + i, j, encoder[i, j]) for i, j in np.ndindex(3, 3)]
    edges += [(8 + i, 6 + j, decoder[i, j]) for i, j in np.ndindex(2, 2)]
    edges += [(10 + i, 8 + i, 0.5) for i in range(2)]
    edges += [(10 + i, 3 + j, look[i, j]) for i, j in np.ndindex(2, 3)]
    expected = [[smallest_cut(12, edges, 10 + i, j) for j in range(3)] for i in range(2)]

    np.testing.assert_allclose(flowing(record, CROSS), expected, atol=1e-9)


def test_nothing_flows_from_what_is_not_written_yet():
    assert flowing(record_of(3), DECODER_SELF)[0, 1] == 0.0


def test_a_flow_stands_beside_the_attention_and_can_be_given_up():
    record, told = record_of(2), []
    whole = with_flow(record, CROSS, progress=told.append)

    assert told == [1, 2]
    assert whole.matrices[flow_site(CROSS)].meaning is Meaning.MAGNITUDE
    caption = caption_of(whole, view_of(whole, Reading(site=flow_site(CROSS))))
    assert caption.title == "Flow: target over source"
    assert caption.scale_name == "flow through all layers"
    assert with_flow(record, CROSS, should_stop=lambda: True) is None
    recurrent = make_record(SOURCE, TARGET, cross=record.matrices[CROSS].weights[:1, :1])
    assert with_flow(recurrent, CROSS) is recurrent
