"""A few updates in another process: how fast, how large, and nothing left behind."""

import json
import tempfile

import pytest
import torch

from attnstudio.config import TokenizerConfig
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.errors import TrainingError
from attnstudio.project import probe_worker
from attnstudio.project.probe import ProbeRequest, probe
from attnstudio.project.probe_worker import probe_here
from attnstudio.tokenizer import Tokenizer, train_tokenizer
from attnstudio.training.dataset import ParallelDataset, encode_dataset
from tests.support.own_children import children_started


@pytest.fixture
def request_for(project):
    """Makes requests about the project's corpus."""
    corpus = project.corpus()
    texts = [corpus.source(i) for i in corpus.indices(Split.TRAIN)]
    texts += [corpus.target(i) for i in corpus.indices(Split.TRAIN)]
    model = train_tokenizer(texts, TokenizerConfig(kind="bpe", vocabulary_size=320)).model
    return lambda config: ProbeRequest(corpus.folder, False, model, model, config)


@pytest.fixture
def asked(request_for, tmp_path):
    """What the other process is asked, to be done in this one."""

    def asked(config):
        folder = tempfile.mkdtemp(dir=tmp_path)
        return json.loads(request_for(config).to_json(folder))

    threads = torch.get_num_threads()
    yield asked
    torch.set_num_threads(threads)


def test_a_probe_finds_the_pace_and_the_memory_and_leaves_nothing(
    project, request_for, small_config, tmp_path
):
    before = (torch.get_rng_state().tolist(), torch.get_num_threads())
    files = sorted(project.folder.rglob("*"))
    request = request_for(small_config())

    found = probe(request)

    assert 0 < found.quickest_s < found.slowest_s
    assert found.updates > 1
    assert (found.device, found.on_card) == ("cpu", False)
    assert 20 << 20 < found.memory_bytes < 2 << 30
    assert sorted(project.folder.rglob("*")) == files
    assert before == (torch.get_rng_state().tolist(), torch.get_num_threads())
    assert found.updates_an_epoch == batches_of(project, request, tmp_path)


def batches_of(project, request, tmp_path):
    tokenizer = Tokenizer(request.source_tokenizer)
    training = request.config.training
    encode_dataset(
        tmp_path / "all", project.corpus(), tokenizer, tokenizer,
        max_tokens=training.max_sentence_tokens,
    )  # fmt: skip
    dataset = ParallelDataset(tmp_path / "all")
    return len(dataset.epoch_batches(0, batch_tokens=training.batch_tokens, seed=training.seed))


def test_a_probe_that_is_stopped_leaves_no_process(request_for, small_config):
    looks = iter([False, True])

    with children_started() as children:
        assert probe(request_for(small_config()), lambda: next(looks)) is None

        assert children() == set()


def test_what_cannot_be_tried_is_said(tmp_path, request_for, small_config):
    request = request_for(small_config())
    gone = ProbeRequest(
        tmp_path / "gone", False, request.source_tokenizer, request.target_tokenizer, request.config
    )

    with pytest.raises(TrainingError, match=r"^These settings could not be tried: .+\. Training"):
        probe(gone)


def test_a_batch_too_slow_to_try_is_judged_by_a_part_of_it(monkeypatch, asked, small_config):
    config = small_config(training={"batch_tokens": 2000, "accumulation": 3})
    monkeypatch.setattr(probe_worker, "_WHOLE_S", 0.0)

    found = probe_here(asked(config))

    assert found.updates == 0
    assert found.slowest_s > found.quickest_s > 0


def test_half_a_corpus_stands_for_all_of_it(monkeypatch, asked, small_config):
    whole = probe_here(asked(small_config()))
    monkeypatch.setattr(probe_worker, "_MOST_PAIRS", 100)

    sample = probe_here(asked(small_config()))

    assert sample.updates_an_epoch == pytest.approx(whole.updates_an_epoch, rel=0.2)
