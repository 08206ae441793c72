import re

import pytest
from make_errors import PAGE, page

from riskengine.kernel.problems import Problem, code_register


def test_the_page_of_errors_is_made_from_the_code_register():
    assert PAGE.read_text("utf-8") == page(), "run: python tests/docs/make_errors.py"


@pytest.mark.parametrize("code", code_register())
def test_every_code_has_a_level_both_languages_and_what_to_do(code):
    entry = code_register()[code]
    assert entry["level"] in {"error", "warning"}
    assert all(entry[key].strip() for key in ("en", "zh", "do"))
    assert sorted(set(re.findall(r"{(\w+)}", entry["en"]))) == sorted(set(re.findall(r"{(\w+)}", entry["zh"])))
    assert Problem(code, source="file", row=3, found="x").text("zh")
