"""Examples and an objective that are no sentence pairs train a model through the same loop."""

import math

import numpy as np
import torch
from torch.nn import functional

from attnstudio.config_model import TransformerConfig
from attnstudio.config_training import LimitsConfig, TrainingConfig
from attnstudio.model.builder import build_model
from attnstudio.model.interface import SourceBatch
from attnstudio.model.spec import translation_spec
from attnstudio.sites import SOURCE
from attnstudio.tokenizer import END_ID, PADDING_ID, START_ID
from attnstudio.training.batch import Batch
from attnstudio.training.events import Step
from attnstudio.training.hooks import TrainerHooks
from attnstudio.training.loss import Loss
from attnstudio.training.stop import StopReason, StopToken
from attnstudio.training.trainer import Trainer

FIRST_DIGIT = 5
VOCABULARY = FIRST_DIGIT + 10


class DigitsToCopy:
    """Rows of one to four digits, drawn anew at each draw; the target is the source."""

    def __init__(self):
        self.draws = []

    def epoch_batches(self, epoch, *, batch_tokens, seed):
        rows = np.random.default_rng((seed, epoch)).permutation(64)
        return list(rows.reshape(-1, batch_tokens // 5))

    def batch(self, rows, *, draw):
        self.draws.append(draw)
        random = np.random.default_rng(draw)
        targets = np.full((len(rows), 5), PADDING_ID)
        for target, length in zip(targets, 1 + rows % 4, strict=True):
            target[:length] = random.integers(FIRST_DIGIT, VOCABULARY, length)
            target[length] = END_ID
        outputs = torch.from_numpy(targets)
        begins = torch.full((len(rows), 1), START_ID)
        inputs = torch.cat((begins, outputs[:, :-1]), dim=1)
        inputs[inputs == END_ID] = PADDING_ID
        source = SourceBatch(outputs, outputs != PADDING_ID)
        places = (outputs != PADDING_ID).flatten().nonzero().squeeze(1)
        return Batch({SOURCE: source}, inputs, outputs, places)


class SquaredMisses:
    """The Brier score: how far the probabilities are from those of the digits."""

    def loss(self, model, batch, *, divisor):
        encoded = model.read(batch.sources)
        logits = model.decode(encoded, batch.target_inputs).logits.flatten(0, 1)
        targets = batch.target_outputs.flatten()[batch.target_places]
        wanted = functional.one_hot(targets, VOCABULARY)
        misses = (logits[batch.target_places].softmax(dim=-1) - wanted).square().sum()
        return Loss(misses / divisor, misses.detach())


def trained(stream, objective, **config):
    torch.manual_seed(1)
    shape = TransformerConfig(
        encoder_layers=1, decoder_layers=1, model_size=32, heads=2, feedforward_size=64, dropout=0.0
    )
    events = []
    reason = Trainer(
        build_model(shape, translation_spec(VOCABULARY, VOCABULARY, shared=True)),
        stream,
        objective=objective,
        config=TrainingConfig(
            batch_tokens=80, validate_every=1_000, learning_rate=0.005, warmup_steps=10, **config
        ),
        limits=LimitsConfig(max_steps=120),
        hooks=TrainerHooks(lambda *_: None, lambda *_: None, events.append),
        stop=StopToken(),
    ).run(started_at=0.0)
    assert reason is StopReason.STEP_LIMIT
    return [event for event in events if isinstance(event, Step)]


def test_a_model_learns_to_copy_digits_by_an_objective_of_its_own():
    steps = trained(DigitsToCopy(), SquaredMisses())

    assert 0.8 < steps[0].loss < 1.2  # of at most 2; a cross-entropy would be 2.7
    assert steps[-1].loss < 0.5 * steps[0].loss


def test_without_an_objective_it_is_the_cross_entropy():
    [first, *_, last] = trained(DigitsToCopy(), None)

    assert abs(first.loss - math.log(VOCABULARY)) < 1.0
    assert last.loss < 0.5 * first.loss


def test_a_stream_is_asked_for_each_draw_once_in_order():
    stream = DigitsToCopy()
    trained(stream, None, accumulation=2)

    assert stream.draws == list(range(240))
