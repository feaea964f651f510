"""Results as a table for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_MOST = 12


def table(report: Mapping[str, Any]) -> str:
    """Cases, failures and what they are about, a part a block."""
    lines = ["part            cases   failed   minutes"]
    for name, part in report["parts"].items():
        minutes = part["seconds"] / 60
        lines.append(f"{name:14} {part['cases']:6,} {part['failed']:8,} {minutes:9.1f}")
    for name, part in report["parts"].items():
        lines += ["", name, *_block(part)]
    return "\n".join(lines)


def _block(part: Mapping[str, Any]) -> list[str]:
    lines = [f"  {_row(part['outcomes'])}"]
    lines += [f"  {count:6,}  {what}" for what, count in _most(part["complaints"])]
    lines += [f"  {what}: {value}" for what, value in part["figures"].items() if _is_short(value)]
    spoilt = {name: counts for name, counts in part["by_name"].items() if counts[1]}
    lines += [
        f"  {name}: {failed:,} of {cases:,} failed" for name, (cases, failed) in spoilt.items()
    ]
    lines += [
        f"  {failure['name']}: {', '.join(failure['complaints'])}\n    {failure['repeat']}"
        for failure in part["failures"][:_MOST]
    ]
    return lines


def _row(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{what} {count:,}" for what, count in _most(counts))


def _most(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: -item[1])


def _is_short(value: object) -> bool:
    return not isinstance(value, list | dict)
