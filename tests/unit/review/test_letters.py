"""Letters: what they say is what the run says, nothing is left blank, fonts and paper are those of the form."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
from datetime import date

import pytest
from click.testing import CliRunner

pytest.importorskip("docx", reason="python-docx is not installed")

from cases import day, step
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from riskengine import Engine
from riskengine.cli.main import cli
from riskengine.reports.figures import context_of
from riskengine.reports.letters import letter_kinds
from riskengine.reports.letters.office import office
from riskengine.results import explain, view_of
from riskengine.supervision.review.reviewing import propose, take

AS_OF = date(2022, 12, 31)
BAD, MANY, GOOD, PERSON = "91411000MA40000A18", "OP-MANY", "OP-GOOD", "11010519491231002X"
FIRM = {"fleet_size": "40", "licensed_on": "2015-01-01"}
OPERATORS = [
    {"operator_id": BAD, "name": "示例运输有限公司", **FIRM},
    {"operator_id": MANY, "name": "示例联合客货运输集团股份有限公司许昌分公司", **FIRM},
    {"operator_id": GOOD, "name": "示例三号", **FIRM},
    {"operator_id": PERSON, "name": "某小样", **FIRM},
]


def _violation(number, operator, point, **cells):
    return {
        "violation_id": f"示例罚〔2022〕{number:03d}号",
        "operator_id": operator,
        "risk_point": point,
        "occurred_on": "2022-06-15",
        "decided_on": "2022-07-01",
        "penalty": "20000",
        "penalty_kind": "fine",
        "severity": "serious",
        "vehicle": f"豫K{number:05d}",
        "driver": "D1",
        **cells,
    }


POINTS = ("HW-01", "HW-02", "HW-03", "RT-01", "RT-02", "RT-03", "RT-04", "RT-05")
VIOLATIONS = [
    *(_violation(number, BAD, "HW-01") for number in range(1, 5)),
    *(_violation(100 + number, MANY, POINTS[number % len(POINTS)]) for number in range(40)),
    _violation(200, PERSON, "HW-01", severity="general"),
]
GIVEN = {
    "--body": "示例市交通运输局",
    "--contact": "示例市示例路1号，0374-0000000",
    "--term": "收到之日起十日内",
    "--number": "示交信〔2023〕{n}号",
    "--on": "2023-06-01",
    "--meeting-at": "2023年6月12日9时",
    "--place": "示例市交通运输局三楼会议室",
}
KINDS = list(letter_kinds())


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return Engine.load().grade(OPERATORS, VIOLATIONS, as_of=AS_OF).write(tmp_path_factory.mktemp("letters"))


@pytest.fixture
def ordered(ledger, entry):
    """A ledger in which a rectification of the firm was decided."""
    cells = {"grounds": "administrative_penalty_law:28:1", "facts": "示例事实：四次违法超限", "discipline": ""}
    number = propose(ledger, "rectification", BAD, step("propose", 0, **cells), entry()).proceeding.id
    take(ledger, number, step("notice", 1, **cells), entry())
    take(ledger, number, step("check", 40), entry())
    take(ledger, number, step("decide", 41, text="示例责令：配备称重设备"), entry())
    return number


def write(run, kind, out, *more, lang="zh", code=0, given=None):
    arguments = [part for pair in (GIVEN if given is None else given).items() for part in pair]
    command = ["supervise", "letters", str(run.folder), "--kind", kind, "--out", str(out), "--lang", lang]
    done = CliRunner().invoke(cli, [*command, *arguments, *map(str, more)])
    assert done.exit_code == code, done.output
    return done


def _texts(path):
    document = Document(path)
    return "\n".join(paragraph.text for paragraph in document.paragraphs)


@pytest.fixture
def letter(run, tmp_path, request):
    def writing(kind, operator, lang="zh", *more):
        done = write(run, kind, tmp_path / "out", "--operator", operator, "--json", *more, lang=lang)
        (entry,) = json.loads(done.stdout)["letters"]
        return entry["files"][0]

    return writing


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_its_fields_are_those_of_the_run(run, letter, url, ordered, kind, lang):
    text = _texts(letter(kind, BAD, lang, "--db", url))
    view, context = view_of(run, BAD), context_of(run)
    told = explain(view, context)
    assert letter_kinds()[kind].title.get(lang) in text
    for part in ("示例市交通运输局", "示交信〔2023〕1号", BAD, "示例运输有限公司", run.run_id):
        assert part in text
    assert run.manifest["sha256"] in text
    assert run.manifest["content_hash"] in text
    for rule in told.fired:
        assert rule.title.get(lang) in text
        for item in rule.evidence:
            assert item.record_id in text
    assert context.risk_point_title("HW-01").get(lang) in text
    for code, words in told.measures:
        if context.catalog.measures[code].kind == "operator":
            assert words.get(lang) in text
            assert code in text
    for advice in told.advice:
        assert advice.title.get(lang) in text
    assert told.tier.get(lang) in text
    assert GIVEN["--contact"] in text
    if kind == "talk":
        assert GIVEN["--meeting-at"] in text
        assert GIVEN["--place"] in text
    if kind == "rectification":
        for part in ("示例决〔2023〕1号", "示例事实：四次违法超限", "示例责令：配备称重设备", ordered):
            assert part in text
    else:
        assert GIVEN["--term"] in text


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_no_placeholder_is_left(letter, url, ordered, kind, lang):
    text = _texts(letter(kind, BAD, lang, "--db", url))
    assert not re.search(r"[{}]|＿|__|None|TODO|\bnan\b", text)
    assert not re.search(r"[，。；：、][，。；：、]", text)


def test_the_law_is_that_of_the_as_of_date(run, letter):
    text = _texts(letter("reminder", BAD))
    catalog = context_of(run).catalog
    for citation in catalog.risk_points["HW-01"].citations:
        version = catalog.laws.in_force(citation.law, AS_OF)
        held = version is not None and version.version == citation.version and citation.duty_of is None
        if held:
            title = f"《{catalog.laws.title(citation.law).zh}》"
            place = citation.label(catalog.laws, "zh").removeprefix(title)
            assert any(place in re.split("[、；。]", said) for said in re.findall(rf"{title}([^《]*)", text)), citation
    assert "《中华人民共和国行政复议法》第二十条" not in text  # that of 2024
    assert "《中华人民共和国行政复议法》第九条第一款" in text


@pytest.mark.parametrize("kind", KINDS)
def test_paper_margins_lines_and_fonts_are_those_of_the_form(letter, url, ordered, kind):
    document = Document(letter(kind, BAD, "zh", "--db", url))
    page = document.sections[0]
    near = Cm(0.01)
    for length, expected in ((page.page_width, 21), (page.page_height, 29.7), (page.top_margin, 3.7),
                             (page.bottom_margin, 3.5), (page.left_margin, 2.8), (page.right_margin, 2.6)):  # fmt: skip
        assert abs(length - Cm(expected)) <= near
    fonts, sizes = set(), set()
    for paragraph in document.paragraphs:
        for run in paragraph.runs:
            fonts.add(run._r.rPr.rFonts.get(qn("w:eastAsia")))
            sizes.add(run.font.size)
    assert fonts == {"方正小标宋简体", "仿宋", "黑体", "楷体"}
    assert sizes >= {Pt(16), Pt(22)}
    title = next(p for p in document.paragraphs if p.text == letter_kinds()[kind].title.zh)
    assert title.runs[0].font.size == Pt(22)
    heading = next(p for p in document.paragraphs if p.text.startswith("一、"))
    assert heading.runs[0]._r.rPr.rFonts.get(qn("w:eastAsia")) == "黑体"
    body = next(p for p in document.paragraphs if p.text.startswith(("依照", "经本机关")))
    assert body.paragraph_format.line_spacing == Pt(28.95)
    assert body.paragraph_format.first_line_indent == Pt(32)
    assert "PAGE" in page.footer._element.xml
    table = next(part for part in document.part.package.iter_parts() if "fontTable" in str(part.partname)).blob.decode()
    for name, other in (("仿宋", "FangSong"), ("黑体", "SimHei"), ("方正小标宋简体", "FZXiaoBiaoSong-B05S")):
        assert re.search(rf'w:name="{name}"><w:altName w:val="{other}', table)


def test_an_order_needs_a_decision(run, url, ledger, entry, tmp_path):
    done = write(run, "rectification", tmp_path, "--operator", BAD, "--db", url, code=2)
    assert "RE-932" in done.output
    cells = {"grounds": "administrative_penalty_law:28:1", "discipline": ""}
    number = propose(ledger, "rectification", BAD, step("propose", 0, **cells), entry()).proceeding.id
    take(ledger, number, step("notice", 1, **cells), entry())
    take(ledger, number, step("check", 40), entry())
    assert "RE-932" in write(run, "rectification", tmp_path, "--operator", BAD, "--db", url, code=2).output
    take(ledger, number, step("decide", 41), entry())
    write(run, "rectification", tmp_path / "one", "--operator", BAD, "--db", url)
    # The letter may not be older than the decision, and there is none for anybody else.
    early = {**GIVEN, "--on": day(40).isoformat()}
    assert "RE-932" in write(run, "rectification", tmp_path, "--operator", BAD, "--db", url, code=2, given=early).output
    assert "RE-932" in write(run, "rectification", tmp_path, "--operator", MANY, "--db", url, code=2).output
    written = write(run, "rectification", tmp_path / "all", "--all", "--db", url, "--json")
    assert [each["operator_id"] for each in json.loads(written.stdout)["letters"]] == [BAD]
    take(ledger, number, step("revoke", 42), entry())
    assert "RE-932" in write(run, "rectification", tmp_path, "--operator", BAD, "--db", url, code=2).output


def test_who_has_nothing_against_it_gets_no_letter(run, tmp_path):
    assert "RE-932" in write(run, "reminder", tmp_path, "--operator", GOOD, code=2).output
    assert not (tmp_path / "index.csv").exists()


def test_what_the_bureau_must_settle_has_to_be_given(run, tmp_path):
    done = write(run, "talk", tmp_path, "--operator", BAD, code=2, given={"--on": "2023-06-01"})
    for name in ("--body", "--contact", "--term", "--number", "--meeting-at", "--place"):
        assert name in done.output
    assert "RE-937" in done.output
    numbered = {**GIVEN, "--number": "示交信〔2023〕1号"}
    assert "RE-937" in write(run, "reminder", tmp_path, "--all", code=2, given=numbered).output


def test_all_are_those_for_whom_the_policy_recommends_it_and_the_index_names_them(run, tmp_path):
    done = write(run, "talk", tmp_path, "--all", "--json")
    written = json.loads(done.stdout)["letters"]
    due = {row["operator_id"] for row in run.rows("actions") if row["action"] == "interview"}
    assert {each["operator_id"] for each in written} == due
    assert [each["number"] for each in written] == [f"示交信〔2023〕{n}号" for n in range(1, len(due) + 1)]
    with (tmp_path / "index.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["operator_id"] for row in rows] == [each["operator_id"] for each in written]
    assert all((tmp_path / row["files"]).is_file() for row in rows)


def test_a_person_is_masked_unless_it_is_asked_for(run, tmp_path):
    done = write(run, "reminder", tmp_path, "--operator", PERSON)
    text = _texts(next(tmp_path.glob("*.docx")))
    assert PERSON not in text + done.output
    assert "某小样" not in text
    write(run, "reminder", tmp_path / "shown", "--operator", PERSON, "--show-personal")
    assert "某小样" in _texts(next((tmp_path / "shown").glob("*.docx")))


def test_equal_letters_are_equal_bytes(run, tmp_path):
    for name in ("one", "two"):
        write(run, "reminder", tmp_path / name, "--operator", BAD)
    one, two = (next((tmp_path / name).glob("*.docx")).read_bytes() for name in ("one", "two"))
    assert one == two


def test_without_libreoffice_a_pdf_is_refused(run, tmp_path, monkeypatch):
    monkeypatch.setenv("RISKENGINE_OFFICE", "no-such-program")
    assert "RE-934" in write(run, "reminder", tmp_path, "--operator", BAD, "--pdf", code=2).output
    monkeypatch.setenv("RISKENGINE_OFFICE", "true")
    assert "RE-934" in write(run, "reminder", tmp_path, "--operator", BAD, "--pdf", code=2).output


@pytest.mark.skipif(office() is None, reason="LibreOffice is not installed")
@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
def test_a_long_letter_goes_over_the_page_whole(run, tmp_path):
    write(run, "talk", tmp_path, "--operator", MANY, "--pdf")
    pdf = next(tmp_path.glob("*.pdf"))
    done = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True)
    pages = done.stdout.split("\f")[:-1]
    assert len(pages) > 2
    assert all(re.search(rf"—\s*{number}\s*—", page) for number, page in enumerate(pages, 1))
    flat = re.sub(r"—\d+—", "", re.sub(r"\s", "", done.stdout))
    for paragraph in Document(next(tmp_path.glob("*.docx"))).paragraphs:
        assert re.sub(r"\s", "", paragraph.text) in flat
