"""A new run of a project, with every knob fixed."""

from __future__ import annotations

from attnstudio.config import RunConfig
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.model.device import resolve_device, resolve_threads
from attnstudio.model.precision import resolve_precision
from attnstudio.project.corrections import keep_corrections
from attnstudio.project.naming import tokenizer_name
from attnstudio.project.own_sentences import read_own_sentences, write_own_sentences
from attnstudio.project.project import Project
from attnstudio.project.run import Run
from attnstudio.project.taught import why_untaught
from attnstudio.run_definition import SOURCE, Direction, RunDefinition, TextSide


def create_run(
    project: Project,
    config: RunConfig,
    *,
    preset: str,
    reverse: bool = False,
    name: str | None = None,
) -> Run:
    """Make a run: keep corrections, cut missing splits, fix every knob, write ``config.toml``.

    Corrections of links that are not part of the corpus yet become part of it, so that the run goes
    by them.

    Threads and precision are resolved here, because they are part of what a run computes, and so is
    guidance: where `why_untaught` speaks against it, the run is asked none.

    Raises:
        ProjectError: no corpus, or the name is taken.
        ConfigError: this machine lacks the device.
    """
    device = resolve_device(config.training.device)
    keep_corrections(project)
    corpus = project.freeze_splits()
    resolved = {
        "threads": resolve_threads(config.training.threads),
        "precision": resolve_precision(config.training.precision, device, config.model),
    }
    config = config.model_copy(update={"training": config.training.model_copy(update=resolved)})
    if why_untaught(config, corpus.counts()[Split.TRAIN]) is not None:
        untaught = config.guidance.model_copy(update={"weight": 0.0})
        config = config.model_copy(update={"guidance": untaught})
    if config.training.budget_minutes and config.limits.max_minutes is None:
        until = config.limits.model_copy(update={"max_minutes": config.training.budget_minutes})
        config = config.model_copy(update={"limits": until})
    sides = [
        TextSide(
            language=language, tokenizer=tokenizer_name(corpus.hash, config.tokenizer, language)
        )
        for language in (corpus.source_language, corpus.target_language)
    ]
    source, target = sides[::-1] if reverse else sides
    definition = RunDefinition(
        direction=Direction.REVERSE if reverse else Direction.FORWARD,
        corpus=corpus.hash,
        preset=preset,
        sources={SOURCE: source},
        target=target,
        config=config,
    )
    run = project.new_run(name, definition)
    if own := read_own_sentences(project.folder, source.language):
        write_own_sentences(run.folder, source.language, own)
    return run
