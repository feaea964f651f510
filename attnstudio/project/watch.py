"""The attention of watch sentences through time: one small file a sentence and validation."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from attnstudio.axes import Matrix, Meaning, Record, TextUnits, Weights, axes_of
from attnstudio.errors import ProjectError
from attnstudio.files import write_bytes
from attnstudio.plain_values import read_json
from attnstudio.reading import Reading
from attnstudio.sites import CROSS, INPUTS, SOURCE, TARGET, Site, site_named
from attnstudio.tokenizer import Token

_TEXT = "_text"  # after the name of an axis


def save_watch_record(path: Path, record: Record) -> None:
    """Keep the attention of a translation, its weights as float16.

    A model without attention keeps a `CROSS` of no layers. Of a site that no model has by its name,
    such as one of an analysis, the axes and the meaning of its numbers are kept as well.

    Raises:
        AlignmentError: something that was read is no text: its places could not be read back.
        StorageError: the disk would not take it.
    """
    path.parent.mkdir(exist_ok=True)  # without parents: a run's folder that is gone stays gone
    texts = {axis: record.text_of(axis) for axis in record.axes if axis != INPUTS}
    weights: dict[str, Weights] = {}
    if SOURCE in texts:
        weights[CROSS.name] = np.zeros((0, 0, len(texts[TARGET]), len(texts[SOURCE])))
    weights |= {site.name: record.matrices[site].weights for site in record.sites}
    arrays = {
        name: np.ascontiguousarray(array, dtype=np.float16) for name, array in weights.items()
    }
    facts: dict[str, object] = {
        **{f"{axis}{_TEXT}": units.text for axis, units in texts.items()},
        **{
            f"{axis}_tokens": [(t.text, t.start, t.end) for t in units.tokens]
            for axis, units in texts.items()
        },
        "forced": record.forced,
        "taught": record.taught and record.taught.to_mapping(),
        "token_log_probs": record.token_log_probs,
    }
    if others := [site for site in record.sites if site_named(site.name) != site]:
        facts["other_sites"] = {
            site.name: (site.queries, site.keys, record.matrices[site].meaning) for site in others
        }
    content = save(arrays, metadata={"record": json.dumps(facts, ensure_ascii=False)})
    write_bytes(path, content, lasting=False)


def load_watch_record(path: Path) -> Record:
    """Read what `save_watch_record` kept.

    Raises:
        ProjectError: it is damaged.
    """
    try:
        with safe_open(path, framework="np") as file:
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no dict
            facts = read_json(file.metadata()["record"])
        return _record(facts, arrays)
    except (OSError, SafetensorError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise ProjectError(
            "{path} is damaged: {reason}.",
            hint="Delete it: it is one moment of the timeline, and the others stay.",
            path=path,
            reason=str(error).rstrip("."),
        ) from error


def _record(facts: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> Record:
    texts = {
        axis: TextUnits(facts[f"{axis}{_TEXT}"], tuple(Token(*t) for t in facts[f"{axis}_tokens"]))
        for axis in (key.removesuffix(_TEXT) for key in facts if key.endswith(_TEXT))
    }
    target = texts.pop(TARGET)
    others = facts.get("other_sites", {})
    return Record(
        axes=axes_of(texts, target),
        matrices=dict(
            _site_and_matrix(name, weights, others.get(name))
            for name, weights in arrays.items()
            if len(weights)
        ),
        token_log_probs=tuple(facts["token_log_probs"]),
        forced=facts["forced"],
        taught=Reading.from_mapping(taught) if (taught := facts.get("taught")) else None,
    )


def _site_and_matrix(
    name: str, weights: NDArray[Any], told: Sequence[str] | None
) -> tuple[Site, Matrix]:
    if told is not None:
        queries, keys, meaning = told
        return Site(name, queries, keys), Matrix(weights, Meaning(meaning))
    site = site_named(name)
    if site is None:
        raise LookupError(f"nobody knows between which axes {name} lies")
    return site, Matrix(weights)
