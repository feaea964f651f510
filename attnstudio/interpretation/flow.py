"""Attention through all layers at once, as a flow (Abnar and Zuidema 2020, section 3).

Layers are a network: from each place of a layer an edge leads to each place below, and as much may
flow along it as the layer takes from there, ``½ W + ½ I`` as for rollout. What a place takes of a
source is the largest flow that leads from it down there: along many paths, but through each edge
no more than it holds. That is worked out for each pair of places alone, so that the flows of a row
do not sum to 1; like rollout it is no measurement of what a word depends on.

Over a source the network is the decoder's, of which each layer keeps half and takes half from what
is encoded, above the encoder's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from attnstudio.axes import Matrix, Meaning, Record
from attnstudio.interpretation.max_flow import Network
from attnstudio.interpretation.rollout import mixing_layers, sites_with_layers
from attnstudio.sites import DECODER_SELF, Site, encoder_site, flow_site

_Edge = tuple[int, int, float]


def with_flow(
    record: Record,
    site: Site,
    *,
    progress: Callable[[int], None] = lambda _: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Record | None:
    """A record with the flow of one of its sites; itself where that has none (see `with_rollout`).

    Args:
        record: what was looked at.
        site: of the model.
        progress: told how many rows are done.
        should_stop: whether to give up, asked after each row.

    Returns:
        The record, or None when stopped.
    """
    if site not in sites_with_layers(record):
        return record
    network, starts, ends = _network(record, site)
    flows = np.zeros((1, 1, len(starts), len(ends)))
    for row, start in enumerate(starts):
        if should_stop():
            return None
        flows[0, 0, row] = [network.largest_flow(start, end) for end in ends]
        progress(row + 1)
    found = {flow_site(site): Matrix(flows, Meaning.MAGNITUDE)}
    return replace(record, matrices={**record.matrices, **found})


def _network(record: Record, site: Site) -> tuple[Network, range, range]:
    """The network, the nodes where flows begin, and those where they end."""
    if site.is_self:
        layers = mixing_layers(record, site)
        places = layers.shape[-1]
        count = (len(layers) + 1) * places
        return (
            Network(count, _stacked(layers, 0)),
            range(count - places, count),
            range(places),
        )
    encoder = mixing_layers(record, encoder_site(site.keys))
    decoder = mixing_layers(record, DECODER_SELF)
    looks = record.matrices[site].weights.mean(axis=1, dtype=np.float64) / 2
    sources, targets = encoder.shape[-1], decoder.shape[-1]
    encoded = len(encoder) * sources  # the first node of what is encoded
    fed = encoded + sources
    edges = [*_stacked(encoder, 0)]
    for layer, (own, look) in enumerate(zip(decoder, looks, strict=True)):
        below = fed + 2 * layer * targets
        edges += _between(own, below + targets, below)
        edges += _between(np.eye(targets) / 2, below + 2 * targets, below + targets)
        edges += _between(look, below + 2 * targets, encoded)
    last = fed + 2 * len(decoder) * targets
    return Network(last + targets, edges), range(last, last + targets), range(sources)


def _stacked(layers: NDArray[np.float64], first: int) -> Iterator[_Edge]:
    """Layers above each other, the lowest one's places from a node on."""
    places = layers.shape[-1]
    for layer, weights in enumerate(layers):
        below = first + layer * places
        yield from _between(weights, below + places, below)


def _between(weights: NDArray[np.float64], above: int, below: int) -> Iterator[_Edge]:
    for row, column in np.argwhere(weights > 0.0).tolist():
        yield above + row, below + column, float(weights[row, column])
