"""From older formats of a run's ``config.toml`` to the newest, on what the file holds.

A file is left as it is: it gets the newest format when its run is written for another reason. Each
step makes one format of the one before; whatever does not fit is left for who checks the result.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from attnstudio.errors import ConfigError

_Content = Mapping[str, Any]


def migrated(content: _Content, path: Path) -> _Content:
    """What a file of any format holds, as the newest has it.

    Args:
        content: of the file.
        path: the file, for the error.

    Raises:
        ConfigError: a newer program wrote it.
    """
    made_by = content.get("format", 1)
    if not isinstance(made_by, int) or isinstance(made_by, bool) or made_by < 1:
        return content
    newest = len(_STEPS) + 1
    if made_by > newest:
        raise ConfigError(
            "{path} was written by a newer Attention Studio (format {format}).",
            hint="Update Attention Studio to use this run.",
            path=path,
            format=made_by,
        )
    for step in _STEPS[made_by - 1 :]:
        content = step(content)
    return _without_twins(content)


def _without_twins(content: _Content) -> _Content:
    """Additive attention without input feeding was offered, and is concat weight for weight."""
    match content:
        case {"config": {"model": {"kind": "recurrent", "input_feeding": False} as model}} if (
            model.get("attention", "additive") == "additive"
        ):
            changed = {**content["config"], "model": {**model, "attention": "concat"}}
            return {**content, "config": changed}
    return content


def _with_sides(content: _Content) -> _Content:
    """Format 2 has a table for each side, where format 1 had a line for each fact of one.

    A run from before there was a choice of precision goes on in fp32, in which it began.
    """
    kept = dict(content)
    sides: dict[str, dict[str, Any]] = {}
    for side in ("source", "target"):
        facts = {fact: f"{side}_{fact}" for fact in ("language", "tokenizer")}
        sides[side] = {fact: kept.pop(key) for fact, key in facts.items() if key in kept}
    config = kept.get("config")
    if isinstance(config, Mapping) and isinstance(config.get("training"), Mapping):
        kept["config"] = {**config, "training": {"precision": "fp32", **config["training"]}}
    return kept | {"format": 2, "sources": {"source": sides["source"]}, "target": sides["target"]}


_STEPS: tuple[Callable[[_Content], _Content], ...] = (_with_sides,)
"""The first makes format 2 of format 1, and so on."""
