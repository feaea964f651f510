"""What spans cost: once an update, however many parts it is made in."""

import pytest
import torch

from attnstudio.config_attention import OwnReachKind
from attnstudio.config_model import TransformerConfig
from attnstudio.config_training import LimitsConfig, Precision, TrainingConfig
from attnstudio.model.attention.span import LearntSpan
from attnstudio.model.builder import build_model
from attnstudio.model.interface import SourceBatch
from attnstudio.model.spec import translation_spec
from attnstudio.sites import SOURCE
from attnstudio.training.batch import Batch
from attnstudio.training.hooks import TrainerHooks, ValidationResult
from attnstudio.training.loss import LabelSmoothedCrossEntropy
from attnstudio.training.span_cost import span_cost, with_span_cost
from attnstudio.training.stop import StopToken
from attnstudio.training.trainer import Trainer
from attnstudio.training.update import GradientMaker

PLAIN = LabelSmoothedCrossEntropy(0.1)


@pytest.fixture
def batch():
    """Three pairs of 6, 5 and 4 pieces."""
    ids = torch.tensor([[7, 9, 4, 11, 8, 2], [5, 8, 6, 3, 2, 0], [13, 6, 10, 2, 0, 0]])
    places = (ids != 0).flatten().nonzero().squeeze(1)
    return Batch({SOURCE: SourceBatch(ids, ids != 0)}, ids, ids, places)


def model_with(reach):
    torch.manual_seed(4)
    config = TransformerConfig(
        encoder_layers=1, decoder_layers=2, model_size=8, heads=2, feedforward_size=8,
        dropout=0.0, own_reach=reach, window=3,
    )  # fmt: skip
    return build_model(config, translation_spec(source=330, target=330, shared=True)).train()


def spans_of(model):
    return [part for part in model.modules() if isinstance(part, LearntSpan)]


def test_a_model_without_spans_has_no_price():
    assert with_span_cost(PLAIN, model_with(OwnReachKind.WINDOW)) is PLAIN


def test_the_price_is_the_average_span_of_each_layer_and_no_part_of_what_is_reported(batch):
    model = model_with(OwnReachKind.SPAN)
    given = torch.tensor([[1.0, 2.0], [0.0, 7.0], [-3.0, 0.5]])
    for part, spans in zip(spans_of(model), given, strict=True):
        part.spans_in_units.data = spans / 64
    plain = PLAIN.loss(model, batch, divisor=50.0)
    priced = with_span_cost(PLAIN, model).loss(model, batch, divisor=50.0)
    assert span_cost(model).item() == pytest.approx(1.5 + 3.5 + 0.25)
    added = (priced.minimised - plain.minimised).item()
    assert added == pytest.approx(1e-3 * 5.25 * batch.target_tokens / 50.0, rel=1e-3)
    assert priced.reported.equal(plain.reported)


def test_an_update_in_parts_pays_the_price_once(batch):
    found = []
    for parts in (1, 3):
        model = model_with(OwnReachKind.SPAN)
        maker = GradientMaker(model, with_span_cost(PLAIN, model), Precision.FP32)
        maker.parts = parts
        maker.make([batch, batch])
        found.append(torch.stack([part.spans_in_units.grad for part in spans_of(model)]))
    torch.testing.assert_close(found[0], found[1])
    for part in spans_of(model_with(OwnReachKind.SPAN)):
        assert part.spans_in_units.shape == (2,)


def test_far_spans_shrink_while_a_model_trains(batch):
    """Sentences are shorter than the spans: only the price is left to move them."""
    model = model_with(OwnReachKind.SPAN)
    for part in spans_of(model):
        part.spans_in_units.data.fill_(100 / 64)
    with_span_cost(PLAIN, model).loss(
        model, batch, divisor=batch.target_tokens
    ).minimised.backward()
    for part in spans_of(model):
        assert part.spans_in_units.grad.tolist() == pytest.approx([1e-3 * 64 / 2] * 2)


def test_a_training_pays_for_spans_and_for_nothing_else_where_there_are_none(dataset):
    """Sentences are shorter than the spans, so that without a price these would stay."""
    model = model_with(OwnReachKind.SPAN)
    for part in spans_of(model):
        part.spans_in_units.data.fill_(500 / 64)
    Trainer(
        model,
        dataset,
        config=TrainingConfig(
            batch_tokens=100, validate_every=100, warmup_steps=0, precision=Precision.FP32
        ),
        limits=LimitsConfig(max_steps=4),
        hooks=TrainerHooks(lambda *_: ValidationResult(scores={"loss": 9.0}), lambda *_: None, id),
        stop=StopToken(),
    ).run(started_at=0.0)
    for part in spans_of(model):
        assert (part.spans < 499.9).all()
