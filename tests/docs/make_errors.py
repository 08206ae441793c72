"""Make docs/errors.md from the code register: ``python tests/docs/make_errors.py``."""

from __future__ import annotations

from pathlib import Path

from riskengine.kernel.problems import code_register

PAGE = Path(__file__).parents[2] / "docs" / "errors.md"

_HEAD = """# Errors

Made from `riskengine/kernel/codes/*.yaml`; a test holds them equal. Every problem has a code, its place (file, row or
line, column or key), what was found, what was expected, and the nearest names. All problems of an input are listed at
once.

`error`: what it stands on is not used. `warning`: it is used. Row numbers are those you see: in CSV and Excel the
heading is row 1.

| range | about |
| --- | --- |
| RE-1xx | files and frames |
| RE-2xx | rows and cells |
| RE-3xx | YAML files |
| RE-4xx | the catalogue |
| RE-5xx | policies |
| RE-6xx | runs and the command line |
| RE-7xx | tests of a policy |
| RE-8xx | reports and the ledger |
| RE-9xx | supervision |
"""


def page() -> str:
    """The text of docs/errors.md."""
    parts = [_HEAD]
    for code, entry in code_register().items():
        parts.append(f"\n## {code}\n\n*{entry['level']}*\n\n- {entry['en']}\n- {entry['zh']}\n\n{entry['do']}\n")
    return "".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
