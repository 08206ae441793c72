"""The house's rules: size, openings, exports, heavy libraries, what computing must not touch."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

import riskengine

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "riskengine"
MODULES = sorted(PACKAGE.rglob("*.py"))
MOST_LINES = 300
LONGER: dict[str, str] = {}  # module: why it is longer; this list may only shrink
COMPUTING = ("kernel", "contract", "records", "catalog", "policy", "plan", "engines", "results", "supervision")


def _name(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_a_module_stays_readable_in_one_sitting(path):
    lines = len(path.read_text("utf-8").splitlines())
    if _name(path) in LONGER:
        assert lines > MOST_LINES, "short again: take it off the list"
    else:
        assert lines <= MOST_LINES


@pytest.mark.parametrize(
    "path", [path for path in MODULES if path.name == "__init__.py" and path.parent != PACKAGE], ids=_name
)
def test_a_room_opens_with_what_lives_there_what_does_not_and_what_it_may_import(path):
    text = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
    assert len(text.splitlines()) >= 3
    assert "Not here:" in text
    assert "May import:" in text


def test_every_public_name_is_there_and_typed():
    for name in riskengine.__all__:
        assert getattr(riskengine, name) is not None
    assert sorted(riskengine.__all__) == riskengine.__all__
    assert (PACKAGE / "py.typed").is_file()
    with pytest.raises(AttributeError):
        riskengine.no_such_name  # noqa: B018 - the access is the test


HEAVY = (
    "pandas",
    "polars",
    "duckdb",
    "pyarrow",
    "sqlglot",
    "durable",
    "pyspark",
    "py4j",
    "sqlalchemy",
    "alembic",
    "psycopg",
    "cryptography",
    "openpyxl",
    "xlsxwriter",
    "jinja2",
    "rich",
    "click",
    "pydantic",
)


def test_importing_the_package_loads_no_heavy_library():
    code = f"import riskengine, sys; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_help_loads_no_room_but_the_door():
    code = (
        "import sys\nfrom riskengine.cli.main import cli\n"
        "try:\n    cli.main(['--help'])\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules and name != 'click'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("[]")


def _calls(tree: ast.AST) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            names.add(ast.unparse(node.func))
    return names


@pytest.mark.parametrize(
    "path", [path for path in MODULES if path.relative_to(PACKAGE).parts[0] in COMPUTING], ids=_name
)
def test_what_computes_reads_no_clock_no_dice_no_locale_and_makes_no_float(path):
    tree = ast.parse(path.read_text("utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    assert not imported & {"random", "time", "locale", "secrets", "uuid"}
    forbidden = {"float", "date.today", "datetime.now", "datetime.utcnow", "datetime.today", "time.time"}
    assert not _calls(tree) & forbidden


def test_the_packages_listed_are_the_folders_that_exist():
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg", "utf-8")
    listed = set(setup["options"]["packages"].split())
    folders = {
        "riskengine" + "".join(f".{part}" for part in path.parent.relative_to(PACKAGE).parts)
        for path in MODULES
        if path.name == "__init__.py"
    }
    assert listed == folders | {"riskengine.risk_catalog", "riskengine.measures", "riskengine.policies"}


WRITTEN = frozenset(
    {"", ".cfg", ".css", ".csv", ".html", ".j2", ".js", ".json", ".jsonl", ".mako", ".md", ".png", ".py", ".sh", ".svg"}
    | {".toml", ".txt", ".typed", ".yaml"}
)
"""Kinds of file that are written here, or shown in a page; an archive of somebody else's is none."""
LARGEST = 1_000_000  # bytes of a file


@pytest.fixture(scope="module")
def tracked():
    """The files of the repository."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False).stdout.decode()
    if not names:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in names.split("\0") if name and (ROOT / name).is_file()]


def test_the_repository_speaks_of_the_project_alone(tracked):
    here = str(ROOT)
    for path in tracked:
        if path.suffix in {".py", ".md", ".yaml", ".cfg", ".toml", ".sh"}:
            assert here.encode() not in path.read_bytes(), path


def test_nothing_is_tracked_that_was_not_written_here(tracked):
    ours = [path for path in tracked if path.relative_to(ROOT).parts[:2] != ("tests", "bad")]
    odd = [path for path in ours if path.suffix not in WRITTEN]
    assert [*odd, *(path for path in tracked if path.stat().st_size > LARGEST)] == []


SCHEMES = (
    "fhrs",
    "hygiene",
    "nyc",
    "new york",
    "letter_grades",
    "camis",
    "inspection_type",
    "reopen",
    "restaurant",
    "jiangsu",
    "江苏",
    "guangdong",
    "广东",
    "integrity rating",
    "诚信评价",
    "taxi",
    "出租汽车",
    "dvsa",
    "ocrs",
    "fmcsa",
    "tachograph",
    "2022/695",
    "2022-695",
    "2014/47",
    "2014-47",
)


def test_no_scheme_is_known_to_the_code():
    """A policy is data: neither a shipped scheme's name nor its terms stand in the code or its wording."""
    default = riskengine.Engine.load().policy.policy.policy
    names = {path.parent.name for path in (ROOT / "policies").glob("*/policy.yaml")} - {default}
    assert names
    files = [path for path in PACKAGE.rglob("*") if path.suffix in {".py", ".yaml", ".html", ".css", ".js"}]
    assert len(files) > len(MODULES)
    found = [
        (path.relative_to(PACKAGE).as_posix(), term)
        for path in files
        for term in sorted({*names, *SCHEMES})
        if term in path.read_text("utf-8").lower()
    ]
    assert found == []


def test_every_code_that_is_used_is_registered_and_every_registered_one_is_used():
    from riskengine.kernel.problems import code_register

    used = set()
    for path in MODULES:
        used |= set(re.findall(r'"(RE-\d{3})"', path.read_text("utf-8")))
    assert used == set(code_register())


def test_no_value_is_computed_under_a_lock_that_a_fork_could_keep():
    """``functools.cached_property`` has one until Python 3.12; ``kernel.lazy`` stands in for it."""
    sources = [path for path in PACKAGE.rglob("*.py") if path.name != "lazy.py"]
    assert len(sources) > 100
    assert [path for path in sources if "cached_property" in path.read_text("utf-8")] == []


def test_no_two_test_modules_have_the_same_name():
    """Tests are no package: of two modules with one name only the first is run."""
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert sorted(names) == sorted(set(names))


def test_the_tests_install_every_extra_so_that_none_skips_for_want_of_one():
    config = ConfigParser()
    config.read(ROOT / "setup.cfg", "utf-8")
    extras = {name: set(text.split("\n")) for name, text in config["options.extras_require"].items() if name != "dev"}
    wanted = set().union(*extras.values())
    assert wanted - extras["test"] == set()
