"""Where cases happen: small projects at every stage, made once and copied for each case.

A case's folder holds, besides the project, the files that commands read and a folder of things
that nobody may touch. They lie in memory where there is a file system in memory, so that a case
takes milliseconds.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from endurance.victims import Place, Reply, run_child, run_command

STEPS, HALF = 6, 3
TINY = (
    "--preset", "tiny", "--threads", "1", "--precision", "fp32", "--device", "cpu",
    "--set", "model.model_size=16", "--set", "model.feedforward_size=32",
    "--set", "model.heads=2", "--set", "model.encoder_layers=1", "--set", "model.decoder_layers=1",
    "--set", "tokenizer.kind=word", "--set", "tokenizer.vocabulary_size=40",
    "--set", "training.report_every=1", "--set", "training.validate_every=3",
    "--set", "training.decoded_pairs=2", "--set", "training.watch_sentences=1",
    "--set", "training.patience=0", "--set", "training.keep_checkpoints=2",
    "--set", "training.validation_pairs=10", "--set", "guidance.weight=0",
)  # fmt: skip
_WORKSHOP = "ENDURANCE_FOLDER"
_LINKS = "0-2 1-3 2-1 3-4 4-5 5-0"
_LEAST_MEMORY_BYTES = 1 << 30
_DETERMINERS = {"a": "ein", "the": "der", "this": "dieser", "my": "mein"}
_NOUNS = {"dog": "Hund", "man": "Mann", "boy": "Junge", "bird": "Vogel", "cook": "Koch"}
_VERBS = {"sees": "sieht", "hears": "hört", "knows": "kennt", "finds": "findet"}

Pairs = Sequence[tuple[str, str]]


def rule_made_pairs() -> Pairs:
    """320 pairs: ``the dog sees a bird today``, ``heute sieht der Hund ein Vogel``."""
    return [
        (
            f"{one} {noun} {verb} {two} {other} today",
            f"heute {_VERBS[verb]} {_DETERMINERS[one]} {_NOUNS[noun]} "
            f"{_DETERMINERS[two]} {_NOUNS[other]}",
        )
        for one, noun, verb, two, other in itertools.product(
            _DETERMINERS, list(_NOUNS)[:2], _VERBS, list(_DETERMINERS)[:2], _NOUNS
        )
    ]


def place_at(folder: Path) -> Place:
    """A case's folder and, beside it, what the harness writes."""
    return Place(folder, folder.with_name(f"{folder.name}.scratch"))


@contextmanager
def workshop(parent: Path | None = None) -> Iterator[Path]:
    """A temporary folder, in memory where there is room for it.

    A program that is started again finds the one it had.
    """
    memory = Path("/dev/shm")
    if parent is None and memory.is_dir() and os.access(memory, os.W_OK):
        parent = memory if shutil.disk_usage(memory).free > _LEAST_MEMORY_BYTES else None
    made = os.environ.get(_WORKSHOP) or tempfile.mkdtemp(prefix="endurance-", dir=parent)
    os.environ[_WORKSHOP] = made
    try:
        yield Path(made)
    finally:
        shutil.rmtree(made, ignore_errors=True)


class Templates:
    """Projects at every stage of their lives.

    Args:
        folder: where they are made.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[str, Place] = {}

    def copy(self, name: str, to: Path) -> Place:
        """A copy of a template for a case."""
        source = self.place(name)
        shutil.rmtree(to, ignore_errors=True)
        shutil.copytree(source.folder, to, symlinks=True)
        return place_at(to)

    def place(self, name: str) -> Place:
        """The template itself, which is not to be changed."""
        if name not in self._made:
            self._made[name] = self._make(name)
        return self._made[name]

    def _make(self, name: str) -> Place:
        base, *changes = _RECIPES[name]
        if base:
            place = self.copy(base, self._folder / name)
        else:
            place = place_at(self._folder / name)
            _furnish(place)
        for change in changes:
            if callable(change):
                change(place)
            else:
                _must(run_command(place, [_filled(word, place) for word in change]))
        return place


def _filled(word: str, place: Place) -> str:
    return word.format(project=place.project, files=place.files)


def _must(reply: Reply) -> None:
    if reply.code != 0:
        raise RuntimeError(f"a template could not be made: {reply.tail}")


def _furnish(place: Place) -> None:
    """Files to read, and a person's own things beside the project."""
    pairs = rule_made_pairs()
    place.files.mkdir(parents=True)
    (place.folder / "tmp").mkdir()
    parts = {
        "train": [*pairs[:110], *pairs[:6]], "valid": pairs[110:122], "test": pairs[122:130],
        "more": pairs[130:150],
    }  # fmt: skip
    for name, part in parts.items():
        _write_lines(place.files / f"{name}.en", [source for source, _ in part])
        _write_lines(place.files / f"{name}.de", [target for _, target in part])
        _write_lines(place.files / f"{name}.links", [_LINKS] * len(part))
    _write_lines(place.files / "some.en", [source for source, _ in pairs[::90]])
    for path in ("diary.txt", "3/letter.txt", "6/letter.txt", "x/photo.txt"):
        (place.outside / path).parent.mkdir(parents=True, exist_ok=True)
        (place.outside / path).write_text(f"{path} is nobody's business\n", encoding="utf-8")


def _write_lines(path: Path, lines: Sequence[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")


def trash_run(place: Place, name: str) -> Callable[[], int]:
    """What deletes a run, as the window does."""

    def delete() -> int:
        from attnstudio.project.project import Project
        from attnstudio.project.trash import move_to_trash

        project = Project.open(place.project)
        move_to_trash(project, project.run(name))
        return 0

    return _in_words(delete)


def restore_run(place: Place, name: str) -> Callable[[], int]:
    """What brings the last deleted run of that name back."""
    trash = place.project / "trash"
    trashed = max(trash.glob(f"{name} *"), default=trash / name)

    def bring_back() -> int:
        from attnstudio.project.project import Project
        from attnstudio.project.trash import restore

        restore(Project.open(place.project), trashed, name)
        return 0

    return _in_words(bring_back)


def _in_words(work: Callable[[], int]) -> Callable[[], int]:
    """The program's own errors are said as the command line says them; others are bugs."""

    def say() -> int:
        from attnstudio.errors import AttentionStudioError

        try:
            return work()
        except AttentionStudioError as error:
            print(f"Error: {error.message}\n  {error.hint}", file=sys.stderr)
            return error.exit_code

    return say


def _trashed(name: str) -> Callable[[Place], None]:
    return lambda place: _must(run_child(place, trash_run(place, name)))


def _import(split: str) -> tuple[str, ...]:
    files = [f"{{files}}/{split}.{side}" for side in ("en", "de")]
    return "import", "{project}", *files, "--as", split, "--links", f"{{files}}/{split}.links"


def _train(name: str, steps: int) -> tuple[str, ...]:
    return "train", "{project}", *TINY, "--run", name, "--max-steps", str(steps)


def _without(*folders: str) -> Callable[[Place], None]:
    def remove(place: Place) -> None:
        for folder in folders:
            shutil.rmtree(place.project / folder)

    return remove


_RECIPES: dict[str, tuple[str | tuple[str, ...] | Callable[[Place], None], ...]] = {
    "nothing": ("",),
    "empty": ("nothing", ("new", "{project}", "--source", "en", "--target", "de")),
    "imported": ("empty", _import("train"), _import("valid"), _import("test")),
    "cleaned": ("imported", ("clean", "{project}")),
    "trained": (
        "cleaned",
        _train("old", HALF),
        _trashed("old"),
        _train("first", STEPS),
    ),
    "half": ("trained", _train("half", HALF)),
    "trashed": ("trained", _trashed("first")),
    "untokenised": ("trained", _without("tokenizers", "datasets")),
    "unencoded": ("trained", _without("datasets")),
}  # fmt: skip


def contents(folder: Path) -> dict[str, str]:
    """What lies below a folder: the kind, and for files the size and hash, of every name."""
    found = {}
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(parent, name)
            found[str(path.relative_to(folder))] = _kind_of(path)
    return found


def _kind_of(path: Path) -> str:
    if path.is_symlink():
        return f"link to {path.readlink()}"
    if path.is_dir():
        return "folder"
    if path.is_file():
        return hash_of(path)
    return "special"


def hash_of(path: Path) -> str:
    """A short hash of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]
