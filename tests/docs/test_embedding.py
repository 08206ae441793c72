"""The embedding examples and docs/embedding.md: every program runs and says what is written."""

from __future__ import annotations

import http.client
import importlib.util
import json
import pickle
import re
import subprocess
import sys
import threading
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from riskengine import Engine

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
PAGE = (ROOT / "docs" / "embedding.md").read_text("utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
SAID = re.compile(r"print\(.*\) +# (.*)$")
AS_OF = date(2022, 12, 31)
GOOD = {
    "operator": {"operator_id": "91411000MA40000A18", "name": "示例运输有限公司", "licensed_on": "2018-05-01"},
    "violations": [],
    "as_of": "2022-12-31",
}


def _module(name):
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _run(*command):
    done = subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


# The page


def test_every_block_of_the_page_runs_and_prints_what_it_says(tmp_path):
    lines = [line for block in BLOCKS for line in block.splitlines() if "print(" in line]
    said = [SAID.search(line) for line in lines]
    assert len(BLOCKS) >= 10
    assert all(said), [line for line, found in zip(lines, said, strict=True) if not found]
    # In a process of its own: one block forks, and the child must not be this test run.
    program = tmp_path / "page.py"
    program.write_text("\n".join(BLOCKS), "utf-8")
    assert _run("-W", "error", str(program)).splitlines() == [found[1].strip() for found in said]


def test_every_link_of_the_page_leads_to_a_file():
    for target in re.findall(r"\]\(([^)#:]+)\)", PAGE):
        assert (ROOT / "docs" / target).exists(), target


def test_the_exceptions_of_the_page_are_those_of_the_library():
    import riskengine

    listed = set(re.findall(r"`(\w+Error)`", PAGE.split("## Errors")[1].split("## Privacy")[0]))
    assert listed == {name for name in riskengine.__all__ if name.endswith("Error")}


def test_an_engine_is_not_pickled_and_an_equal_policy_costs_no_rule_set():
    from riskengine.engines.live.network import ruleset_count

    engine = Engine.load()
    with pytest.raises((AttributeError, TypeError, pickle.PicklingError)):
        pickle.dumps(engine)
    engine.assess(GOOD["operator"], [], as_of=AS_OF)
    before = ruleset_count()
    Engine.load().assess(GOOD["operator"], [], as_of=AS_OF)
    assert ruleset_count() == before


# The web service


@pytest.fixture
def policy_file(tmp_path):
    file = tmp_path / "policy.yaml"
    file.write_bytes((ROOT / "policies" / "xuchang-transport" / "policy.yaml").read_bytes())
    return file


class _Quiet(WSGIRequestHandler):
    def log_message(self, format, *args):  # noqa: A002 - the name is the library's
        pass


@contextmanager
def _served(module, policy):
    service = module.Service(str(policy))
    server = make_server("127.0.0.1", 0, service, server_class=module.Server, handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield service, server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _post(port, path, body, method="POST"):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    try:
        connection.request(method, path, text.encode())
        response = connection.getresponse()
        return response.status, json.loads(response.read()), response.headers
    finally:
        connection.close()


def test_the_service_answers_good_input_with_the_assessment(policy_file):
    with _served(_module("embed_web"), policy_file) as (service, port):
        status, body, headers = _post(port, "/assess", GOOD)
    expected = Engine.load(policy_file).assess(GOOD["operator"], [], as_of=AS_OF).to_dict()
    assert (status, body) == (200, expected)
    assert headers["Content-Type"] == "application/json; charset=utf-8"
    assert headers["X-Plan"] == service.engine.plan.sha256


def _without(key):
    return {name: value for name, value in GOOD.items() if name != key}


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ({**GOOD, "operator": {"operator_id": "", "fleet_size": "-3"}}, {"RE-201", "RE-206"}),
        (_without("violations"), {"RE-604"}),
        (_without("operator"), {"RE-612"}),
        (_without("as_of"), {"RE-601"}),
        ({**GOOD, "as_of": "31.12.2022"}, {"RE-601"}),
    ],
    ids=["operator not valid", "no violations", "no operator", "no day", "no such day"],
)
def test_the_service_answers_what_the_caller_can_mend_with_422_and_every_problem(policy_file, body, codes):
    with _served(_module("embed_web"), policy_file) as (_, port):
        status, answer, _ = _post(port, "/assess", body)
    assert status == 422
    assert {problem["code"] for problem in answer["problems"]} == codes
    assert all(problem["message"] for problem in answer["problems"])


@pytest.mark.parametrize(
    ("path", "body", "method", "expected"),
    [
        ("/assess", "{", "POST", 400),
        ("/assess", "[]", "POST", 400),
        ("/assess", "[" * 100_000, "POST", 400),
        ("/assess", {**GOOD, "violations": 3}, "POST", 400),
        ("/assess", "", "GET", 405),
        ("/", GOOD, "POST", 404),
    ],
    ids=["no JSON", "no object", "too deep", "no list", "not posted", "no such address"],
)
def test_the_service_refuses_what_is_no_case(policy_file, path, body, method, expected):
    with _served(_module("embed_web"), policy_file) as (_, port):
        assert _post(port, path, body, method)[0] == expected


def test_the_service_reloads_its_policy_and_keeps_the_old_one_where_the_new_does_not_hold_together(policy_file):
    text = policy_file.read_text("utf-8")
    with _served(_module("embed_web"), policy_file) as (_, port):
        old = _post(port, "/assess", GOOD)[2]["X-Plan"]
        policy_file.write_text(text.replace('version: "2022.1"', 'version: "2099.1"'), "utf-8")
        status, answer, _ = _post(port, "/reload", "")
        assert status == 200
        assert answer["plan"] != old
        assert _post(port, "/assess", GOOD)[1]["policy_version"] == "2099.1"
        policy_file.write_text(text.replace("when: counted > 0", "when: no_such_fact > 0"), "utf-8")
        status, refused, _ = _post(port, "/reload", "")
        assert status == 409
        assert refused["problems"]
        assert _post(port, "/assess", GOOD)[1]["policy_version"] == "2099.1"


def test_a_call_under_way_keeps_the_engine_that_it_took(policy_file):
    begun, go_on = threading.Event(), threading.Event()

    def assess(*_, **__):
        begun.set()
        assert go_on.wait(30)
        return SimpleNamespace(to_json=lambda: '{"from": "old"}')

    answers = []
    with _served(_module("embed_web"), policy_file) as (service, port):
        service.engine = SimpleNamespace(assess=assess, plan=SimpleNamespace(sha256="old"))
        caller = threading.Thread(target=lambda: answers.append(_post(port, "/assess", GOOD)))
        caller.start()
        assert begun.wait(30)
        assert _post(port, "/reload", "")[0] == 200
        assert _post(port, "/assess", GOOD)[1]["grade"] == "AA"
        go_on.set()
        caller.join(30)
    [(status, body, headers)] = answers
    assert (status, body, headers["X-Plan"]) == (200, {"from": "old"}, "old")


# The other programs


def test_threads_and_asyncio_count_as_the_list_does():
    printed = dict(line.split(maxsplit=1) for line in _run("examples/embed_threads.py").splitlines())
    assert set(printed) == {"threads", "asyncio", "list"}
    assert printed["threads"] == printed["asyncio"] == printed["list"]
    assert "'AA': 184" in printed["list"]


def test_the_frame_program_gives_each_row_its_own_grade_in_the_frames_own_order():
    import pandas as pd

    module = _module("embed_frame")
    operators = pd.read_csv(EXAMPLES / "operators.csv", dtype=str).sample(frac=1, random_state=7)
    frame = module.graded(Engine.load(), operators, pd.read_csv(EXAMPLES / "violations.csv", dtype=str))
    batch = Engine.load().grade(EXAMPLES / "operators.csv", EXAMPLES / "violations.csv", as_of=AS_OF)
    expected = {row["operator_id"]: row["grade"] for row in batch.grades.to_pylist()}
    assert list(frame["operator_id"]) == list(operators["operator_id"])
    assert {
        key: None if pd.isna(grade) else grade for key, grade in zip(frame["operator_id"], frame["grade"], strict=True)
    } == expected


def test_the_frame_program_shows_what_was_left_out(capsys):
    import pandas as pd

    operators = pd.DataFrame([GOOD["operator"]])
    violations = pd.DataFrame(
        [{"violation_id": "a", "operator_id": "zz", "risk_point": "HW-01", "occurred_on": "2022-01-02"}]
    )
    frame = _module("embed_frame").graded(Engine.load(), operators, violations)
    assert "RE-243" in capsys.readouterr().out
    assert list(frame["grade"]) == ["AA"]


def test_the_frame_program_prints_rows_and_a_summary():
    lines = _run("examples/embed_frame.py").splitlines()
    assert lines[0].split() == ["operator_id", "county", "grade", "score", "status"]
    assert len(lines) == 1 + 5 + 2 + 6


def test_the_incremental_program_prints_the_grade_after_each_step_and_what_changed():
    printed = _run("examples/embed_incremental.py")
    steps = [line.partition(": ")[2] for line in printed.splitlines() if not line.startswith(" ")]
    assert steps == ["AA 98.950000", "AA 96.850000", "AA 92.850000", "C 88.850000", "AA 91.950000", "not_evaluable"]
    assert "vehicle_over_three_overloads HW-01: not fired -> fired\n" in printed
    assert "vehicle_over_three_overloads HW-01: fired -> not fired\n" in printed
    assert "violation_deduction HW-01: fired -7.05 -> not_evaluable\n" in printed


def test_the_json_lines_are_five_cases_without_a_problem():
    lines = (EXAMPLES / "assess.jsonl").read_text("utf-8").splitlines()
    engine, seen = Engine.load(), []
    for line in lines:
        case = json.loads(line)
        assert set(case) <= {"operator", "violations", "inspections", "as_of"}
        day = date.fromisoformat(case["as_of"])
        result = engine.assess(case["operator"], case["violations"], case.get("inspections"), as_of=day)
        assert result.problems == []
        seen.append(result.grade or result.status)
    assert seen == ["AA", "AA", "C", "not_evaluable", "AA"]
