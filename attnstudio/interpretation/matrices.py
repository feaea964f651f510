"""The one matrix of a record that a reading names."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from attnstudio.axes import Matrix, Meaning, Record
from attnstudio.errors import AlignmentError
from attnstudio.interpretation.site_words import axis_words, is_looking, noun_of, site_words
from attnstudio.reading import Measure, Reading, absent_index
from attnstudio.sites import Site


def matrix_of(record: Record, reading: Reading, *, greatest: bool = False) -> NDArray[np.float64]:
    """The numbers that a reading names: (queries, keys) of its site.

    What a reading leaves open is averaged, or of it the greatest taken, cell by cell; such rows are
    no shares of anything. The shifted reading takes for target token *t* row
    *t* + 1, computed when token *t* was the decoder's input ("Shift-Att", Chen et al. 2020,
    Accurate Word Alignment Induction from Neural Machine Translation). No step follows the last
    token: it keeps its own row.

    Rows of other measures are shares of their sum, as rows of weights are. What is averaged is the
    numbers themselves, so that a head or a layer counts as much as it brings. Heads that are
    switched off are not counted; where all are, nothing is looked at and all numbers are 0.

    Raises:
        AlignmentError: the model has no such attention, layer or head, or not this measure.
    """
    matrix = record.matrices.get(reading.site)
    if matrix is None:
        raise _absent(record, reading.site)
    _check_index("layer", reading.layer, matrix.layers, matrix)
    _check_index("head", reading.head, matrix.heads, matrix)
    numbers = record.numbers_of(reading.site, reading.measure)
    if numbers is None:
        raise _not_measured(reading.measure)
    if reading.measure is Measure.ALTI:
        _refuse_head(reading, matrix)
    chosen = _counted(record, numbers, reading)
    weights: NDArray[np.float64] = chosen.mean(axis=(0, 1), dtype=np.float64)
    if greatest and len(chosen) * chosen.shape[1] > 1:
        weights = chosen.max(axis=(0, 1)).astype(np.float64)
    elif reading.measure is not Measure.WEIGHTS:
        sums = weights.sum(axis=-1, keepdims=True)
        weights = np.divide(weights, sums, out=np.zeros_like(weights), where=sums > 0)
    return np.concatenate((weights[1:], weights[-1:])) if reading.is_shifted else weights


def outside_of(record: Record, reading: Reading) -> NDArray[np.bool_] | None:
    """(queries, keys), True where none of what a reading is of can look; None where all can.

    Rows are read at the step that `matrix_of` reads them at.
    """
    matrix = record.matrices[reading.site]
    if matrix.reached is None:
        return None
    layers, heads = _one_or_all(reading.layer), _one_or_all(reading.head)
    outside = np.asarray(~matrix.reached[layers, heads].any(axis=(0, 1)))
    return np.concatenate((outside[1:], outside[-1:])) if reading.is_shifted else outside


def heads_off(record: Record, reading: Reading) -> tuple[int, int]:
    """How many of the heads that a reading is of are switched off, and how many there are."""
    is_on = record.heads_on(reading.site)[_one_or_all(reading.layer), _one_or_all(reading.head)]
    return int((~is_on).sum()), is_on.size


def leaves_open(record: Record, reading: Reading) -> bool:
    """Whether a reading is of several matrices."""
    numbers = record.numbers_of(reading.site, reading.measure)
    return numbers is not None and _chosen(numbers, reading)[:, :, 0, 0].size > 1


def _chosen(numbers: Matrix, reading: Reading) -> NDArray[np.floating]:
    """(layers, heads, queries, keys) of those that a reading is of."""
    head = None if numbers.heads == 1 else reading.head
    return numbers.weights[_one_or_all(reading.layer), _one_or_all(head)]


def _counted(record: Record, numbers: Matrix, reading: Reading) -> NDArray[np.floating]:
    """The same of the heads that are on alone, which then stand in one row; 0 where none is."""
    chosen = _chosen(numbers, reading)
    is_on = record.heads_on(reading.site)[_one_or_all(reading.layer), _one_or_all(reading.head)]
    if is_on.all() or is_on.shape != chosen.shape[:2]:  # numbers of whole layers have no heads
        return chosen
    if not is_on.any():
        return np.zeros_like(chosen[:1, :1])
    return chosen[is_on][np.newaxis]


def prefix_shares(record: Record, reading: Reading) -> NDArray[np.float64] | None:
    """How much of each row comes of what was written so far and not of the source, by ALTI.

    Layers and steps are read as `matrix_of` reads them.

    Returns:
        (queries,) from 0 to 1; None for a reading of anything else.
    """
    shares = record.prefix_shares(reading.site)
    if shares is None or reading.measure is not Measure.ALTI:
        return None
    rows = shares[_one_or_all(reading.layer)].mean(axis=0)
    return np.append(rows[1:], rows[-1:]) if reading.is_shifted else rows


def _not_measured(measure: Measure) -> AlignmentError:
    if measure is Measure.ALTI:
        return AlignmentError(
            "There are no contributions (ALTI) of this attention.",
            hint="Only a Transformer adds what it takes from the source to what was written so "
            "far. Of other models, look at the weights or norms.",
        )
    return AlignmentError(
        "The norms of this attention were not kept.",
        hint="Translate the sentence again to see them, or look at the weights.",
    )


def _refuse_head(reading: Reading, matrix: Matrix) -> None:
    if reading.head is not None and matrix.heads > 1:
        raise AlignmentError(
            "Contributions (ALTI) are those of a whole layer: head {head} has none of its own.",
            hint="Name the layer alone, or look at the weights or norms of the head.",
            head=reading.head,
        )


def first_reading(record: Record, stored: Reading | None, site: str | None = None) -> Reading:
    """How to begin: as stored, else with the head that was taught, else with an average.

    The average is that of the first site, or of the one that is asked for.

    Of a reading of another measure, which few records keep, the weights are shown where it is not.

    Args:
        record: that is looked at.
        stored: the reading that its run found best.
        site: the name of the only one that will do; None where any will.

    Raises:
        AlignmentError: the record has no site of that name.
    """
    if site is not None:
        found = next((each for each in record.sites if each.name == site), None)
        if found is None:
            raise _absent_by_name(record, site)
        known = (each for each in (stored, record.taught) if each and each.site == found)
        return _kept_by(record, next(known, Reading(site=found)))
    known = (each for each in (stored, record.taught) if each and each.site in record.matrices)
    average = Reading(site=record.sites[0]) if record.sites else Reading()
    return _kept_by(record, next(known, average))


def _kept_by(record: Record, reading: Reading) -> Reading:
    has_measure = reading.measure in record.measures_of(reading.site)
    return reading if has_measure else replace(reading, measure=Measure.WEIGHTS)


def _absent_by_name(record: Record, name: str) -> AlignmentError:
    if not record.matrices:
        return _no_attention()
    return AlignmentError(
        "This model has no attention of the name {name}.",
        hint="What it has: {sites}.",
        name=repr(name),
        sites=", ".join(site.name for site in record.sites),
    )


def _no_attention() -> AlignmentError:
    return AlignmentError(
        "This model has no attention.", hint="Train one with attention to see what it looks at."
    )


def _absent(record: Record, site: Site) -> AlignmentError:
    if not record.matrices:
        return _no_attention()
    if not is_looking(site, Meaning.DISTRIBUTION):
        return AlignmentError(
            "There is no {noun} of this sentence.",
            hint="What there is: {sites}.",
            noun=noun_of(site, Meaning.SIGNED),
            sites=", ".join(map(site_words, record.sites)),
        )
    if site.is_self:
        return AlignmentError(
            "This model has no attention of a sentence over itself.",
            hint="Transformers have it; recurrent models do not.",
        )
    return AlignmentError(
        "This model has no attention of the {queries} over the {keys}.",
        hint="What it has is attention of a sentence over itself.",
        queries=axis_words(site.queries),
        keys=axis_words(site.keys),
    )


def _one_or_all(index: int | None) -> slice:
    return slice(None) if index is None else slice(index, index + 1)


def _check_index(name: str, index: int | None, count: int, matrix: Matrix) -> None:
    if index is None or 0 <= index < count:
        return
    raise absent_index(name, index, layers=matrix.layers, heads=matrix.heads)
