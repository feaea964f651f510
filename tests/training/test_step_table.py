from events import make_step

from attnstudio.training.step_table import StepTable


def updated(step):
    return make_step(
        step=step,
        elapsed_s=float(step),
        epoch=0.1,
        loss=5.0 - step,
        tokens_per_second=100.0,
        target_tokens=step * 10,
    )


def table_of(*steps):
    table = StepTable()
    for step in steps:
        table.append(updated(step))
    return table


def test_steps_come_back_as_they_were_given():
    table = table_of(1, 2, 3)

    assert list(table) == [updated(1), updated(2), updated(3)]
    assert (table[-1], table[1:]) == (updated(3), [updated(2), updated(3)])
    assert table == table_of(1, 2, 3)
    assert table != table_of(1, 2)
    assert isinstance(table[0].target_tokens, int)


def test_a_quantity_is_a_column():
    assert list(table_of(1, 2).column("loss")) == [4.0, 3.0]


def test_steps_after_one_are_forgotten():
    table = table_of(2, 4, 6)
    table.void_after(5)

    assert [step.step for step in table] == [2, 4]
