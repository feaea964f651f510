"""Attention through all layers at once, by rollout (Abnar and Zuidema 2020).

*Quantifying Attention Flow in Transformers*, section 3: a layer passes on half of what a place
held and takes half from where its heads look on average, ``A = ½ W + ½ I``, and layers are
multiplied. It assumes that a vector stays what its place is called, which nobody has to believe;
it is no measurement of what a word depends on.

Over a source the decoder goes on in the same way: after its look at what is written so far, each
layer keeps half and takes half from the encoded source, which is itself rolled out. So a row over
the source sums to what does not come of the text so far. The paper's flow through the same graph
is in `flow`.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from attnstudio.axes import Matrix, Meaning, Record
from attnstudio.sites import DECODER_SELF, Site, SiteRole, encoder_site, rollout_site


def with_rollout(record: Record) -> Record:
    """A record with the rollout of each of its sites.

    It is the record itself where nothing attends to its own text: recurrent models have one look at
    their source and no layers to multiply.
    """
    rolled = {
        rollout_site(site): _over_source(record, site)
        if site.is_cross
        else Matrix(_whole(mixing_layers(record, site)))
        for site in sites_with_layers(record)
    }
    return replace(record, matrices={**record.matrices, **rolled}) if rolled else record


def sites_with_layers(record: Record) -> tuple[Site, ...]:
    """The sites of a model whose layers can be gone through, in their order."""
    found = {site for site in record.sites if site.role is SiteRole.ENCODER_SELF}
    found |= {DECODER_SELF} & record.matrices.keys()
    crosses = [site for site in record.sites if site.is_cross]
    if len(crosses) == 1 and {encoder_site(crosses[0].keys), DECODER_SELF} <= found:
        found.add(crosses[0])
    return tuple(site for site in record.sites if site in found)


def mixing_layers(record: Record, site: Site) -> NDArray[np.float64]:
    """How each layer mixes places, ``½ W + ½ I``: (layers, places, places)."""
    heads = record.matrices[site].weights.mean(axis=1, dtype=np.float64)
    return np.asarray((heads + np.eye(heads.shape[-1])) / 2)


def _whole(layers: NDArray[np.float64]) -> NDArray[np.float64]:
    """The last layer over the first one's places, as a matrix of a site."""
    product = np.eye(layers.shape[-1])
    for layer in layers:
        product = layer @ product
    return product[np.newaxis, np.newaxis]


def _over_source(record: Record, site: Site) -> Matrix:
    """(1, 1, target, source): rows sum to less than 1, the rest comes of what is written so far."""
    encoded = _whole(mixing_layers(record, encoder_site(site.keys)))[0, 0]
    looks = record.matrices[site].weights.mean(axis=1, dtype=np.float64)
    of_source = np.zeros(looks.shape[1:])
    for mixed, look in zip(mixing_layers(record, DECODER_SELF), looks, strict=True):
        of_source = (mixed @ of_source + look @ encoded) / 2
    return Matrix(of_source[np.newaxis, np.newaxis], Meaning.MAGNITUDE)
