"""The loop by itself: what it asks its hooks, and when it stops."""

import itertools

import pytest
import torch

from attnstudio.config import BestMetric, LimitsConfig, TrainingConfig, TransformerConfig
from attnstudio.corpus.parallel_corpus import CorpusWriter, ParallelCorpus, Split
from attnstudio.model.builder import VocabularySizes, build_model
from attnstudio.tokenizer import Tokenizer, TokenizerSpec, train_tokenizer
from attnstudio.training.dataset import ParallelDataset, encode_dataset
from attnstudio.training.events import CheckpointSaved, Finished, Step, Validation
from attnstudio.training.stop import StopReason, StopToken
from attnstudio.training.trainer import Trainer, TrainerHooks, ValidationResult


@pytest.fixture(scope="module")
def dataset(tmp_path_factory, pairs):
    folder = tmp_path_factory.mktemp("trainer")
    with CorpusWriter(folder / "corpus", "en", "de") as writer:
        for pair in pairs[:60]:
            writer.add(pair, Split.TRAIN)
        corpus = ParallelCorpus(writer.finish())
    texts = [text for pair in pairs for text in (pair.source, pair.target)]
    tokenizer = Tokenizer(train_tokenizer(texts, TokenizerSpec("unigram", 320, True, 0.0)).model)
    encode_dataset(folder / "data", corpus, tokenizer, tokenizer, max_tokens=60)
    return ParallelDataset(folder / "data")


class Outside:
    """What surrounds a trainer: given validation losses, a clock, and what was said and saved."""

    def __init__(self, losses=(), *, bleu=(), seconds_per_look=0.0):
        self.events, self.snapshots, self.spent = [], [], []
        self.stop = StopToken()
        self._losses, self._bleu = iter(losses), iter(bleu)
        self._ticks = itertools.count()
        self._seconds = seconds_per_look
        self.stop_at_step = None

    def emit(self, event):
        self.events.append(event)
        if event.step == self.stop_at_step:
            self.stop.request()

    def validate(self, model, _step, time_is_spent):
        assert not model.training
        self.spent.append(time_is_spent)
        return ValidationResult(next(self._losses, 9.0), 0.5, bleu=next(self._bleu, None))

    def train(self, dataset, limits, **config):
        torch.manual_seed(1)
        shape = TransformerConfig(
            encoder_layers=1, decoder_layers=1, model_size=8, heads=2, feedforward_size=8
        )
        defaults = {"batch_tokens": 100, "validate_every": 1, "patience": 0, "warmup_steps": 0}
        trainer = Trainer(
            build_model(shape, VocabularySizes(320, 320, True)),
            dataset,
            config=TrainingConfig(**(defaults | config)),
            limits=limits,
            hooks=TrainerHooks(
                self.validate,
                lambda snapshot, best: self.snapshots.append((snapshot.state.step, best)),
                self.emit,
                lambda: next(self._ticks) * self._seconds,
            ),
            stop=self.stop,
        )
        return trainer.run(started_at=0.0)

    def of(self, kind):
        return [event for event in self.events if isinstance(event, kind)]


def test_training_ends_after_so_many_validations_without_gain(dataset):
    outside = Outside([5.0, 4.0, 4.5, 3.0, 3.0, 3.1, 3.2])
    reason = outside.train(dataset, LimitsConfig(max_steps=50), patience=3)

    assert reason is StopReason.NO_IMPROVEMENT
    assert outside.of(Finished)[0].step == 7
    assert outside.of(Finished)[0].best_step == 4


def test_the_best_checkpoint_is_marked_when_it_is_saved(dataset):
    outside = Outside([5.0, 4.0, 4.5])
    outside.train(dataset, LimitsConfig(max_steps=3))

    assert outside.snapshots == [(1, True), (2, True), (3, False)]
    assert [event.is_best for event in outside.of(Validation)] == [True, True, False]


def test_best_can_mean_the_highest_bleu(dataset):
    outside = Outside([3.0, 4.0, 5.0], bleu=[10.0, 30.0, 20.0])
    outside.train(dataset, LimitsConfig(max_steps=3), best_metric=BestMetric.BLEU)

    assert outside.of(Finished)[0].best_step == 2


def test_a_limit_between_validations_adds_one_that_patience_does_not_count(dataset):
    outside = Outside([5.0, 1.0])
    outside.train(dataset, LimitsConfig(max_steps=3), validate_every=2)

    assert [event.step for event in outside.of(Validation)] == [2, 3]
    assert outside.of(Finished)[0].best_step == 3


def test_a_persons_stop_adds_no_validation_but_a_checkpoint(dataset):
    outside = Outside()
    outside.stop_at_step = 2
    reason = outside.train(dataset, LimitsConfig(max_steps=50), validate_every=40, report_every=1)

    assert reason is StopReason.REQUESTED
    assert outside.of(Validation) == []
    assert [event.step for event in outside.of(CheckpointSaved)] == [2]


def test_validation_learns_that_it_has_used_up_its_tenth_of_the_time(dataset):
    quick = Outside(seconds_per_look=0.0)
    quick.train(dataset, LimitsConfig(max_steps=3))
    slow = Outside(seconds_per_look=1.0)
    slow.train(dataset, LimitsConfig(max_steps=3))

    assert quick.spent == [False] * 3
    assert slow.spent[0] is False
    assert slow.spent[-1] is True


def test_decoding_that_chooses_the_best_checkpoint_is_never_left_out(dataset):
    slow = Outside(bleu=[1.0, 2.0, 3.0], seconds_per_look=1.0)
    slow.train(dataset, LimitsConfig(max_steps=3), best_metric=BestMetric.BLEU)

    assert slow.spent == [False] * 3


def test_checkpoints_come_at_least_every_few_minutes(dataset):
    outside = Outside(seconds_per_look=30.0)
    outside.train(dataset, LimitsConfig(max_steps=6), validate_every=1000, checkpoint_minutes=2.0)

    assert outside.of(CheckpointSaved)[0].step < 6


def test_the_speed_counts_target_tokens_over_the_time_of_updates_alone(dataset):
    outside = Outside(seconds_per_look=1.0)
    outside.train(dataset, LimitsConfig(max_steps=2), validate_every=1000, report_every=1)
    first, second = outside.of(Step)

    # every look at the clock is a second later, and an update looks at its start and its end
    assert second.tokens_per_second == pytest.approx(second.target_tokens - first.target_tokens)
