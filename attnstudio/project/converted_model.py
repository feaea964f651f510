"""A run's model as CTranslate2 has it, converted once and kept in the folder of the run.

It is thrown away when another checkpoint is asked for, and goes with its run. A project may come
from a stranger, whose converted model could hold anything, and CTranslate2 does not read files as
if they were an enemy's: one is used only with a proof that this person made it on this machine, and
is made anew else. Where the project cannot be written it is made for the moment.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path

from platformdirs import user_data_path

from attnstudio.export.ct2_process import PACKAGE
from attnstudio.files import hash_file, read_small, remove_folder
from attnstudio.project.checkpoint_index import WEIGHTS, folder_of
from attnstudio.project.usable_run import FoundRun, UsableRun
from attnstudio.seals import NAME as MANIFEST
from attnstudio.seals import check_seal, read_facts, seal

FOLDER = "ctranslate2"
KEY_VARIABLE = "ATTNSTUDIO_KEY_FOLDER"

_PROOF = "proof"
_FORMAT = 1  # of the conversion: another one makes all models anew
_KEY_BYTES = 32


@contextmanager
def converted(run: UsableRun) -> Iterator[Path]:
    """The folder of the converted model of a run that CTranslate2 computes.

    Only one that has to be made needs the weights.

    Raises:
        OSError: it can be written nowhere.
        ProjectError: it has to be made, and its checkpoint is damaged.
    """
    kept = run.found.run.folder / FOLDER
    if is_ours(kept, fingerprint(run.found)):
        yield kept
        return
    from attnstudio.project.conversion import convert_run  # torch

    loaded = run.loaded()
    wanted = fingerprint(loaded.found)  # of another checkpoint, if that one cannot be loaded
    with tempfile.TemporaryDirectory(prefix="attnstudio-") as temporary:
        folder = Path(temporary, "model")
        try:
            place = tempfile.mkdtemp(prefix=f".{FOLDER}.", suffix=".new", dir=loaded.run.folder)
        except OSError:  # write-protected
            folder.mkdir()
            convert_run(loaded, folder)
            yield folder
            return
        made = Path(place)
        try:
            convert_run(loaded, made)
            seal(made, {"of": wanted})
            (made / _PROOF).write_text(_proof(made), encoding="ascii")
            remove_folder(kept)
            with suppress(OSError):  # another program was faster: both are the same
                made.rename(kept)
                made = kept
            yield made
        finally:
            if made != kept:
                remove_folder(made)


def fingerprint(found: FoundRun) -> str:
    """What a converted model depends on, as one word."""
    definition = found.definition
    weights = folder_of(found.run.folder, found.step) / WEIGHTS
    facts = {
        "format": _FORMAT,
        "version": version(PACKAGE),
        "weights": hash_file(weights),
        "tokenizers": [definition.source.tokenizer, definition.target.tokenizer],
        "model": definition.config.model.model_dump(mode="json"),
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def is_ours(folder: Path, wanted: str) -> bool:
    """Whether a folder holds just the converted model that is wanted, as this person made it."""
    try:
        proof = read_small(folder / _PROOF).decode("ascii", "replace")
        if not hmac.compare_digest(proof, _proof(folder)):
            return False
        facts = read_facts(folder)
        names = {*facts["files"], MANIFEST, _PROOF}
        if facts["of"] != wanted or {path.name for path in folder.iterdir()} != names:
            return False
        check_seal(folder)
    except (OSError, ValueError, KeyError):
        return False
    return True


def _proof(folder: Path) -> str:
    """What nobody can write who has not the key of this person.

    Raises:
        OSError: the manifest or the key cannot be read.
    """
    return hmac.new(_key(), read_small(folder / MANIFEST), hashlib.sha256).hexdigest()


def _key() -> bytes:
    """A secret that stays with the person's account on this machine; made when first needed.

    Raises:
        OSError: it can neither be read nor made.
        ValueError: it is no key.
    """
    chosen = os.environ.get(KEY_VARIABLE)
    folder = Path(chosen) if chosen else user_data_path("attnstudio", appauthor=False)
    path = folder / "key"
    with suppress(FileNotFoundError):
        key = read_small(path)
        if len(key) != _KEY_BYTES:
            raise ValueError("the key of this machine is damaged")
        return key
    folder.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):  # another program made it meanwhile
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(_KEY_BYTES))
    return read_small(path)
