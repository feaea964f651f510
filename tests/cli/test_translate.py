"""``translate``: as many lines out as in, from anywhere to anywhere."""

import re
from pathlib import Path

import pytest

GREEDY = ("--beam", "1")


@pytest.mark.parametrize(
    ("given", "count"),
    [
        (b"", 0),
        (b"\n", 1),
        (b"\n\n\n", 3),
        (b"the dog sees a bird today", 1),
        (b"the dog\nthe man\n", 2),
        (b"the dog\r\n\r\nthe man\r\n", 3),
        (b"\xef\xbb\xbfthe dog\n", 1),
        ("the 🐕 sees 👩‍👩‍👧 today\n".encode(), 1),
        ("the dog\x0b\x0c\u2028\u2029\x85 sees\n".encode(), 1),
        (b"\t \n", 1),
    ],
)
def test_as_many_lines_come_out_as_go_in(attnstudio, trained, given, count):
    piped = attnstudio("translate", trained, *GREEDY, given=given)
    dashed = attnstudio("translate", trained, "-", *GREEDY, given=given)

    assert piped.code == 0
    assert len(piped.lines) == count
    assert piped.out == dashed.out
    assert len(piped.out.splitlines()) == count  # also for those who split by Unicode's rules


def test_files_and_standard_input_are_read_alike(attnstudio, trained, tmp_path):
    given = b"\xef\xbb\xbfthe dog\r\n\r\nthe man sees\n"
    (tmp_path / "in.txt").write_bytes(given)

    from_file = attnstudio("translate", trained, tmp_path / "in.txt", *GREEDY)

    assert from_file.out == attnstudio("translate", trained, *GREEDY, given=given).out
    assert from_file.lines[1] == ""


def test_the_answer_can_go_to_a_file(attnstudio, trained, tmp_path):
    given = b"the dog sees a bird today\n\nthe man\n"
    shown = attnstudio("translate", trained, *GREEDY, given=given)

    reply = attnstudio("translate", trained, "-o", tmp_path / "out.txt", *GREEDY, given=given)

    assert (reply.code, reply.out) == (0, "")
    assert (tmp_path / "out.txt").read_bytes() == shown.out.encode()


def test_two_processes_give_the_same_lines(attnstudio, trained):
    given = b"the dog sees a bird today\n\nthe man sees my dog\n" * 60

    alone = attnstudio("translate", trained, "--processes", "1", "--json", given=given)
    shared = attnstudio("translate", trained, "--processes", "2", "--json", given=given)

    texts = [
        [each["hypotheses"][0]["text"] for each in reply.json["translations"]]
        for reply in (alone, shared)
    ]
    assert texts[0] == texts[1]
    assert (alone.json["processes"], alone.json["bytes_each"]) == (1, 0)
    assert shared.json["processes"] in (1, 2)  # all may be done before the other one has started


@pytest.mark.parametrize("given", [b"", b"\n"])
def test_files_hold_as_many_lines_too(attnstudio, trained, tmp_path, given):
    attnstudio("translate", trained, "--output", tmp_path / "out.txt", given=given)

    assert (tmp_path / "out.txt").read_bytes() == given


def test_json_tells_everything_about_each_line(attnstudio, trained):
    reply = attnstudio("translate", trained, "--json", given=b"the dog sees a bird today\n\n")

    assert reply.code == 0
    first, second = reply.json["translations"]
    assert first["source"] == "the dog sees a bird today"
    assert first["truncated"] is False
    [hypothesis] = first["hypotheses"]
    assert hypothesis.keys() == {"text", "score", "tokens", "token_log_probs"}
    assert len(hypothesis["token_log_probs"]) == len(hypothesis["tokens"]) + 1  # and </s>
    assert second["hypotheses"] == [{"text": "", "score": 0.0, "tokens": [], "token_log_probs": []}]


def test_n_best_lists_number_their_lines(attnstudio, trained):
    reply = attnstudio("translate", trained, "--nbest", "3", "--beam", "2", given=b"the dog\n\na\n")

    fields = [line.split(" ||| ") for line in reply.lines]
    assert [number for number, _, _ in fields] == ["0"] * 3 + ["1"] + ["2"] * 3
    scores = [float(score) for number, _, score in fields if number == "0"]
    assert scores == sorted(scores, reverse=True)


def test_a_line_of_3000_tokens_is_cut_with_a_word_about_it(attnstudio, trained):
    given = f"the dog\n{'bird ' * 3000}\nthe man\n".encode()

    reply = attnstudio("translate", trained, *GREEDY, given=given)

    assert reply.code == 0
    assert len(reply.lines) == 3
    assert reply.err == ("Line 2 is longer than 500 tokens: only its beginning was translated.\n")


def test_every_checkpoint_can_be_asked(attnstudio, trained):
    given = b"the dog sees a bird today\n"
    answers = {
        which: attnstudio("translate", trained, "--checkpoint", which, "--json", given=given)
        for which in ("best", "last", "10", "20", "30")
    }

    assert {reply.code for reply in answers.values()} == {0}
    assert answers["last"].out == answers["30"].out
    assert answers["10"].out != answers["30"].out


@pytest.mark.parametrize("which", ["11", "newest", "-1", ""])
def test_a_checkpoint_that_is_not_there_is_refused(attnstudio, trained, which):
    reply = attnstudio("translate", trained, f"--checkpoint={which}", "--json")

    assert reply.code == 2
    assert reply.json["error"]["hint"] == "There are: best, last, aligned, 10, 20, 30."


def test_a_run_that_is_not_there_is_refused(attnstudio, trained):
    reply = attnstudio("translate", trained, "--run", "nosuch", "--json")

    assert reply.code == 2
    assert reply.json["error"] == {
        "message": "There is no run nosuch.",
        "hint": "There are: first.",
    }


def test_a_project_without_a_run_is_refused(attnstudio, imported):
    reply = attnstudio("translate", imported, "--json")

    assert reply.code == 2
    assert reply.json["error"]["message"] == f"{imported} has no run yet."


@pytest.mark.parametrize(
    "options", [("--beam", "0"), ("--beam", "x"), ("--nbest", "0"), ("--nosuch",), ("a", "b")]
)
def test_wrong_options_are_refused(attnstudio, trained, options):
    reply = attnstudio("translate", trained, *options, "--json")

    assert reply.code == 2
    assert reply.json["error"]["hint"] == "attnstudio translate --help shows how to use it."


def test_input_that_is_not_there_is_refused(attnstudio, trained, tmp_path):
    reply = attnstudio("translate", trained, tmp_path / "nowhere.txt", "--json")

    assert reply.code == 2
    assert reply.json["error"]["message"] == f"There is no file {tmp_path / 'nowhere.txt'}."


def test_input_that_is_not_text_is_refused_with_its_line(attnstudio, trained, tmp_path):
    given = b"the dog\nthe \xff man\n"
    (tmp_path / "in.txt").write_bytes(given)

    from_file = attnstudio("translate", trained, tmp_path / "in.txt", "--json")
    piped = attnstudio("translate", trained, "--json", given=given)

    assert (from_file.code, piped.code) == (2, 2)
    message = "{}, line 2, is not valid UTF-8."
    assert from_file.json["error"]["message"] == message.format("in.txt")
    assert piped.json["error"]["message"] == message.format("standard input")


def test_output_into_a_folder_that_is_not_there_is_refused_at_once(attnstudio, tmp_path):
    """Before the model is loaded: here is not even a project."""
    reply = attnstudio("translate", tmp_path, "-o", tmp_path / "no" / "out.txt", "--json")

    assert reply.code == 2
    assert reply.json["error"]["message"] == f"There is no folder {tmp_path / 'no'}."


def test_a_folder_is_no_output(attnstudio, trained, tmp_path):
    reply = attnstudio("translate", trained, "-o", tmp_path, "--json")

    assert reply.code == 2
    assert reply.json["error"]["message"] == f"{tmp_path} is a folder."


def test_a_program_in_a_pipe(start, trained):
    """Pipes of a shell: bytes in, bytes out, whatever the locale."""
    program = start("translate", trained, "-", "--beam", "1")
    out, err = program.communicate("the dog\nThe Übung 🐕\n".encode(), timeout=60)

    assert (program.returncode, err) == (0, b"")
    assert len(out.decode("utf-8").splitlines()) == 2


@pytest.mark.skipif(not Path("/dev/stdout").exists(), reason="no such device here")
def test_devices_can_be_read_and_written(start, trained):
    program = start("translate", trained, "/dev/stdin", "-o", "/dev/stdout", "--beam", "1")
    out, err = program.communicate(b"the dog\nthe man\n", timeout=60)

    assert (program.returncode, err) == (0, b"")
    assert len(out.splitlines()) == 2


def test_a_reader_that_goes_away_ends_it_quietly(start, trained):
    program = start("translate", trained, "--nbest", "50", "--beam", "50")
    program.stdout.close()
    program.stdin.write(b"the dog\n" * 40)
    program.stdin.close()

    assert program.wait(timeout=60) == 1
    assert b"Traceback" not in program.stderr.read()


@pytest.mark.slow
def test_a_line_beyond_the_learnt_places_is_translated_with_a_word_about_it(attnstudio, untrained):
    knobs = (
        *("model.positions=learnt", "model.model_size=16", "model.feedforward_size=16"),
        *("tokenizer.vocabulary_size=300", "guidance.weight=0", "training.decoded_pairs=0"),
    )
    sets = [word for knob in knobs for word in ("--set", knob)]
    few = ("--preset", "tiny", "--threads", "1", "--max-steps", "4")
    assert attnstudio("train", untrained, *few, *sets).code == 0

    reply = attnstudio("translate", untrained, *GREEDY, given=f"the dog\n{'bird ' * 90}\n".encode())

    assert reply.code == 0
    assert len(reply.lines) == 2
    [said] = reply.err.splitlines()
    assert re.fullmatch(
        r"Line 2 is longer than the \d+ places that this model has learnt: where its further "
        r"words stand, it does not know\.",
        said,
    )
