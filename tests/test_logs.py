"""What is written down, by whom, for how long, and what is not."""

import logging
import os
import re
import subprocess
import sys
import time
import warnings

import pytest

from attnstudio import __version__
from attnstudio.errors import CorpusError
from attnstudio.log_files import earlier_logs, read_log, take_crashes
from attnstudio.logs import Role, latest_entries, log_tail, program_log, write_down

CRASH = """
import faulthandler, sys
from attnstudio.logs import Role, program_log
with program_log(Role.WINDOW):
    print("started", flush=True)
    sys.stdin.readline()
    faulthandler._sigsegv()
"""


@pytest.fixture(autouse=True)
def logs(tmp_path, monkeypatch):
    folder = tmp_path / "logs"
    monkeypatch.setenv("ATTNSTUDIO_LOG_FOLDER", str(folder))
    return folder


@pytest.fixture
def other_start():
    """Runs a program that logs in a process of its own."""

    def run(code, **options):
        return subprocess.run(
            [sys.executable, "-c", code], check=False, capture_output=True, text=True, **options
        )

    return run


def texts(entries):
    return [entry.text for entry in entries]


def test_a_start_says_what_runs_where_and_when_it_ended(logs):
    with program_log(Role.COMMAND, ["train", "folder", "--json"]):
        logging.getLogger("attnstudio.project").info("something happened")

    [path] = logs.iterdir()
    entries = read_log(path)
    assert __version__ in entries[0].text
    assert sys.version.split()[0] in entries[0].text
    assert texts(entries[1:]) == ["command: train --json", "something happened", "command ended"]
    assert entries[2].source == "attnstudio.project"


def test_what_a_command_is_given_is_not_written_down(logs):
    with program_log(Role.COMMAND, ["attend", "dir", "my secret", "--forced=mein", "-o", "a.svg"]):
        pass

    [path] = logs.iterdir()
    assert "secret" not in path.read_text("utf-8")
    assert "command: attend --forced -o" in texts(read_log(path))


def test_a_fault_comes_with_its_trace_and_its_cause():
    with program_log(Role.WINDOW):
        try:
            try:
                raise OSError("no room")
            except OSError as error:
                raise RuntimeError("shapes differ") from error
        except RuntimeError as error:
            write_down(error)

        fault = latest_entries()[-1]

    assert fault.level == logging.ERROR
    assert fault.text.startswith("RuntimeError: shapes differ\n")
    assert "test_logs.py" in fault.text
    assert "caused by OSError: no room" in fault.text


@pytest.mark.parametrize(
    "error",
    [
        KeyError("my secret"),
        ValueError("cannot read 'my secret'"),
        CorpusError("Line {line} is odd: {text}", line=3, text="my secret"),
    ],
)
def test_texts_of_a_corpus_are_not_written_down(error):
    with program_log(Role.COMMAND):
        write_down(error)

        assert "secret" not in log_tail()
        assert latest_entries()[-1].level == logging.ERROR


def test_an_error_of_ours_is_written_down_in_its_words():
    with program_log(Role.COMMAND):
        write_down(CorpusError("{path} is empty.", hint="Choose another.", path="a.en"))

        assert latest_entries()[-1].text == "a.en is empty. Choose another."


def test_a_warning_is_written_down_and_shown_all_the_same():
    with pytest.warns(UserWarning, match="slow"), program_log(Role.COMMAND):  # noqa: PT031
        warnings.warn("it is slow", stacklevel=1)
        tail = log_tail()

    assert "WARNING attnstudio: UserWarning: it is slow" in tail


def test_nothing_is_written_after_the_end_nor_said_on_stderr(capfd):
    with program_log(Role.COMMAND):
        pass
    logging.getLogger("attnstudio").error("too late")

    assert latest_entries() == []
    assert capfd.readouterr().err == ""


def test_a_log_that_grows_turns_over_and_is_read_whole(logs, monkeypatch):
    monkeypatch.setattr("attnstudio.logs._MOST_BYTES", 2_000)
    with program_log(Role.WINDOW):
        for number in range(60):
            logging.getLogger("attnstudio").info("line %s", number)

    [path] = logs.glob("*.log")
    assert path.stat().st_size <= 2_000
    assert (logs / f"{path.name}.1").exists()
    assert [f"line {number}" for number in range(60)] == texts(read_log(path))[1:-1]


def test_programs_side_by_side_write_whole_logs_of_their_own():
    code = """
import logging
import attnstudio.logs as logs
logs._MOST_BYTES = 1_500
with logs.program_log(logs.Role.COMMAND):
    for number in range(50):
        logging.getLogger("attnstudio").info("line %s", number)
"""
    running = [
        subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE) for _ in range(4)
    ]
    said = [process.communicate(timeout=60)[1] for process in running]

    assert said == [b""] * 4
    assert len(earlier_logs()) == 4
    for log in earlier_logs():
        assert texts(read_log(log.path))[1:-1] == [f"line {number}" for number in range(50)]


def test_the_newest_starts_are_kept_and_those_that_are_at_work(logs):
    logs.mkdir()
    at_work = logs / f"command-20200101-000000-{os.getpid()}.log"
    old = [logs / f"window-2020010{day}-000000-4000{day:05}.log" for day in range(1, 10)]
    new = [logs / f"window-202101{day}-000000-4000000.log" for day in range(10, 29)]
    for age, path in enumerate([*reversed(new), *reversed(old), at_work]):
        path.write_text("", "utf-8")
        os.utime(path, (time.time() - 60 * age, time.time() - 60 * age))
    (logs / "notes.txt").write_text("mine", "utf-8")

    with program_log(Role.COMMAND):
        pass

    left = set(logs.iterdir())
    assert set(new) | {at_work, logs / "notes.txt"} <= left
    assert not set(old) & left


@pytest.mark.parametrize("place", ["a file", "a read-only folder"])
def test_where_no_log_can_be_written_the_program_works(tmp_path, monkeypatch, capfd, place):
    if place == "a file":
        folder = tmp_path / "file"
        folder.write_text("", "utf-8")
    else:
        folder = "/proc/nothing"
        if not os.path.isdir("/proc"):  # noqa: PTH112
            pytest.skip("only Linux has a folder that not even root can write")
    monkeypatch.setenv("ATTNSTUDIO_LOG_FOLDER", str(folder))

    with program_log(Role.WINDOW):
        logging.getLogger("attnstudio").warning("still here")
        assert "still here" in log_tail()

    assert earlier_logs() == []
    assert capfd.readouterr().err == ""


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="only Linux has a disk always full")  # noqa: PTH110
def test_a_full_disk_is_not_said_again_and_again(capfd):
    with program_log(Role.COMMAND):
        [handler] = [
            one for one in logging.getLogger("attnstudio").handlers if hasattr(one, "maxBytes")
        ]
        full = open("/dev/full", "w", encoding="utf-8")  # noqa: PTH123, SIM115
        before, handler.stream = handler.stream, full
        logging.getLogger("attnstudio").info("no room for this")
        handler.stream = before
        with pytest.raises(OSError, match="space"):
            full.close()

    assert capfd.readouterr().err == ""


def test_a_crash_is_found_once_with_its_trace_in_the_log(other_start):
    other_start(CRASH, input="go on\n")

    [crash] = take_crashes()
    [log] = earlier_logs()
    last = read_log(log.path)[-1]
    assert crash.path == log.path
    assert abs(crash.crashed_at - time.time()) < 600
    assert last.level == logging.CRITICAL
    assert re.search("Segmentation fault|access violation", last.text)
    assert '"<string>", line 7' in last.text
    assert take_crashes() == []


def test_a_program_at_work_has_not_crashed(logs):
    process = subprocess.Popen(
        [sys.executable, "-c", CRASH], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout.readline() == "started\n"
        assert take_crashes() == []
        assert len(list(logs.glob("*.crash"))) == 1
    finally:
        process.kill()
        process.communicate()
    assert take_crashes() == []  # killed, which is no fault of the program
    assert list(logs.glob("*.crash")) == []


def test_what_is_no_log_is_read_as_far_as_it_goes(logs):
    logs.mkdir()
    path = logs / "window-20260101-000000-4000000.log"
    path.write_bytes(
        b"torn\n2026-01-01 00:00:00,000 INFO attnstudio: one\n\xff\n"
        b"2026-01-01 00:00:01,000 SHOUT attnstudio: two\n"
    )

    [entry] = read_log(path)
    assert entry.text.startswith("one\n\ufffd\n2026")
    assert read_log(logs / "gone.log") == []
