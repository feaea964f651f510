"""The tokenizers of a project: ``tokenizers/<hash>/tokenizer.model``, sealed."""

from __future__ import annotations

from contextlib import suppress

from attnstudio.errors import AttentionStudioError, ProjectError, TokenizerError
from attnstudio.files import commit_folder, remove_folder, temporary_name
from attnstudio.project.project import Project
from attnstudio.seals import check_seal, seal
from attnstudio.storage_errors import READ, storage_error, storing
from attnstudio.tokenizer import Tokenizer

_MODEL = "tokenizer.model"


def read_tokenizer(project: Project, name: str) -> Tokenizer:
    """A tokenizer of a project.

    Raises:
        ProjectError: it is missing.
        TokenizerError: it is damaged.
        StorageError: it cannot be read.
    """
    folder = project.tokenizers / name
    try:
        check_seal(folder)
        return Tokenizer((folder / _MODEL).read_bytes())
    except FileNotFoundError as error:
        raise ProjectError(
            "The tokenizer in {folder} is missing.",
            hint="Train again, or copy the whole project folder.",
            folder=folder,
        ) from error
    except OSError as error:
        raise storage_error(error, folder, READ) from error
    except (ValueError, TokenizerError) as error:
        raise TokenizerError(
            "The tokenizer in {folder} is damaged: {reason}.",
            hint="Copy that folder again from where the project is whole. Another one would cut "
            "words in another way than the models know.",
            folder=folder,
            reason=_reason(error),
        ) from error


def _reason(error: Exception) -> str:
    """What is wrong, as a part of a sentence."""
    if isinstance(error, TokenizerError):
        return "SentencePiece cannot read it"
    return str(error).rstrip(".")


def keep_tokenizer(project: Project, name: str, model: bytes) -> None:
    """Write a new tokenizer.

    Raises:
        StorageError: the disk would not take it.
    """
    folder = project.tokenizers / name
    temporary = temporary_name(folder)
    remove_folder(temporary)
    try:
        with storing(folder):
            temporary.mkdir(parents=True)
            (temporary / _MODEL).write_bytes(model)
            seal(temporary)
        commit_folder(temporary, folder)
    finally:
        remove_folder(temporary)


def must_be_trained(project: Project, name: str) -> bool:
    """Whether a tokenizer is missing, or damaged and no model knows it yet.

    Raises:
        TokenizerError: it is damaged, and a model was trained with it.
    """
    if not (project.tokenizers / name / _MODEL).is_file():
        return True
    try:
        read_tokenizer(project, name)
    except TokenizerError:
        if _is_known_to_a_model(project, name):
            raise
        return True
    return False


def _is_known_to_a_model(project: Project, name: str) -> bool:
    for run in project.runs():
        with suppress(AttentionStudioError):
            definition = run.definition()
            if name in definition.tokenizer_names and run.checkpoints().steps:
                return True
    return False
