"""``align``: Pharaoh lines for text that somebody else cut into words."""

import json
import re

import pytest


@pytest.fixture(scope="module")
def sentences(tmp_path_factory, pairs, write_lines):
    """Two files of four lines, one of them empty on one side, and gold links."""
    folder = tmp_path_factory.mktemp("sentences")
    sources = [pair.source for pair in pairs[290:293]]
    targets = [pair.target for pair in pairs[290:293]]
    return (
        write_lines(folder / "a.en", [*sources, "the dog"]),
        write_lines(folder / "a.de", [*targets, ""]),
        write_lines(folder / "a.links", ["0-2 1-3 2-1 3-4 4-5 5p0"] * 3 + [""]),
    )


def links(line):
    return [tuple(map(int, item.split("-"))) for item in line.split()]


def test_one_line_of_links_a_pair(attnstudio, trained, sentences):
    reply = attnstudio("align", trained, *sentences[:2])

    assert reply.code == 0
    assert len(reply.lines) == 4
    assert reply.lines[3] == ""
    assert all(s < 6 and t < 6 for line in reply.lines[:3] for s, t in links(line))


def test_json_holds_the_lines_and_the_reading(attnstudio, trained, sentences):
    reply = attnstudio("align", trained, *sentences[:2], "--json")

    assert reply.json["alignments"] == attnstudio("align", trained, *sentences[:2]).lines
    assert reply.json["reading"].keys() == {"site", "layer", "head", "method", "measure"}


def test_the_reading_stored_with_the_run_is_the_default(attnstudio, trained, sentences):
    stored = attnstudio("evaluate", trained, "--beam", "1", "--json").json["alignment"]["reading"]

    assert attnstudio("align", trained, *sentences[:2], "--json").json["reading"] == stored


@pytest.mark.parametrize(
    ("options", "reading"),
    [
        (("--method", "naive"), {"layer": None, "head": None, "method": "naive"}),
        (("--method", "shifted"), {"layer": None, "head": None, "method": "shifted"}),
        (("--layer", "1"), {"layer": 1, "head": None, "method": "naive"}),
        (("--head", "2"), {"layer": None, "head": 2, "method": "naive"}),
        (
            ("--layer", "0", "--head", "3", "--method", "shifted"),
            {"layer": 0, "head": 3, "method": "shifted"},
        ),
        (
            ("--measure", "norms"),
            {"layer": None, "head": None, "method": "naive", "measure": "norms"},
        ),
        (
            ("--measure", "alti", "--layer", "1"),
            {"layer": 1, "head": None, "method": "naive", "measure": "alti"},
        ),
    ],
)
def test_a_reading_can_be_asked_for(attnstudio, trained, sentences, options, reading):
    assert (
        attnstudio("align", trained, *sentences[:2], *options, "--json").json["reading"]
        == {"site": "cross", "measure": "weights"} | reading
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--method", "best"), "'best' is not a method."),
        (("--measure", "lengths"), "'lengths' is not a measure."),
        (
            ("--measure", "alti", "--head", "1"),
            "Contributions (ALTI) are those of a whole layer: head 1 has none of its own.",
        ),
        (("--layer", "9"), "This model has 2 layers with 4 heads; layer 9 does not exist."),
        (("--head", "4"), "This model has 2 layers with 4 heads; head 4 does not exist."),
    ],
)
def test_a_reading_that_is_not_there_is_refused(attnstudio, trained, sentences, options, message):
    reply = attnstudio("align", trained, *sentences[:2], *options, "--json")

    assert reply.code == 2
    assert reply.json["error"]["message"] == message


def test_without_a_stored_reading_one_is_chosen_and_its_reason_said(attnstudio, project, sentences):
    assert attnstudio("align", project, *sentences[:2], "--json").json["chosen"] == {
        "by": "training"
    }
    asked = attnstudio("align", project, *sentences[:2], "--layer", "1", "--json").json
    assert asked["chosen"] == {"by": "options"}
    for kept in (project / "runs" / "first").glob("checkpoints/*/reading.json"):
        kept.unlink()

    reply = attnstudio("align", project, *sentences[:2], "--json")

    chosen = reply.json["chosen"]
    assert (chosen["by"], chosen["pairs"]) == ("gold", 30)
    assert chosen["reading"] == reply.json["reading"]
    assert chosen["error"] == min(row["error"] for row in chosen["table"])
    assert "the fewest errors on 30 pairs with gold links" in reply.err


def test_the_map_of_layers_and_heads_marks_the_best(attnstudio, trained):
    reply, content = (attnstudio("readings", trained, *how) for how in ((), ("--json",)))

    head, *rows = [line.split() for line in reply.lines if line]
    assert head == ["average", "head", "0", "head", "1", "head", "2", "head", "3"]
    assert [row[0] for row in rows] == ["average", "layer", "layer"]
    cells = [cell for row in rows for cell in row if "." in cell]
    assert len(cells) == 1 + 2 * 5
    [best] = [cell for cell in cells if cell.startswith("*")]
    assert float(best[1:]) == min(float(cell.lstrip("*")) for cell in cells)
    assert float(best[1:]) == pytest.approx(content.json["error"], abs=5e-4)


def test_the_readings_of_one_measure_are_told_alone(attnstudio, trained):
    reply, content = (
        attnstudio("readings", trained, "--measure", "alti", *how) for how in ((), ("--json",))
    )

    head, *rows = [line.split() for line in reply.lines if line]
    assert head == ["average"]  # heads have none of their own
    assert [row[:-1] for row in rows] == [["average"], ["layer", "0"], ["layer", "1"]]
    assert {row["measure"] for row in content.json["table"]} == {"alti"}
    everything = attnstudio("readings", trained, "--json").json["table"]
    assert [row for row in everything if row["measure"] == "alti"] == content.json["table"]
    refused = attnstudio("readings", trained, "--measure", "lengths", "--json")
    assert refused.json["error"]["message"] == "'lengths' is not a measure."


@pytest.mark.parametrize(
    ("by", "words"), [("gold", "gold links"), ("text", "the links found in the text")]
)
def test_the_checkpoint_that_aligns_best_is_read_and_said(
    attnstudio, project, sentences, by, words
):
    run = project / "runs" / "first"
    index = json.loads((run / "checkpoints.json").read_text("utf-8"))
    assert index["aligned"] in index["steps"]
    other = next(step for step in index["steps"] if step != index["best"])
    said = index | {"aligned": other, "aligned_by": by}
    (run / "checkpoints.json").write_text(json.dumps(said), "utf-8")

    reply = attnstudio("align", project, *sentences[:2], "--json")

    assert reply.json["step"] == other
    assert f"Checkpoint {other} is read, which aligns best by {words}." in reply.err
    asked = attnstudio("align", project, *sentences[:2], "--checkpoint", "best", "--json")
    assert asked.json["step"] == index["best"]


def test_gold_links_give_an_error_rate(attnstudio, trained, sentences):
    reply = attnstudio("align", trained, *sentences[:2], "--gold", sentences[2], "--json")

    assert {"aer", "precision", "recall", "reading"} <= reply.json.keys()
    assert 0 <= reply.json["aer"] <= 1
    assert "\nAER 0." in f"\n{reply.err}"


def test_links_that_are_gold_have_no_error(attnstudio, trained, sentences, tmp_path):
    assert attnstudio("align", trained, *sentences[:2], "-o", tmp_path / "out").out == ""

    reply = attnstudio("align", trained, *sentences[:2], "--gold", tmp_path / "out", "--json")

    assert (reply.json["aer"], reply.json["precision"], reply.json["recall"]) == (0, 1, 1)


@pytest.mark.parametrize("given", ["", "\n", "\n\n"])
def test_empty_lines_stay(attnstudio, trained, tmp_path, given):
    for name in ("a.en", "a.de"):
        (tmp_path / name).write_text(given, "utf-8")

    reply = attnstudio("align", trained, tmp_path / "a.en", tmp_path / "a.de")
    attnstudio("align", trained, tmp_path / "a.en", tmp_path / "a.de", "-o", tmp_path / "out")

    assert reply.out == given
    assert (tmp_path / "out").read_text("utf-8") == given


def test_files_of_different_lengths_are_refused(attnstudio, trained, sentences, tmp_path):
    (tmp_path / "short.de").write_text("heute\n", "utf-8")

    reply = attnstudio("align", trained, sentences[0], tmp_path / "short.de", "--json")

    assert reply.code == 2
    assert reply.json["error"]["message"] == "a.en has 4 lines, short.de has 1."


def test_gold_that_is_no_pharaoh_is_refused(attnstudio, trained, sentences):
    reply = attnstudio("align", trained, *sentences[:2], "--gold", sentences[0], "--json")

    assert reply.code == 2
    assert reply.json["error"]["message"].endswith(" is not a link.")


@pytest.mark.parametrize("link", ["6-0", "0-6"])
def test_gold_that_leaves_its_pair_is_refused_with_its_line(
    attnstudio, trained, sentences, tmp_path, link
):
    lines = sentences[2].read_text("utf-8").splitlines()
    lines[1] += f" {link}"
    gold = tmp_path / "a.gold"
    gold.write_text("".join(f"{line}\n" for line in lines), "utf-8")

    reply = attnstudio("align", trained, *sentences[:2], "--gold", gold, "--json")

    assert reply.code == 2
    assert reply.json["error"] == {
        "message": f"a.gold, line 2: Link {link} leaves the pair, which has 6 and 6 words.",
        "hint": "Links count the words between spaces from 0; if these count from 1, "
        "give --gold-base 1.",
    }


def test_gold_may_have_a_line_a_link(attnstudio, trained, sentences, tmp_path):
    naacl = [
        f"{pair} {int(source) + 1} {int(target) + 1} {'P' if kind == 'p' else 'S'}"
        for pair, line in enumerate(sentences[2].read_text("utf-8").splitlines(), start=1)
        for source, kind, target in re.findall(r"(\d+)([-p])(\d+)", line)
    ]
    gold = tmp_path / "a.naacl"
    gold.write_text("".join(f"{line}\n" for line in naacl), "utf-8")

    replies = [
        attnstudio("align", trained, *sentences[:2], "--gold", path, "--json")
        for path in (sentences[2], gold)
    ]

    assert replies[0].json["aer"] == replies[1].json["aer"]


def test_reversed_gold_is_refused_and_can_be_turned(attnstudio, trained, tmp_path, write_lines):
    source = write_lines(tmp_path / "b.en", ["the dog"] * 10)
    target = write_lines(tmp_path / "b.de", ["ein alter Hund"] * 10)
    gold = write_lines(tmp_path / "b.gold", ["0-0 2-1"] * 10)
    given = ("align", trained, source, target, "--gold", gold, "--json")

    refused, turned = attnstudio(*given), attnstudio(*given, "--gold-reversed")

    assert refused.json["error"] == {
        "message": "b.gold seems to be reversed: 10 of its 10 lines do not fit their pairs, and "
        "with source and target exchanged all of them do.",
        "hint": "Give --gold-reversed if each link names the word of the target first, and leave "
        "it out if not.",
    }
    assert turned.code == 0


def test_of_a_long_line_only_the_beginning_is_read_with_a_word_about_it(
    attnstudio, trained, tmp_path
):
    (tmp_path / "a.en").write_text(f"the dog\n{'bird ' * 501}\n", "utf-8")
    (tmp_path / "a.de").write_text("der Hund\nVogel\n", "utf-8")

    reply = attnstudio("align", trained, tmp_path / "a.en", tmp_path / "a.de", "--json")

    assert "Line 2 is longer than 500 tokens: only its beginning was read.\n" in reply.err
    assert reply.json["truncated"] == [2]


def test_gold_may_count_words_from_1(attnstudio, trained, sentences, tmp_path):
    from_0 = sentences[2].read_text("utf-8")
    gold = tmp_path / "from_1.gold"
    gold.write_text(re.sub(r"\d+", lambda place: str(int(place[0]) + 1), from_0), "utf-8")

    replies = [
        attnstudio("align", trained, *sentences[:2], "--gold", *options, "--json")
        for options in ((sentences[2],), (gold, "--gold-base", "1"))
    ]

    assert replies[0].json == replies[1].json


def test_chinese_tokens_are_joined_and_links_come_back_to_them(
    attnstudio, tmp_path, tiny, write_lines
):
    """Each sentence has four given tokens; the tokenizer sees no spaces between them."""
    folder = tmp_path / "project"
    subjects, objects = {"I": "我", "you": "你", "they": "他们"}, {"tea": "茶", "milk": "牛奶"}
    verbs = {"like": "喜欢", "drink": "喝", "buy": "买"}
    triples = [(s, v, o) for s in subjects for v in verbs for o in objects]
    rows = [f"{s} {v} {o} .\t{subjects[s]}{verbs[v]}{objects[o]}。" for s, v, o in triples]
    attnstudio("new", folder, "--source", "en", "--target", "zh")
    attnstudio("import", folder, write_lines(tmp_path / "a.tsv", rows))
    assert attnstudio("train", folder, *tiny, "--max-steps", "2").code == 0
    source = write_lines(tmp_path / "b.en", [f"{s} {v} {o} ." for s, v, o in triples])
    target = write_lines(
        tmp_path / "b.zh", [f"{subjects[s]} {verbs[v]} {objects[o]} 。" for s, v, o in triples]
    )

    reply = attnstudio("align", folder, source, target, "--layer", "0")

    assert reply.code == 0
    found = {link for line in reply.lines for link in links(line)}
    assert found
    assert all(s < 4 and t < 4 for s, t in found)
    assert {t for _, t in found} == {0, 1, 2, 3}


def test_a_reversed_run_takes_the_files_in_its_own_direction(attnstudio, project, tiny, sentences):
    attnstudio("train", project, *tiny, "--reverse", "--max-steps", "2", "--run", "back")

    reply = attnstudio("align", project, sentences[1], sentences[0], "--run", "back")

    assert reply.code == 0
    assert len(reply.lines) == 4


def test_a_model_without_attention_is_refused(attnstudio, untrained, sentences):
    options = (
        "--preset", "bahdanau", "--set", "model.attention=none", "--set", "model.hidden_size=8",
        "--set", "model.embedding_size=8", "--set", "tokenizer.vocabulary_size=300",
    )  # fmt: skip
    assert attnstudio("train", untrained, *options, "--max-steps", "1").code == 0

    reply = attnstudio("align", untrained, *sentences[:2], "--json")
    scored = attnstudio("evaluate", untrained, "--beam", "1", "--json")

    assert reply.code == 2
    assert reply.json["error"]["message"] == "This model has no attention."
    assert scored.code == 0
    assert "alignment" not in scored.json


def test_links_are_learnt_from_the_text_without_a_model(attnstudio, untrained, sentences):
    reply = attnstudio(
        "align", untrained, *sentences[:2], "--from-text", "--gold", sentences[2], "--json"
    )

    assert reply.code == 0, reply.err
    assert reply.json["alignments"] == ["0-2 1-3 2-1 3-4 4-5"] * 3 + [""]  # 5-0 is in every pair
    assert (reply.json["aer"], reply.json["precision"]) == (0, 1)
    assert all(len(one) == 5 for one in reply.json["confidences"][:3])
    assert reply.json["confidences"][3] == []
    assert all(0.35 < chance <= 1 for one in reply.json["confidences"] for chance in one)
    assert reply.json["learnt_from"] > 250
    assert "learnt from" in reply.err
    seen = reply.json["by_source_frequency"].keys()
    assert seen <= {"21-100", "more"}  # words of 300 pairs made by rule: the files' own among them


def test_words_and_frequencies_are_told_apart(attnstudio, untrained, sentences, tmp_path):
    options = ("--from-text", "--gold", sentences[2], "-o", tmp_path / "links")
    plain = attnstudio("align", untrained, *sentences[:2], *options)
    reply = attnstudio("align", untrained, *sentences[:2], *options, "--details")

    assert re.fullmatch(
        r"AER 0\.0000 \[0\.0000, 0\.0000\], precision 1\.0000 \[1\.0000, 1\.0000\], "
        r"recall 1\.0000 \[1\.0000, 1\.0000\] \(learnt from [\d,]+ pairs\)",
        plain.err.splitlines()[-1],
    )
    said = reply.err.splitlines()
    table = said[said.index(plain.err.splitlines()[-1]) + 1 :]
    assert table[1].split()[:4] == ["all", "links", "15", "0.000"]
    assert table[2].split()[:4] == ["of", "words", "15", "0.000"]
    assert table[-1].startswith("target word is seen ")


@pytest.mark.parametrize("option", [("--layer", "0"), ("--run", "r"), ("--checkpoint", "last")])
def test_what_belongs_to_a_model_is_refused_where_none_is_asked(
    attnstudio, untrained, sentences, option
):
    reply = attnstudio("align", untrained, *sentences[:2], "--from-text", *option, "--json")

    assert reply.code == 2
    assert reply.json["error"]["message"] == "--from-text asks no model."


def test_an_empty_project_has_the_files_to_learn_from(attnstudio, sentences, tmp_path):
    attnstudio("new", tmp_path / "project", "--source", "en", "--target", "de")

    reply = attnstudio("align", tmp_path / "project", *sentences[:2], "--from-text", "--json")

    assert reply.json["learnt_from"] == 4
    assert len(reply.json["alignments"]) == 4


def test_two_directions_are_joined(attnstudio, project, sentences, tiny):
    def align(*options):
        return attnstudio("align", project, *sentences[:2], "--run", "first", *options, "--json")

    alone = align("--join", "mean")
    assert alone.code == 2
    assert alone.json["error"]["message"] == "There is no run of the other direction."
    trained = ("train", project, *tiny, "--reverse", "--run", "back", "--max-steps", "2")
    assert attnstudio(*trained).code == 0

    both = align("--join", "mean").json
    assert (both["join"], both["reverse"]) == ("mean", "back")
    named = align("--reverse", "back").json
    assert (named["join"], named["alignments"][3]) == ("product", "")
    crossed = [set(links(line)) for line in align("--join", "intersection").json["alignments"]]
    mine = [set(links(line)) for line in align().json["alignments"]]
    assert all(common <= whole for common, whole in zip(crossed, mine, strict=True))
    assert align("--join", "sum").json["error"]["message"] == "'sum' is no way to join links."
    same = align("--reverse", "first").json["error"]["message"]
    assert same == "Run first translates in the same direction as run first."
