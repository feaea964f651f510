import ast
import re
import string
from functools import partial
from pathlib import Path

import pytest

import attnstudio
from attnstudio import errors
from attnstudio.errors import (
    AttentionStudioError,
    ConfigError,
    CorpusError,
    ExportError,
    InputError,
    RunningError,
    TokenizerError,
    UsageError,
)

PACKAGE = Path(attnstudio.__file__).parent
NAMES = {name for name, thing in vars(errors).items() if isinstance(thing, type)}


def raised_in(module):
    """Every call in a module that makes one of our errors."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in NAMES:
            yield node


def errors_and_hints():
    """Every error in the program, and every hint of those that not only a terminal shows."""
    calls, hints = [], []
    for path in sorted(PACKAGE.rglob("*.py")):
        module = ast.parse(path.read_text(encoding="utf-8"))
        for call in raised_in(module):
            place = f"{path.relative_to(PACKAGE)}:{call.lineno}"
            calls.append(pytest.param(call, id=place))
            if path.parent.name != "cli":
                hints += [pytest.param(hint, id=place) for hint in hints_of(call, module)]
    return calls, hints


def templates_of(node):
    """The literal templates in an expression, which may be a choice between several."""
    if isinstance(node, ast.IfExp):
        return [*templates_of(node.body), *templates_of(node.orelse)]
    return [node.value] if isinstance(node, ast.Constant) else []


def hints_of(call, module):
    """Every text that the hint of an error may be, also one from a constant or a function."""
    [hint] = [word.value for word in call.keywords if word.arg == "hint"] or [None]
    return [] if hint is None else list(texts_behind(hint, module))


def names_of(assignment):
    return {target.id for target in assignment.targets if isinstance(target, ast.Name)}


def texts_behind(expression, module, seen=frozenset()):
    for node in ast.walk(expression):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        if isinstance(node, ast.Name) and node.id not in seen:
            behind = partial(texts_behind, module=module, seen=seen | {node.id})
            for known in module.body:
                if isinstance(known, ast.Assign) and node.id in names_of(known):
                    yield from behind(known.value)
                if isinstance(known, ast.FunctionDef) and known.name == node.id:
                    for found in ast.walk(known):
                        if isinstance(found, ast.Return) and found.value is not None:
                            yield from behind(found.value)


ALL_ERRORS, ALL_HINTS = errors_and_hints()


def test_a_message_is_its_template_filled_in():
    error = CorpusError("{file} has {n} lines.", hint="Look at {file}.", file="a.en", n=3)

    assert error.message == "a.en has 3 lines."
    assert error.hint == "Look at a.en."
    assert str(error) == "a.en has 3 lines. Look at a.en."
    assert error.template == "{file} has {n} lines."


def test_braces_in_values_and_in_templates_without_values_are_text():
    assert CorpusError("{file} is bad.", file="{x}").message == "{x} is bad."
    assert str(UsageError("Write {x}.")) == "Write {x}."


def test_a_hint_can_be_left_out():
    assert str(UsageError("No.")) == "No."


@pytest.mark.parametrize("kind", [UsageError, InputError, CorpusError, ConfigError])
def test_wrong_use_and_wrong_input_exit_with_2(kind):
    assert kind.exit_code == 2


@pytest.mark.parametrize("kind", [RunningError, TokenizerError, ExportError, AttentionStudioError])
def test_what_fails_while_running_exits_with_1(kind):
    assert kind.exit_code == 1


@pytest.mark.parametrize("call", ALL_ERRORS)
def test_every_error_in_the_program_can_be_said(call):
    keywords = {word.arg: word.value for word in call.keywords}
    values = dict.fromkeys(set(keywords) - {"hint", None}, "value")
    templates = [*templates_of(call.args[0]), *templates_of(keywords.get("hint", ast.List()))]

    for template in templates if None not in keywords else []:
        names = {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}
        assert names <= set(values) or not values, f"{template!r} lacks a value"


@pytest.mark.parametrize("call", ALL_ERRORS)
def test_every_error_in_the_program_is_a_sentence_with_a_next_step(call):
    keywords = {word.arg: word.value for word in call.keywords}
    sentences = templates_of(call.args[0])

    assert not isinstance(call.args[0], ast.JoinedStr), "an f-string cannot be translated"
    assert all(sentence.rstrip().endswith((".", "?", "}")) for sentence in sentences)
    assert "hint" in keywords, f"{sentences} says no next step"


@pytest.mark.parametrize("hint", ALL_HINTS)
def test_a_hint_makes_sense_in_a_window(hint):
    """What only a terminal understands is said by ``command_hint``."""
    assert re.search(r"(^|\s)--\w|\battnstudio \w", hint) is None


def test_hints_are_found_wherever_they_are_written():
    code = """
_FIRST = "one --a"
def later(x):
    return "two" if x else "three"
raise UsageError("No.", hint=_FIRST if y else later(y) or "four")
"""
    module = ast.parse(code)
    [call] = [n for n in ast.walk(module) if isinstance(n, ast.Call) and n.keywords]

    assert set(hints_of(call, module)) == {"one --a", "two", "three", "four"}
