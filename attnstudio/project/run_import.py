"""An exported model as a run of a project: it translates and shows its attention like any other.

Its weights alone came, so it cannot be trained further. `origin.json` in its folder says what it
was where it came from. It goes by the corpus that the project has, for sentences to try it on;
where there is none, by an empty one.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from attnstudio.config_text import to_toml
from attnstudio.config_training import Device
from attnstudio.errors import ProjectError
from attnstudio.export.facts import ExportFacts
from attnstudio.export.opening import open_export, read_export_facts
from attnstudio.export.weights import OpenModel
from attnstudio.files import fresh_folder, remove_folder, write_text
from attnstudio.model.weights import save_tensors
from attnstudio.names import is_run_name
from attnstudio.project.checkpoint_index import CheckpointIndex, folder_of, write_index
from attnstudio.project.project import Project
from attnstudio.project.run import Run
from attnstudio.project.run_card import RunCard, write_card
from attnstudio.project.tokenizers import keep_tokenizer, must_be_trained
from attnstudio.run_definition import SOURCE, Direction, RunDefinition, TextSide
from attnstudio.seals import seal
from attnstudio.storage_errors import storing

_NAME_LENGTH = 16


def import_run(folder: Path, into: Path, *, name: str | None = None) -> Run:
    """Bring an exported model into a project; where there is no folder yet, into a new one.

    Args:
        folder: the exported one, which is only read.
        into: the project's folder.
        name: of the run; None for the name that it had, with a number where that is taken.

    Raises:
        ProjectError: the folder is not what it should be, the project is of other languages, or
            the name is taken or none.
        StorageError: the disk would not give or take something.
    """
    if name is not None and not is_run_name(name):
        raise ProjectError(
            "{name} cannot be the name of a run.",
            hint="Use letters, digits, spaces, - and _, and not too many of them.",
            name=repr(name),
        )
    facts = read_export_facts(folder)
    project = Project.open(into) if into.exists() else None
    if project is not None:
        _direction(project, facts, folder)  # refused before gigabytes are read
        _refuse_taken(project, name)
    model = open_export(folder)
    if project is not None:
        return _keep(project, model, _direction(project, facts, folder), name)
    project = Project.create(into, *facts.languages)
    try:
        return _keep(project, model, Direction.FORWARD, name)
    except BaseException:
        remove_folder(into)  # it was not there before, and holds nothing yet
        raise


def _keep(project: Project, model: OpenModel, direction: Direction, name: str | None) -> Run:
    facts = model.facts
    names = _tokenizer_names(model)
    with project.preparing(lambda: False):
        contents = (model.source_tokenizer, model.target_tokenizer)
        for tokenizer, content in dict(zip(names, contents, strict=True)).items():
            if must_be_trained(project, tokenizer):  # what a name stands for never changes
                keep_tokenizer(project, tokenizer, content)
    with project.changing():
        _refuse_taken(project, name)
        run = Run(project.runs_folder / (name or _free_name(project, facts.run)))
        definition = _definition(facts, names, direction, _corpus(project))
        with storing(run.folder), fresh_folder(run.folder) as temporary:
            _write(temporary, model, definition)
    if not project.file.last_run:
        project.set_last_run(run)
    return run


def _write(folder: Path, model: OpenModel, definition: RunDefinition) -> None:
    facts = model.facts
    checkpoint = folder_of(folder, facts.step)
    checkpoint.mkdir(parents=True)
    save_tensors(model.weights, checkpoint / "model.safetensors")
    if facts.reading is not None:
        (checkpoint / "reading.json").write_text(json.dumps(facts.reading), encoding="utf-8")
    seal(checkpoint)
    write_index(folder, CheckpointIndex((facts.step,), last=facts.step, best=facts.step))
    write_text(folder / "config.toml", to_toml(definition))
    write_text(Run(folder).origin_path, facts.model_dump_json(indent=1, exclude_none=True))
    if facts.note or facts.tags:
        write_card(Run(folder), RunCard(note=facts.note, tags=facts.tags))


def _definition(
    facts: ExportFacts, tokenizers: tuple[str, str], direction: Direction, corpus: str
) -> RunDefinition:
    """What the run is asked; on which device it computes is for this machine to say."""
    here = facts.config.training.model_copy(update={"device": Device.AUTO})
    source, target = (
        TextSide(language=language, tokenizer=tokenizer)
        for language, tokenizer in zip(facts.languages, tokenizers, strict=True)
    )
    return RunDefinition(
        direction=direction,
        corpus=corpus,
        preset=facts.preset,
        sources={SOURCE: source},
        target=target,
        config=facts.config.model_copy(update={"training": here}),
    )


def _tokenizer_names(model: OpenModel) -> tuple[str, str]:
    """Made of what they are, so that none takes the place of another; one where they are shared."""
    if model.facts.vocabulary.shared:
        return (_name_of(b"both", model.target_tokenizer),) * 2
    source, target = model.source_tokenizer, model.target_tokenizer
    return _name_of(b"source", source), _name_of(b"target", target)


def _name_of(side: bytes, content: bytes) -> str:
    return hashlib.sha256(side + b"\0" + content).hexdigest()[:_NAME_LENGTH]


def _direction(project: Project, facts: ExportFacts, folder: Path) -> Direction:
    """Whether the model translates along the project's direction or against it.

    Raises:
        ProjectError: neither.
    """
    languages = (project.file.source_language, project.file.target_language)
    if facts.languages == languages:
        return Direction.FORWARD
    if facts.languages == languages[::-1]:
        return Direction.REVERSE
    raise ProjectError(
        "The model in {folder} translates from {source} to {target}, but the project is of "
        "{first} and {second}.",
        hint="Import it into a project of its languages, or into a folder that is not there yet.",
        folder=folder,
        source=facts.source_language,
        target=facts.target_language,
        first=languages[0],
        second=languages[1],
    )


def _corpus(project: Project) -> str:
    """The hash of the project's corpus, or of an empty one; the caller holds the lock."""
    if project.file.corpus:
        return project.file.corpus
    with project.corpus_writer() as writer:
        return writer.finish().name


def _refuse_taken(project: Project, name: str | None) -> None:
    if name is not None and (project.runs_folder / name).exists():
        raise ProjectError("There is a run {name} already.", hint="Choose another name.", name=name)


def _free_name(project: Project, name: str) -> str:
    """The name that it had, with a number where that is taken."""
    number, free = 1, name
    while (project.runs_folder / free).exists() or not is_run_name(free):
        number += 1
        free = f"{name[:60].rstrip('. ')} {number}"
    return free
