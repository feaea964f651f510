"""Measurements made by hand: lines whose costs follow a formula."""

from attnstudio.lab.kinds import Growth
from attnstudio.lab.report import LabCurve, LabMachine, LabPoint, LabReport, LineEnd, Work

LENGTHS = tuple(2**power for power in range(3, 13))
MACHINE = LabMachine("Testing", 2, 2, "cpu", "fp32", "2.0", "0.1")


def made_curve(
    milliseconds,
    *,
    kind="transformer",
    label="Transformer",
    growth=Growth.SQUARE,
    work=Work.TRAINING,
    lengths=LENGTHS,
    megabytes=lambda n: n,
    end=LineEnd.LONGEST,
):
    """A line whose costs are functions of the length."""
    points = tuple(
        LabPoint(
            n,
            milliseconds(n) / 1000,
            0.9 * milliseconds(n) / 1000,
            1.1 * milliseconds(n) / 1000,
            3,
            round(megabytes(n) * 1e6),
        )
        for n in lengths
    )
    return LabCurve(kind, label, growth, work, points, end)


def made_report(*curves, lengths=LENGTHS, others_cores=0.0):
    """A report of such lines."""
    return LabReport("small", lengths, curves, MACHINE, 1_700_000_000.0, others_cores)
