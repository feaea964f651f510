"""What happens to files: on disks, in editors, and in the hands of somebody who means harm."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

_HUGE = 2**70
_DEEP = 5_000
_SPARSE_BYTES = 1 << 40
_LONG = 100_000
_TOML_LINE = re.compile(r"^([\w.]+) = (.+)$", re.MULTILINE)

Spoil = Callable[[Path, Path, random.Random], str]
"""Spoils a file of a project beside an outside folder, and says how; empty if it could not."""


def spoil(path: Path, outside: Path, chance: random.Random) -> str:
    """Do something to a file or folder of a project.

    Returns:
        What was done, for people; empty when nothing could be done.
    """
    if path.is_dir():
        ways: tuple[Spoil, ...] = _FOLDER
    elif chance.random() < 0.15:
        ways = _PLACE
    elif path.suffix in (".json", ".jsonl") and chance.random() < 0.75:
        ways = _JSON
    elif path.suffix == ".toml" and chance.random() < 0.75:
        ways = _TOML
    elif path.suffix == ".safetensors" and chance.random() < 0.6:
        ways = _TENSORS
    elif path.suffix == ".offsets" and chance.random() < 0.5:
        ways = (_other_number,)
    else:
        ways = _BYTES
    return chance.choice(ways)(path, outside, chance)


# bytes


def _flip(path: Path, _: Path, chance: random.Random) -> str:
    content = bytearray(path.read_bytes())
    if not content:
        return ""
    bits = chance.choice((1, 1, 2, 20))
    for _bit in range(bits):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)
    return f"{bits} bits flipped"


def _cut(path: Path, _: Path, chance: random.Random) -> str:
    content = path.read_bytes()
    if not content:
        return ""
    length = chance.choice((0, len(content) - 1, chance.randrange(len(content))))
    path.write_bytes(content[:length])
    return f"cut to {length} of {len(content)} bytes"


def _overwrite(path: Path, _: Path, chance: random.Random) -> str:
    content = path.read_bytes()
    if not content:
        return ""
    start = chance.randrange(len(content))
    length = min(len(content) - start, chance.choice((1, 8, 4096)))
    with_zeros = chance.random() < 0.5
    new = bytes(length) if with_zeros else chance.randbytes(length)
    path.write_bytes(content[:start] + new + content[start + length :])
    return f"{length} bytes at {start} are {'zeros' if with_zeros else 'garbage'}"


def _garbage(path: Path, _: Path, chance: random.Random) -> str:
    path.write_bytes(chance.randbytes(chance.choice((1, 100, 100_000))))
    return "garbage"


def _append(path: Path, _: Path, chance: random.Random) -> str:
    more = chance.choice((b"\n", b"\0", b"\xff\xfe", b"x" * 1000, path.read_bytes()))
    with path.open("ab") as file:
        file.write(more)
    return f"{len(more)} bytes more"


def _swap(path: Path, _: Path, chance: random.Random) -> str:
    others = [
        other
        for other in path.parent.iterdir()
        if other.is_file() and other != path and other.read_bytes() != path.read_bytes()
    ]
    if not others:
        return ""
    other = chance.choice(sorted(others))
    mine, others_bytes = path.read_bytes(), other.read_bytes()
    path.write_bytes(others_bytes)
    other.write_bytes(mine)
    return f"swapped with {other.name}"


_BYTES: tuple[Spoil, ...] = (_flip, _flip, _cut, _overwrite, _garbage, _append, _swap)


# places


def _missing(path: Path, _: Path, __: random.Random) -> str:
    path.unlink()
    return "missing"


def _folder_instead(path: Path, _: Path, __: random.Random) -> str:
    path.unlink()
    path.mkdir()
    return "a folder instead"


def _pipe(path: Path, _: Path, __: random.Random) -> str:
    path.unlink()
    os.mkfifo(path)
    return "a pipe instead"


def _link_outside(path: Path, outside: Path, chance: random.Random) -> str:
    target = outside / chance.choice(("diary.txt", "x/photo.txt", "nothing"))
    path.unlink()
    path.symlink_to(target)
    return f"a link to outside/{target.name}"


def _link_to_copy(path: Path, outside: Path, _: random.Random) -> str:
    copy = outside / "copy"
    shutil.move(path, copy)
    path.symlink_to(copy)
    return "a link to itself moved outside"


def _link_loop(path: Path, _: Path, __: random.Random) -> str:
    path.unlink()
    path.symlink_to(path.name)
    return "a link to itself"


def _huge(path: Path, _: Path, __: random.Random) -> str:
    os.truncate(path, _SPARSE_BYTES)
    return "a terabyte of nothing at its end"


_PLACE: tuple[Spoil, ...] = (
    _missing, _folder_instead, _pipe, _link_outside, _link_to_copy, _link_loop, _huge,
)  # fmt: skip


def _folder_outside(path: Path, outside: Path, chance: random.Random) -> str:
    shutil.rmtree(path)
    target = chance.choice((outside, outside / "x"))
    path.symlink_to(target)
    return "a link to a folder outside"


def _folder_moved(path: Path, outside: Path, _: random.Random) -> str:
    target = outside / "moved"
    shutil.move(path, target)
    path.symlink_to(target)
    return "a link to itself moved outside"


def _folder_missing(path: Path, _: Path, __: random.Random) -> str:
    shutil.rmtree(path)
    return "missing"


def _file_instead(path: Path, _: Path, __: random.Random) -> str:
    shutil.rmtree(path)
    path.write_bytes(b"x")
    return "a file instead"


_FOLDER: tuple[Spoil, ...] = (_folder_outside, _folder_moved, _folder_missing, _file_instead)


# JSON


def _bad_values(outside: Path) -> list[Any]:
    deep: list[Any] = []
    for _ in range(500):
        deep = [deep]
    return [
        None, True, False, 0, -1, 1, 7, 2**31, 2**53 + 1, _HUGE, -_HUGE, 0.5, 1e308, float("nan"),
        float("inf"), -float("inf"), "", "x", "x" * _LONG, "../outside/x",
        "../../outside/diary.txt", str(outside / "diary.txt"), "C:\\x", "a\0b", "ü\n\r\u2028",
        ".", "..", "/", [], {}, [1, "x"], {"x": 1}, deep,
    ]  # fmt: skip


def _places(value: Any) -> list[tuple[Any, Any]]:  # noqa: ANN401 - it is JSON
    """Every container with each of its keys."""
    found: list[tuple[Any, Any]] = []
    keys = value.keys() if isinstance(value, dict) else range(len(value))
    for key in keys:
        found.append((value, key))
        if isinstance(value[key], dict | list):
            found += _places(value[key])
    return found


def _other_value(path: Path, outside: Path, chance: random.Random) -> str:
    def change(value: Any) -> str:  # noqa: ANN401
        places = _places(value) if isinstance(value, dict | list) else []
        if not places:
            return ""
        container, key = chance.choice(places)
        new = chance.choice(_bad_values(outside))
        if chance.random() < 0.15:
            del container[key]
            return f"without {key}"
        if chance.random() < 0.1 and isinstance(container, dict):
            container[f"{key}x"] = container.pop(key)
            return f"{key} has another name"
        container[key] = new
        return f"{key} is {repr(new)[:40]}"

    return _on_json(path, chance, change)


def _on_json(path: Path, chance: random.Random, change: Callable[[Any], str]) -> str:
    text = path.read_text("utf-8")
    lines = text.split("\n") if path.suffix == ".jsonl" else [text]
    which = chance.randrange(len(lines))
    try:
        value = json.loads(lines[which])
    except ValueError:
        return ""
    told = change(value)
    lines[which] = json.dumps(value)
    path.write_text("\n".join(lines), "utf-8")
    return told


def _other_root(path: Path, outside: Path, chance: random.Random) -> str:
    new = chance.choice(_bad_values(outside))
    path.write_text(json.dumps(new), "utf-8")
    return f"is {repr(new)[:40]}"


def _nested(path: Path, _: Path, chance: random.Random) -> str:
    deep = chance.choice(("[" * _DEEP, '{"a":' * _DEEP, "[" * _DEEP + "]" * _DEEP))
    if path.suffix == ".jsonl":
        lines = path.read_text("utf-8").split("\n")
        lines.insert(chance.randrange(len(lines)), deep)
        path.write_text("\n".join(lines), "utf-8")
        return "a line nested deeply"
    path.write_text(deep, "utf-8")
    return "nested deeply"


def _twice(path: Path, _: Path, chance: random.Random) -> str:
    text = path.read_text("utf-8")
    keys = re.findall(r'"(\w+)": ', text)
    if not keys:
        return ""
    key = chance.choice(keys)
    place = text.index("{") + 1 if "{" in text else 0
    path.write_text(f'{text[:place]}"{key}": -1, {text[place:]}', "utf-8")
    return f"{key} twice"


def _no_text(path: Path, _: Path, chance: random.Random) -> str:
    content = path.read_bytes()
    place = chance.randrange(len(content) + 1)
    path.write_bytes(content[:place] + b"\xff\xfe\x80" + content[place:])
    return "not UTF-8"


_JSON: tuple[Spoil, ...] = (
    _other_value, _other_value, _other_value, _other_value, _other_root, _nested, _twice, _no_text,
)  # fmt: skip


# TOML


def _other_setting(path: Path, outside: Path, chance: random.Random) -> str:
    text = path.read_text("utf-8")
    settings = list(_TOML_LINE.finditer(text))
    if not settings:
        return ""
    setting = chance.choice(settings)
    values = (
        "-1", "0", "1", "7", "99999999999999999999999", "nan", "inf", "true", "[]", "{}", '""',
        '"x"', '"../outside/x"', '"../../outside/diary.txt"', f'"{outside}/diary.txt"', '"C:\\\\x"',
        '"a\\u0000b"', '".."', '"."', '"/"', f'"{"x" * 10_000}"', '[["x"]]', '"ü\\n"', "1979-05-27",
        "0.5", "1e308", "[" * 500 + "]" * 500,
    )  # fmt: skip
    new = chance.choice(values)
    path.write_text(f"{text[: setting.start(2)]}{new}{text[setting.end(2) :]}", "utf-8")
    return f"{setting[1]} is {new[:40]}"


def _setting_gone(path: Path, _: Path, chance: random.Random) -> str:
    text = path.read_text("utf-8")
    settings = list(_TOML_LINE.finditer(text))
    if not settings:
        return ""
    setting = chance.choice(settings)
    again = chance.random() < 0.5
    new = f"{setting[0]}\n{setting[0]}" if again else ""
    path.write_text(f"{text[: setting.start()]}{new}{text[setting.end() :]}", "utf-8")
    return f"{setting[1]} {'twice' if again else 'missing'}"


_TOML: tuple[Spoil, ...] = (_other_setting, _other_setting, _other_setting, _setting_gone, _no_text)


# tensors


def _header_length(path: Path, _: Path, chance: random.Random) -> str:
    content = path.read_bytes()
    length = chance.choice((0, 1, 2**31, 2**40, 2**63, 2**64 - 1, len(content)))
    path.write_bytes(length.to_bytes(8, "little") + content[8:])
    return f"a header of {length} bytes"


def _header(path: Path, outside: Path, chance: random.Random) -> str:
    content = path.read_bytes()
    length = int.from_bytes(content[:8], "little")
    value = json.loads(content[8 : 8 + length])
    container, key = chance.choice(_places(value))
    new = chance.choice([*_bad_values(outside), [2**40, 2**20], [0, 2**50], "F64", "BF16", "I8"])
    container[key] = new
    header = json.dumps(value).encode()
    path.write_bytes(len(header).to_bytes(8, "little") + header + content[8 + length :])
    return f"{key} is {repr(new)[:40]}"


def _not_a_number(path: Path, _: Path, chance: random.Random) -> str:
    content = bytearray(path.read_bytes())
    start = 8 + int.from_bytes(content[:8], "little")
    if len(content) - start < 4:
        return ""
    value = chance.choice((b"\0\0\xc0\x7f", b"\0\0\x80\x7f", b"\0\0\x80\xff"))  # NaN, +-infinity
    everywhere = chance.random() < 0.3
    numbers = (len(content) - start) // 4
    if everywhere:
        content[start : start + 4 * numbers] = value * numbers
    else:
        place = start + 4 * chance.randrange(numbers)
        content[place : place + 4] = value
    path.write_bytes(content)
    return f"{'all numbers' if everywhere else 'a number'} not finite"


_TENSORS: tuple[Spoil, ...] = (_header_length, _header, _header, _not_a_number, _flip)


def _other_number(path: Path, _: Path, chance: random.Random) -> str:
    content = bytearray(path.read_bytes())
    numbers = len(content) // 8
    if not numbers:
        return ""
    place = 8 * chance.randrange(numbers)
    value = chance.choice((0, 1, 2**31, 2**40, 2**63, 2**64 - 1, chance.randrange(1000)))
    content[place : place + 8] = value.to_bytes(8, "little")
    path.write_bytes(content)
    return f"number {place // 8} is {value}"
