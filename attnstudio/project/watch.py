"""The attention of watch sentences through time: one small file a sentence and validation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from attnstudio.errors import ProjectError
from attnstudio.files import write_bytes
from attnstudio.inference.record import AttentionRecord
from attnstudio.plain_values import read_json
from attnstudio.tokenizer import Token

_ARRAYS = ("cross", "encoder_self", "decoder_self")


def save_watch_record(path: Path, record: AttentionRecord) -> None:
    """Keep a record with its weights as float16."""
    path.parent.mkdir(exist_ok=True)  # without parents: a run's folder that is gone stays gone
    arrays = {
        name: np.ascontiguousarray(getattr(record, name), dtype=np.float16)
        for name in _ARRAYS
        if getattr(record, name) is not None
    }
    facts = {
        "source_text": record.source_text,
        "target_text": record.target_text,
        "source_tokens": [(t.text, t.start, t.end) for t in record.source_tokens],
        "target_tokens": [(t.text, t.start, t.end) for t in record.target_tokens],
        "forced": record.forced,
        "token_log_probs": record.token_log_probs,
    }
    content = save(arrays, metadata={"record": json.dumps(facts, ensure_ascii=False)})
    write_bytes(path, content, lasting=False)


def load_watch_record(path: Path) -> AttentionRecord:
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


def _record(facts: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> AttentionRecord:
    return AttentionRecord(
        source_text=facts["source_text"],
        target_text=facts["target_text"],
        source_tokens=tuple(Token(*token) for token in facts["source_tokens"]),
        target_tokens=tuple(Token(*token) for token in facts["target_tokens"]),
        forced=facts["forced"],
        token_log_probs=tuple(facts["token_log_probs"]),
        cross=arrays["cross"],
        encoder_self=arrays.get("encoder_self"),
        decoder_self=arrays.get("decoder_self"),
    )
