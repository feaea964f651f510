"""How heads looked over a training, from what validations have told."""

import json
import math

import numpy as np
import pytest
from events import make_validation

from attnstudio.sites import CROSS, DECODER_SELF, ENCODER_SELF
from attnstudio.training.event_json import from_json, to_json
from attnstudio.training.head_quantities import (
    HeadPlace,
    HeadQuantity,
    from_log,
    to_log,
    words_of,
)
from attnstudio.training.head_series import (
    head_series,
    places_told,
    runs_table,
    series_at,
)


def told(step, numbers):
    return make_validation(step=step, elapsed_s=0.0, epoch=0.0, head_numbers=numbers)


def test_numbers_stand_by_layer_head_and_update_and_gaps_stay_gaps():
    cross, own = head_series(
        [
            told(10, {"decoder_self.zeros": ((0.0,),), "cross.entropy": ((1.0, 2.0),)}),
            told(20, {}),
            told(30, {"cross.entropy": ((3.0, math.nan), (5.0, 6.0))}),
        ]
    )

    assert (cross.site, cross.quantity, cross.steps) == (CROSS, HeadQuantity.ENTROPY, (10, 30))
    np.testing.assert_array_equal(
        cross.values, [[[1.0, 3.0], [2.0, math.nan]], [[math.nan, 5.0], [math.nan, 6.0]]]
    )
    assert (own.site, own.quantity, own.steps) == (DECODER_SELF, HeadQuantity.ZEROS, (10,))
    assert own.is_flat
    assert not cross.is_flat


def test_series_come_in_the_order_of_sites_and_quantities():
    names = ("encoder_self.span", "cross.alpha", "cross.spread", "encoder_self.entropy")
    series = head_series([told(1, dict.fromkeys(names, ((1.0,),)))])

    assert [(each.site, each.quantity.value) for each in series] == [
        (CROSS, "spread"), (CROSS, "alpha"), (ENCODER_SELF, "entropy"), (ENCODER_SELF, "span"),
    ]  # fmt: skip


def test_a_log_without_them_has_no_series():
    old = json.loads(to_json(told(10, {})))
    del old["head_numbers"]

    assert head_series([from_json(json.dumps(old))]) == ()
    assert head_series([]) == ()


def test_numbers_survive_their_line_of_json_with_four_digits():
    table = np.array([[1.23456789, 0.0], [math.nan, 0.000012345]])
    place = HeadPlace(ENCODER_SELF, HeadQuantity.ENTROPY)

    event = from_json(to_json(told(1, to_log({place: table}))))

    assert event.head_numbers["encoder_self.entropy"][0] == (1.235, 0.0)
    np.testing.assert_allclose(from_log(event.head_numbers)[place], table, rtol=5e-4)


@pytest.mark.parametrize(
    "name",
    [
        "erasure.entropy", "cross", "cross.", "cross.Entropy", ".entropy", "", "cross.entropy\n",
        "encoder_self_.entropy", "rollout_cross.entropy", "cross.weights", "<b>.entropy",
        "cross.entropy.entropy", "gradient.zeros",
    ],
)  # fmt: skip
def test_of_a_strangers_log_only_what_a_model_has_is_taken(name):
    assert from_log({name: ((0.5,),)}) == {}


@pytest.mark.parametrize(
    "rows", [(), ((),), ((0.5,),) * 49, ((0.5,) * 65,)], ids=["none", "empty", "layers", "heads"]
)
def test_no_more_layers_and_heads_are_taken_than_a_model_can_have(rows):
    assert head_series([told(1, {"cross.zeros": rows})]) == ()


def test_the_largest_model_that_can_be_is_taken():
    [found] = head_series([told(1, {"cross.zeros": ((0.5,) * 64,) * 48})])

    assert found.values.shape == (48, 64, 1)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("entropy", -0.1), ("entropy", math.inf), ("spread", 1.1), ("zeros", -1e-9),
        ("zeros", 1.001), ("distance", -1.0), ("alpha", 0.99), ("alpha", 2.01), ("span", -3.0),
        ("span", -math.inf),
    ],
)  # fmt: skip
def test_a_number_that_cannot_be_is_no_number(name, wrong):
    [table] = from_log({f"cross.{name}": ((1.0, wrong),)}).values()

    np.testing.assert_array_equal(table, [[1.0, math.nan]])


ODD_NUMBERS = [
    [1], None, "cross", {"cross.zeros": 1}, {"cross.zeros": None}, {"cross.zeros": "x"},
    {"cross.zeros": [1.0]}, {"cross.zeros": [[1.0], 2.0]}, {"cross.zeros": [[1.0], [1.0, 2.0]]},
    {"cross.zeros": [["1"]]}, {"cross.zeros": [[True]]}, {"cross.zeros": [[[1.0]]]},
    {"cross.zeros": [[10**400]]}, {"cross.zeros": {"0": [1.0]}}, {"\ud800": [[1.0]]},
    {"cross.zeros": [[math.inf]]}, {"cross.zeros": [[math.nan]]}, {"cross.zeros": [None]},
]  # fmt: skip


@pytest.mark.parametrize("numbers", ODD_NUMBERS, ids=range(len(ODD_NUMBERS)))
def test_what_are_no_rows_of_numbers_is_no_event(numbers):
    line = json.loads(to_json(told(1, {}))) | {"head_numbers": numbers}

    with pytest.raises(ValueError, match="head_numbers"):
        from_json(json.dumps(line))


def test_null_stands_for_what_is_no_number():
    line = json.loads(to_json(told(1, {}))) | {"head_numbers": {"cross.zeros": [[None, 0]]}}

    [[first, second]] = from_json(json.dumps(line)).head_numbers["cross.zeros"]
    assert math.isnan(first)
    assert second == 0.0


def test_the_table_has_a_line_for_each_head_and_update():
    series = head_series(
        [told(10, {"cross.alpha": ((1.5, 1.25),)}), told(20, {"cross.alpha": ((math.nan, 2.0),)})]
    )

    assert runs_table({"r": series}).splitlines() == [
        "run,attention,quantity,layer,head,update,value",
        "r,cross,alpha,0,0,10,1.5",
        "r,cross,alpha,0,0,20,",
        "r,cross,alpha,0,1,10,1.25",
        "r,cross,alpha,0,1,20,2.0",
    ]


@pytest.mark.parametrize("quantity", HeadQuantity)
def test_each_quantity_has_words_and_bounds(quantity):
    words = words_of(quantity)

    assert words.title
    assert words.what.endswith(".")
    assert words.least < words.most


def test_one_series_is_the_same_as_that_among_all():
    events = [
        told(10, {"decoder_self.zeros": ((0.5,),), "cross.entropy": ((1.0, 2.0),)}),
        told(20, {"nobody.entropy": ((1.0,),), "cross.entropy": ()}),
        told(30, {"cross.entropy": ((3.0, -1.0), (5.0, 6.0))}),
    ]
    series = head_series(events)

    assert places_told(events) == tuple(HeadPlace(it.site, it.quantity) for it in series)
    for each in series:
        alone = series_at(events, HeadPlace(each.site, each.quantity))
        assert alone.steps == each.steps
        np.testing.assert_array_equal(alone.values, each.values)
    assert series_at(events, HeadPlace(CROSS, HeadQuantity.ALPHA)) is None


def test_a_table_of_several_runs_has_their_names():
    one = head_series([told(10, {"cross.alpha": ((1.25, 1.5),)})])

    assert runs_table({"a, b": one, "c": one}, "\t") == (
        "run\tattention\tquantity\tlayer\thead\tupdate\tvalue\n"
        "a, b\tcross\talpha\t0\t0\t10\t1.25\na, b\tcross\talpha\t0\t1\t10\t1.5\n"
        "c\tcross\talpha\t0\t0\t10\t1.25\nc\tcross\talpha\t0\t1\t10\t1.5\n"
    )
