"""``new``, ``import`` and ``info``."""

import gzip

import pytest

from attnstudio.project.project import Project
from attnstudio.project.run_card import RunCard, read_card, write_card


def test_new_says_what_it_made(attnstudio, tmp_path):
    reply = attnstudio("new", tmp_path / "p", "--source", "en", "--target", "de", "--json")

    assert reply.code == 0
    assert reply.json == {
        "project": str(tmp_path / "p"),
        "languages": {"source": "en", "target": "de"},
        "pairs": {"train": 0, "valid": 0, "test": 0},
    }


def test_new_says_so_in_words(attnstudio, tmp_path):
    reply = attnstudio("new", tmp_path / "p", "--source", "en", "--target", "de")

    assert reply.lines == [f"Made {tmp_path / 'p'} for en to de."]
    assert reply.err == ""


def test_languages_may_be_named_in_words(attnstudio, tmp_path):
    reply = attnstudio("new", tmp_path / "p", "--source", "english", "--target", "中文", "--json")

    assert reply.json["languages"] == {"source": "en", "target": "zh"}


def test_a_language_that_is_not_known_is_taken_and_it_is_said(attnstudio, tmp_path):
    reply = attnstudio("new", tmp_path / "p", "--source", "Totonac", "--target", "top", "--json")

    assert reply.json["languages"] == {"source": "Totonac", "target": "top"}
    assert reply.err == "Totonac is not known here and is taken as it is written.\n"
    lines = tmp_path / "lines.Totonac", tmp_path / "lines.top"
    for path in lines:
        path.write_text("Kin\nxa\n", "utf-8")
    assert attnstudio("import", tmp_path / "p", *lines).code == 0
    assert attnstudio("info", tmp_path / "p").lines[0].startswith("Totonac to top: ")


def test_import_says_of_a_picture_that_it_is_one(attnstudio, empty_project, tmp_path):
    (tmp_path / "photo.png").write_bytes(b"\x89PNG")

    reply = attnstudio("import", empty_project, tmp_path / "photo.png", "--json")

    assert reply.code == 2
    assert reply.json["error"]["message"] == "photo.png is a picture."


@pytest.mark.parametrize("sample", ["en-de", "en-zh"])
def test_new_fills_a_project_with_a_sample(attnstudio, tmp_path, sample):
    reply = attnstudio("new", tmp_path / "p", "--sample", sample, "--json")

    assert reply.code == 0
    assert reply.json["languages"]["target"] == sample.removeprefix("en-")
    assert all(count > 0 for count in reply.json["pairs"].values())


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--source", "en"),
        ("--source", "en", "--target", "de", "--sample", "en-de"),
        ("--sample", "en-xx"),
        ("--source", "e.n", "--target", "de"),
        ("--source", "en", "--target", "en"),
        ("--source", "en", "--target", "тотонак"),
        ("--source", "English", "--target", "en"),
    ],
)
def test_new_refuses_what_is_no_pair_of_languages(attnstudio, tmp_path, options):
    reply = attnstudio("new", tmp_path / "p", *options, "--json")

    assert reply.code == 2
    assert reply.json["error"]["hint"]
    assert not (tmp_path / "p").exists()


def test_new_refuses_a_folder_that_is_in_use(attnstudio, empty_project):
    reply = attnstudio("new", empty_project, "--source", "en", "--target", "de", "--json")

    assert reply.code == 2
    assert reply.json["error"]["message"] == f"{empty_project} is not an empty folder."


def test_import_counts_what_it_kept_and_dropped(attnstudio, empty_project, tmp_path):
    (tmp_path / "letters.en").write_bytes(b"one\n\nthr\xffee\nfour\n")
    (tmp_path / "letters.de").write_bytes("eins\nzwei\ndrei\nvier ✓\n".encode())

    reply = attnstudio(
        "import", empty_project, tmp_path / "letters.en", tmp_path / "letters.de", "--json"
    )

    assert reply.code == 0
    content = reply.json
    assert content["pairs"] == 2
    assert content["dropped"] == {"empty": 1, "undecodable": 1}
    assert content["problems"] == [
        {"file": "letters.en", "line": 2, "reason": "empty", "text": "zwei", "counted": "line"},
        {
            "file": "letters.en",
            "line": 3,
            "reason": "undecodable",
            "text": "thr\ufffdee",
            "counted": "line",
        },
    ]
    assert (content["source"], content["target"]) == ("letters.en", "letters.de")
    assert content["split"] == "train"
    assert content["splits"] == {"train": 2, "valid": 0, "test": 0}


def test_import_says_so_in_words(attnstudio, empty_project, tmp_path, write_lines):
    write_lines(tmp_path / "a.en", ["one", ""])
    write_lines(tmp_path / "a.de", ["eins", "zwei"])

    reply = attnstudio("import", empty_project, tmp_path / "a.en", tmp_path / "a.de")

    assert reply.lines == [
        "Imported 1 pair for train.",
        "  source: a.en",
        "  target: a.de",
        "  dropped 1: empty",
        "    a.en:2 zwei",
    ]


def test_import_recognises_the_sides_by_their_names(attnstudio, empty_project, corpus_files):
    reply = attnstudio(
        "import", empty_project, corpus_files / "train.de", corpus_files / "train.en", "--json"
    )

    assert (reply.json["source"], reply.json["target"]) == ("train.en", "train.de")


def test_import_unpacks(attnstudio, empty_project, tmp_path):
    path = tmp_path / "table.tsv.gz"
    path.write_bytes(gzip.compress(b"one\teins\ntwo\tzwei\n"))

    reply = attnstudio("import", empty_project, path, "--as", "test", "--json")

    assert reply.json["splits"] == {"train": 0, "valid": 0, "test": 2}


def test_import_twice_adds_nothing_and_says_so(attnstudio, untrained, corpus_files):
    files = [corpus_files / f"train.{ending}" for ending in ("en", "de")]
    links = corpus_files / "train.links"

    reply = attnstudio("import", untrained, *files, "--links", links, "--json")

    assert reply.code == 0
    assert reply.json["pairs"] == 0
    [notice] = reply.json["notices"]
    assert "nothing was added" in notice


def test_import_points_at_pairs_that_stand_in_two_splits(attnstudio, untrained, tmp_path, pairs):
    (tmp_path / "again.tsv").write_text(f"{pairs[0].source}\t{pairs[0].target}\n", "utf-8")

    reply = attnstudio("import", untrained, tmp_path / "again.tsv", "--as", "test")

    assert "attnstudio clean" in reply.lines[-1]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--as", "dev"), "'dev' is not a split."),
        (("--links", "nowhere.links"), "There is no file nowhere.links."),
    ],
)
def test_import_refuses_wrong_options(attnstudio, untrained, corpus_files, options, message):
    files = [corpus_files / f"train.{ending}" for ending in ("en", "de")]

    reply = attnstudio("import", untrained, *files, *options, "--json")

    assert reply.code == 2
    assert reply.json["error"]["message"] == message


def test_import_refuses_files_of_different_lengths_and_keeps_nothing(
    attnstudio, empty_project, tmp_path, write_lines
):
    write_lines(tmp_path / "a.en", ["one", "two"])
    write_lines(tmp_path / "a.de", ["eins"])

    reply = attnstudio("import", empty_project, tmp_path / "a.en", tmp_path / "a.de", "--json")

    assert reply.code == 2
    assert "a.en has 2 lines, a.de has 1" in reply.json["error"]["message"]
    assert attnstudio("info", empty_project, "--json").json["pairs"]["train"] == 0


def test_info_of_a_new_project(attnstudio, empty_project):
    content = attnstudio("info", empty_project, "--json").json

    assert not any(content.pop("bytes").values())
    assert content == {
        "project": str(empty_project),
        "languages": {"source": "en", "target": "de"},
        "pairs": {"train": 0, "valid": 0, "test": 0},
        "runs": [],
        "last_run": None,
    }


def test_info_lists_runs_with_state_step_and_best(attnstudio, trained):
    content = attnstudio("info", trained, "--json").json

    assert content["pairs"] == {"train": 260, "valid": 30, "test": 30}
    assert content["last_run"] == "first"
    [run] = content["runs"]
    best = run.pop("best")
    assert run == {
        "name": "first",
        "state": "stopped",
        "reason": "step_limit",
        "step": 30,
        "preset": "tiny",
        "source": "en",
        "target": "de",
        "checkpoints": [10, 20, 30],
        "interrupted": None,
        "tags": [],
        "note": "",
    }
    assert best["step"] == 30
    assert best.keys() == {"step", "loss", "bleu", "chrf", "aer"}


def test_info_says_so_in_words(attnstudio, trained):
    first, second, third = attnstudio("info", trained).lines

    assert first == "en to de: 260 train, 30 valid, 30 test"
    assert second.startswith("  first: at its step limit, step 30, best loss ")
    assert third.startswith("On the disk: ")


def test_info_shows_what_the_person_wrote_about_a_run(attnstudio, trained):
    run = Project.open(trained).run("first")
    before = read_card(run)
    write_card(run, RunCard(note="Half the rate.\n\nSlow.", tags=("baseline", "low rate")))
    try:
        [facts] = attnstudio("info", trained, "--json").json["runs"]
        lines = attnstudio("info", trained).lines
        damaged = run.folder / "config.toml"
        content = damaged.read_bytes()
        damaged.write_bytes(b"=")
        [broken] = attnstudio("info", trained, "--json").json["runs"]
        damaged.write_bytes(content)
    finally:
        write_card(run, before)

    assert facts["tags"] == broken["tags"] == ["baseline", "low rate"]
    assert facts["note"] == broken["note"] == "Half the rate.\n\nSlow."
    assert broken["state"] == "damaged"
    assert lines[2:6] == [
        "    tags: baseline, low rate",
        "    | Half the rate.",
        "    |",
        "    | Slow.",
    ]


@pytest.mark.parametrize("command", ["info", "clean", "train", "evaluate"])
def test_a_folder_that_is_no_project_is_refused(attnstudio, tmp_path, command):
    reply = attnstudio(command, tmp_path, "--json")

    assert reply.code == 2
    assert reply.json == {
        "error": {
            "message": f"{tmp_path} is not a project.",
            "hint": f"Make one with 'attnstudio new {tmp_path} --source en --target de'.",
        }
    }


def test_commands_without_a_model_leave_torch_alone(run_python, tmp_path):
    """In one fresh process: new, import, clean, info."""
    said = run_python(
        f"""
        import sys
        from pathlib import Path
        from attnstudio.cli.app import run
        folder = Path({str(tmp_path)!r})
        (folder / "a.tsv").write_text("one\\teins\\n")
        project = str(folder / "p")
        codes = [
            run(["new", project, "--source", "en", "--target", "de"]),
            run(["import", project, str(folder / "a.tsv")]),
            run(["clean", project]),
            run(["info", project]),
        ]
        print(codes, sorted({{"torch", "PySide6", "pyqtgraph"}} & set(sys.modules)))
        """
    )

    assert said.splitlines()[-1] == "[0, 0, 0, 0] []"
