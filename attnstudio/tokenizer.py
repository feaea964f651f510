"""SentencePiece behind our types: text to tokens to ids and back, character offsets kept.

SentencePiece cannot be stopped while it trains, so it trains in a child process, which can be ended
at any time and ends by itself when its parent is gone. Texts go in and the model comes out as
bytes: no file name reaches SentencePiece, which mistreats some on Windows.
"""

from __future__ import annotations

import io
import json
import os
import re
import signal
import sys
import tempfile
import threading
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Any

import sentencepiece

from attnstudio.children import end_with, run_python
from attnstudio.config import TokenizerConfig
from attnstudio.errors import CorpusError, TokenizerError
from attnstudio.storage_errors import storing

PADDING_ID = 0
START_ID = 1
END_ID = 2
UNKNOWN_ID = 3
PADDING, START, END, UNKNOWN = "<pad>", "<s>", "</s>", "<unk>"
_SPECIAL = frozenset((PADDING, START, END, UNKNOWN))

SPACE = "\u2581"  # what SentencePiece prints for a space

_TRAINED_WITH = ("kind", "vocabulary_size", "byte_fallback", "character_coverage")
_TOO_HIGH = re.compile(r"value <= (\d+)")
_TOO_SMALL = re.compile(r"required_chars\. \d+ vs (\d+)")
# The float sums of training depend on how many threads share them, so the number is fixed.
_TRAINING_THREADS = 2
_WORTH_THREADS = 500  # texts: fewer are encoded before threads have started
_LONGEST_TRAINING_CHARACTERS = 4_096
_LOOKED_AT_LINES = 100_000
_LARGE_SCRIPTS = ("CJK UNIFIED", "CJK COMPATIBILITY", "HIRAGANA", "KATAKANA", "HANGUL")
_NO_ROOM = "The tokenizer could not be trained with files in {path}: {reason}."
_BYTE = re.compile("<0x[0-9A-F]{2}>")
_TEXTS_BETWEEN_LOOKS = 1_000  # whether to stop: some milliseconds of writing
_CHILD = (
    "from attnstudio.tokenizer import train_for_parent; "
    "train_for_parent(sys.argv[1], int(sys.argv[2]))"
)


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of a text.

    Attributes:
        text: the piece as SentencePiece prints it, ``▁`` for a space.
        start: first character in the text; special tokens stand at its end.
        end: one past the last character. Pieces that spell one character in bytes all begin
            at it and only the last of them contains it.
    """

    text: str
    start: int
    end: int

    @property
    def is_special(self) -> bool:
        """Whether it is one of the model's own marks, which are written in no text."""
        return self.text in _SPECIAL

    @property
    def stands_for_text(self) -> bool:
        """Whether it stands for characters: ``<unk>`` does, and no other special token."""
        return self.text == UNKNOWN or not self.is_special


@dataclass(frozen=True, slots=True)
class CutText:
    """A text in pieces: as a model has them, and as people see them.

    Attributes:
        ids: of the pieces.
        tokens: the pieces, as many.
    """

    ids: tuple[int, ...]
    tokens: tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class TrainedTokenizer:
    """A new SentencePiece model and its true vocabulary size, which may not be the one wanted."""

    model: bytes
    vocabulary_size: int


class Tokenizer:
    """Cuts text of one language into pieces.

    With byte fallback ``decode(encode(text)) == text`` for any text without ``▁`` itself, which
    stands for a space.

    Args:
        model: a serialised SentencePiece model.

    Raises:
        TokenizerError: the bytes are not such a model.
    """

    def __init__(self, model: bytes) -> None:
        self._processor = sentencepiece.SentencePieceProcessor()
        try:
            self._processor.LoadFromSerializedProto(model)
        except RuntimeError as error:
            raise TokenizerError(
                "A tokenizer of the project is damaged.",
                hint="Delete the folder 'tokenizers' and train or resume: it is made again.",
            ) from error
        self.model = model

    @property
    def size(self) -> int:
        """Number of different pieces."""
        return int(self._processor.get_piece_size())

    def encode(self, text: str) -> list[int]:
        """The ids of a text, without special tokens."""
        return list(self._processor.encode(text))

    def encode_all(self, texts: Sequence[str]) -> list[list[int]]:
        """The ids of many texts."""
        threads = os.cpu_count() or 1 if len(texts) >= _WORTH_THREADS else 1
        return list(self._processor.encode(list(texts), num_threads=threads))

    def sample_all(self, texts: Sequence[str], *, alpha: float, seed: int) -> list[list[int]]:
        """Ids of segmentations drawn at random (Kudo 2018; BPE: Provilkov et al. 2020).

        Equal seeds give equal segmentations.
        """
        sentencepiece.set_random_generator_seed(seed)
        return list(
            self._processor.encode(
                list(texts), num_threads=1, enable_sampling=True, alpha=alpha, nbest_size=-1
            )
        )

    def tokens(self, text: str) -> list[Token]:
        """The pieces of a text with their places in it, without special tokens."""
        return list(self.cut(text).tokens)

    def cut(self, text: str) -> CutText:
        """The ids and the pieces of a text, both without special tokens."""
        mapping = self._processor.encode(text, return_type="offset_mapping")
        return CutText(tuple(mapping["ids"]), tuple(_as_tokens(mapping)))

    def unknown(self, text: str) -> list[str]:
        """The characters of a text that no piece stands for: unknown, or spelled in bytes."""
        found: dict[str, None] = {}
        cut = self.cut(text)
        for number, token in zip(cut.ids, cut.tokens, strict=True):
            if number == UNKNOWN_ID or _BYTE.fullmatch(token.text):
                found[text[token.start : token.end].strip()] = None
        return [characters for characters in found if characters]

    def piece(self, id_: int) -> str:
        """What an id is printed as, ``▁`` for a space."""
        return str(self._processor.id_to_piece(id_))

    def tokens_of(self, ids: Sequence[int]) -> list[Token]:
        """The pieces that these ids stand for, with their places in ``decode(ids)``."""
        if not ids:
            return []
        return _as_tokens(self._processor.decode(list(ids), return_type="offset_mapping"))

    def decode(self, ids: Sequence[int]) -> str:
        """The text that these ids stand for; special tokens vanish."""
        return str(self._processor.decode(list(ids))) if ids else ""

    def decode_all(self, texts: Sequence[Sequence[int]]) -> list[str]:
        """The same of many texts."""
        return list(self._processor.decode([list(ids) for ids in texts])) if texts else []


def start_token() -> Token:
    """The ``<s>`` before a text."""
    return Token(START, 0, 0)


def end_token(text: str) -> Token:
    """The ``</s>`` after a text."""
    return Token(END, len(text), len(text))


def train_tokenizer(
    texts: Iterable[str],
    config: TokenizerConfig,
    *,
    should_stop: Callable[[], bool] = lambda: False,
) -> TrainedTokenizer | None:
    """Train SentencePiece in a child process.

    Args:
        texts: the sentences, one line each; read once, never held together.
        config: kind and size, the four special tokens and 256 bytes included; the size is mended
            when the corpus is too small or has more characters than the vocabulary has places.
        should_stop: asked every thousand texts, then every 0.1 s; True ends the child.

    Returns:
        The model, or None when stopped.

    Raises:
        CorpusError: there is no text.
        StorageError: the folder for temporary files would not take the texts.
        TokenizerError: SentencePiece refused.
    """
    with storing(Path(tempfile.gettempdir()), _NO_ROOM), tempfile.TemporaryFile() as spool:
        some = _write_texts(spool, texts, should_stop)
        if some is None:
            return None
        if not some:
            raise CorpusError(
                "There is no text to train a tokenizer on.",
                hint="Import training pairs first.",
                command_hint="Import training pairs first: attnstudio import FOLDER FILE FILE",
            )
        spool.seek(0)
        wish = {name: getattr(config, name) for name in _TRAINED_WITH}
        asked = json.dumps(wish), str(os.getpid())
        ended = run_python(_CHILD, *asked, stdin=spool, should_stop=should_stop)
    if ended is None:
        return None
    if ended.code != 0:
        if should_stop():  # a signal to the whole group of processes ended the child first
            return None
        raise TokenizerError(
            "SentencePiece could not be trained: {reason}.",
            hint="Try another kind of pieces or another vocabulary size.",
            reason=_last_line(ended.errors) or f"its process ended with code {ended.code}",
        )
    return TrainedTokenizer(ended.output, Tokenizer(ended.output).size)


def _write_texts(
    file: IO[bytes], texts: Iterable[str], should_stop: Callable[[], bool]
) -> bool | None:
    """One line each, long ones in parts, because SentencePiece skips what is too long.

    Returns:
        Whether there was anything but spaces; None when stopped.
    """
    some = False
    for number, text in enumerate(texts):
        if number % _TEXTS_BETWEEN_LOOKS == 0 and should_stop():
            return None
        some = some or bool(text.strip())
        for start in range(0, len(text), _LONGEST_TRAINING_CHARACTERS):
            part = text[start : start + _LONGEST_TRAINING_CHARACTERS]
            file.write(part.encode("utf-8") + b"\n")
    return some


def _last_line(errors: bytes) -> str:
    lines = errors.decode("utf-8", "replace").strip().splitlines() or [""]
    return lines[-1].removeprefix("RuntimeError: ").rstrip(".")


def _as_tokens(mapping: Any) -> list[Token]:  # noqa: ANN401 - SentencePiece types it so
    return [
        Token(piece, start, end)
        for piece, (start, end) in zip(mapping["pieces"], mapping["offsets"], strict=True)
    ]


def _train_here(
    texts: IO[bytes],
    *,
    kind: str,
    vocabulary_size: int,
    byte_fallback: bool,
    character_coverage: float,
) -> bytes:
    """Train and return the model; the vocabulary size is mended at most a few times."""
    size = vocabulary_size
    coverage = character_coverage or _coverage_by_script(texts)
    subword = kind in ("unigram", "bpe")
    for _ in range(4):
        texts.seek(0)
        model = io.BytesIO()
        try:
            sentencepiece.SentencePieceTrainer.train(
                sentence_iterator=(line.rstrip(b"\n") for line in texts),
                model_writer=model,
                model_type=kind,
                vocab_size=size,
                hard_vocab_limit=subword,
                use_all_vocab=kind == "char",
                byte_fallback=subword and byte_fallback,
                character_coverage=coverage,
                normalization_rule_name="identity",  # stored text is not rewritten
                remove_extra_whitespaces=False,
                max_sentence_length=_LONGEST_TRAINING_CHARACTERS * 4,  # bytes
                num_threads=_TRAINING_THREADS,
                pad_id=PADDING_ID,
                bos_id=START_ID,
                eos_id=END_ID,
                unk_id=UNKNOWN_ID,
                minloglevel=2,
            )
        except RuntimeError as error:
            if match := _TOO_HIGH.search(str(error)):
                size = int(match[1])
                continue
            if match := _TOO_SMALL.search(str(error)):
                size = int(match[1]) + 1
                continue
            raise
        return model.getvalue()
    raise RuntimeError(f"no vocabulary size between {size} and {vocabulary_size} fits")


def _coverage_by_script(texts: IO[bytes]) -> float:
    """1.0 for alphabets; 0.9995 where thousands of characters are written, most of them rarely."""
    characters: set[str] = set()
    for line in islice(texts, _LOOKED_AT_LINES):
        characters.update(line.decode("utf-8"))
    large = sum(unicodedata.name(c, "").startswith(_LARGE_SCRIPTS) for c in characters)
    return 0.9995 if large > 1_000 else 1.0


def train_for_parent(wish: str, parent: int) -> None:
    """What the child process does: texts from stdin, the model to stdout.

    Args:
        wish: the settings of the config that a model is trained with, in JSON.
        parent: number of the process that waits for the model.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what Ctrl-C means
    # A daemon, because nothing else ends with it: it must not keep a child that is done.
    threading.Thread(target=end_with, args=(parent,), daemon=True).start()
    sys.stdout.buffer.write(_train_here(sys.stdin.buffer, **json.loads(wish)))
