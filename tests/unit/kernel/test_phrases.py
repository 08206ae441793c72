"""What fills in a message has its words in both languages."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import riskengine
from riskengine.kernel.phrases import chinese
from riskengine.kernel.problems import Problem

PACKAGE = Path(riskengine.__file__).parent
WORDED = {"reason", "what", "expected", "taken_by"}


def _phrases() -> set[str]:
    """The plain texts that the code hands to messages, and what the models of policies say."""
    found = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                found |= {word.value.value for word in node.keywords
                          if word.arg in WORDED and isinstance(word.value, ast.Constant)}  # fmt: skip
                name = ast.unparse(node.func)
                if name == "ValueError" and node.args and isinstance(node.args[0], ast.Constant):
                    found.add(node.args[0].value)
            if (
                isinstance(node, ast.Tuple)
                and len(node.elts) == 2
                and all(isinstance(e, ast.Constant) for e in node.elts)
            ):
                key, value = (element.value for element in node.elts)
                if key in WORDED and isinstance(value, str):
                    found.add(value)
    return {phrase for phrase in found if isinstance(phrase, str)}


@pytest.mark.parametrize("phrase", sorted(_phrases()))
def test_a_phrase_of_the_code_is_known_in_chinese(phrase):
    assert chinese(phrase) != phrase


def test_what_varies_is_carried_over():
    assert chinese("exactly one of count, sum is needed, not 2") == "须且只须写明 count, sum 之一，现有 2 个"
    assert chinese("Input should be greater than or equal to 0") == "不得小于 0"
    assert chinese("No such file or directory") == "No such file or directory"


def test_a_message_in_chinese_has_chinese_phrases():
    problem = Problem("RE-504", found="x", params=(("reason", "Input should be a valid integer; it is empty"),))
    assert problem.message("zh") == "“x”不符合要求：应为整数；内容为空"
    assert problem.message("en").endswith("Input should be a valid integer; it is empty")
