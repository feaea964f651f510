"""The picture and the tables of a measurement."""

import csv
import io
from xml.etree import ElementTree

import pytest
from lab_reports import made_curve, made_report

from attnstudio.lab.findings import PieceLengths
from attnstudio.lab.kinds import Growth
from attnstudio.lab.picture import draw_report, law_points, picture_of
from attnstudio.lab.report import Measure, Work
from attnstudio.lab.table import csv_of, table_lines

USUAL = made_curve(lambda n: 4 + 0.2 * n + 0.001 * n**2)
SHORT = made_curve(
    lambda n: 1 + n, label="Short", kind="short", growth=Growth.LINEAR, lengths=(8, 16, 32, 64)
)
REPORT = made_report(USUAL, SHORT)
CORPUS = PieceLengths(7, 34, 61)


def test_a_law_is_dashed_from_where_it_was_fitted_to_the_longest_length():
    points = law_points(SHORT, Measure.SECONDS, 4096)

    assert (points[0].x, points[-1].x) == (8, pytest.approx(4096))
    assert points[-1].y == pytest.approx(4097)


def test_every_line_stands_beside_its_law():
    picture = picture_of(REPORT, Work.TRAINING, Measure.SECONDS, CORPUS)

    assert [line.name for line in picture.lines] == [
        "Transformer", "its law, n²", "Short", "its law, n",
    ]  # fmt: skip
    assert [line.is_law for line in picture.lines] == [False, True, False, True]
    assert [point.y for point in picture.lines[0].points] == pytest.approx(
        USUAL.costs(Measure.SECONDS)
    )
    assert (picture.band.low, picture.band.high, picture.band.mark) == (7, 34, 61)


def test_the_file_is_well_formed_and_says_where_the_sentences_lie():
    svg = ElementTree.fromstring(draw_report(REPORT, Work.TRAINING, Measure.MEMORY, CORPUS))

    texts = [element.text for element in svg.iter() if element.tag.endswith("text")]
    assert "What a training step costs: memory" in texts
    assert "Shaded: most of your sentences, 7 to 34 pieces; dotted: the longest, 61." in texts


def test_a_table_has_a_row_a_kind_and_a_dash_where_nothing_was_measured():
    heading, usual, short = table_lines(REPORT, Work.TRAINING, Measure.SECONDS)

    assert heading.split()[-2:] == ["4,096", "law"]
    assert usual.split()[1:3] == ["5.66", "7.46"]
    assert usual.endswith("n²: 4 + 0.2·n + 1·10⁻³·n²")
    assert short.split()[5] == "–"
    assert table_lines(REPORT, Work.DECODING, Measure.SECONDS) == []


def test_the_spreadsheet_has_a_row_a_point():
    rows = list(csv.DictReader(io.StringIO(csv_of(REPORT))))

    assert len(rows) == 14
    assert rows[0]["kind"] == "transformer"
    assert float(rows[0]["milliseconds"]) == pytest.approx(5.664, rel=1e-3)
    assert int(rows[-1]["pieces"]) == 64
    assert int(rows[-1]["memory_bytes"]) == 64_000_000
