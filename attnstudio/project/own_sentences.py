"""``watch.toml``: sentences of the person's own that are watched beside those of the corpus.

One lies in the folder of a run: its training reads it at each validation, so that a sentence can be
added at any time, also from another program. The one in the project's folder is what new runs begin
with. Both can be deleted at any time; what cannot be read of them is not watched.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

import tomlkit

from attnstudio.errors import InputError
from attnstudio.files import read_small, write_bytes
from attnstudio.names import is_language
from attnstudio.plain_values import plain_line

MOST_SENTENCES = 16  # of a run: each is translated at each validation
LONGEST_SENTENCE = 500  # characters

_NAME = "watch.toml"


def read_own_sentences(folder: Path, language: str) -> tuple[str, ...] | None:
    """The sentences in a language that a run's or a project's folder holds; None without a file."""
    found = _read(folder)
    return None if found is None else found.get(language, ())


def write_own_sentences(folder: Path, language: str, sentences: Sequence[str]) -> None:
    """Keep the sentences in a language; those in others stay.

    Raises:
        StorageError: they cannot be written.
    """
    all_of_them = {**(_read(folder) or {}), language: tuple(sentences)}
    content = {code: list(texts) for code, texts in all_of_them.items() if texts}
    write_bytes(folder / _NAME, tomlkit.dumps(content).encode("utf-8"), lasting=False)


def with_sentence(sentences: Sequence[str], text: str) -> tuple[str, ...]:
    """The sentences and one more, which a person wrote.

    Raises:
        InputError: it is empty, too long, one too many, or there already.
    """
    sentence = plain_line(text)
    if not sentence:
        raise InputError("There is no sentence to be watched.", hint="Write one.")
    if len(sentence) > LONGEST_SENTENCE:
        raise InputError(
            "The sentence has {n:,} characters; {most} can be watched.",
            hint="Shorten it.",
            n=len(sentence),
            most=LONGEST_SENTENCE,
        )
    if sentence in sentences:
        raise InputError("This sentence is watched already.", hint="Write another one.")
    if len(sentences) >= MOST_SENTENCES:
        raise InputError(
            "{most} sentences of your own are watched already, which is the most.",
            hint="Each is translated at each validation, which takes time from the training.",
            most=MOST_SENTENCES,
        )
    return (*sentences, sentence)


def _read(folder: Path) -> Mapping[str, tuple[str, ...]] | None:
    """By language, whatever the file holds; None where there is none that can be read."""
    try:
        content = tomllib.loads(read_small(folder / _NAME).decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return None
    return {
        language: _sentences(texts)
        for language, texts in content.items()
        if is_language(language) and isinstance(texts, list)
    }


def _sentences(texts: Sequence[object]) -> tuple[str, ...]:
    found = (plain_line(text)[:LONGEST_SENTENCE] for text in texts if isinstance(text, str))
    return tuple(dict.fromkeys(text for text in found if text))[:MOST_SENTENCES]
