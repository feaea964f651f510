"""The attention of watch sentences through time: one small file a sentence and validation."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import numpy as np
from safetensors import safe_open
from safetensors.numpy import save_file

from attnstudio.inference.record import AttentionRecord
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
    temporary = path.with_name(f".{path.name}.new")
    try:
        save_file(arrays, temporary, metadata={"record": json.dumps(facts, ensure_ascii=False)})
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


def load_watch_record(path: Path) -> AttentionRecord:
    """Read what `save_watch_record` kept."""
    with safe_open(path, framework="np") as file:
        arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a dict
        facts = json.loads(file.metadata()["record"])
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
