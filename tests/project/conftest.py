"""A small project of rule-made pairs, ready to train in a second or two."""

import pytest

from attnstudio.config_text import merge_config
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.presets import find_preset
from attnstudio.project.project import Project
from attnstudio.project.run_creation import create_run

SETTINGS = {
    "tiny": {
        "model": {"model_size": 16, "heads": 2, "feedforward_size": 32, "dropout": 0.2},
    },
    "bahdanau": {"model": {"embedding_size": 12, "hidden_size": 16, "dropout": 0.2}},
}


@pytest.fixture
def project(tmp_path, pairs):
    project = Project.create(tmp_path / "project", "en", "de")
    with project.changing(), project.corpus_writer() as writer:
        for number, pair in enumerate(pairs):
            split = {0: Split.VALID, 1: Split.TEST}.get(number % 10, Split.TRAIN)
            writer.add(pair, split)
        project.set_corpus(writer.finish())
    return project


def small_config(preset="tiny", **changes):
    """A tiny run that reports every step; ``changes`` are tables such as ``training={...}``."""
    config = merge_config(find_preset(preset).config, SETTINGS[preset])
    always = {
        "tokenizer": {"vocabulary_size": 320},
        "training": {
            "batch_tokens": 200, "report_every": 1, "validate_every": 8, "threads": 1,
            "watch_sentences": 1, "decoded_pairs": 4, "warmup_steps": 4, "precision": "fp32",
        },
        "guidance": {"weight": 0.0},
    }  # fmt: skip
    return merge_config(merge_config(config, always), changes)


@pytest.fixture(name="small_config")
def _small_config():
    return small_config


@pytest.fixture
def empty(tmp_path):
    return Project.create(tmp_path / "mein Projekt 语料", "en", "de")


@pytest.fixture
def fill():
    """Make the current corpus of a project of ``source|target`` pairs by split."""

    def fill(project, **pairs_by_split):
        with project.changing(), project.corpus_writer() as writer:
            if project.file.corpus:
                writer.add_corpus(project.corpus())
            for split, pairs in pairs_by_split.items():
                for pair in pairs:
                    pair = SentencePair(*pair.split("|")) if isinstance(pair, str) else pair
                    writer.add(pair, Split(split))
            project.set_corpus(writer.finish())
        return project.corpus()

    return fill


@pytest.fixture
def new_run():
    """Make a tiny run of a project, not trained yet."""

    def new_run(project, name="r", **changes):
        return create_run(project, small_config(**changes), preset="tiny", name=name)

    return new_run
