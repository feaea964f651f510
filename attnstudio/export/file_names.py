"""The files of an exported folder, by which it is known before anything heavy is loaded."""

from __future__ import annotations

from pathlib import Path

CONFIG, MODEL, README = "config.json", "model.safetensors", "README.md"
SHARED, SOURCE, TARGET = "tokenizer.model", "source.model", "target.model"


def is_exported(folder: Path) -> bool:
    """Whether a folder looks like open weights; nothing is read."""
    return all((folder / name).is_file() for name in (CONFIG, MODEL))


def known_files(folder: Path) -> list[Path]:
    """Those of its files that are imported; what else lies there is nobody's business."""
    paths = (folder / name for name in (CONFIG, MODEL, SHARED, SOURCE, TARGET))
    return [path for path in paths if path.is_file()]
