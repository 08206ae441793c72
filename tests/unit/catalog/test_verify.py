"""Law texts are parsed, and each citation of the catalogue is held against them; one word changed is found."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from riskengine.catalog import Catalog, Citation, load_enforcement, load_shipped
from riskengine.catalog.figures import figures
from riskengine.catalog.lawtext import PARSER, LawText, digest, parse_articles, read_law_texts
from riskengine.catalog.measure import Measure
from riskengine.catalog.numerals import chinese_numeral, number_of
from riskengine.catalog.risk_point import RiskPoint
from riskengine.catalog.textcache import TextCache
from riskengine.catalog.thresholds import limits_not_in
from riskengine.catalog.verification import (
    SCHEMA,
    Checked,
    Place,
    Verification,
    changes_since,
    last_result,
    lost_since,
)
from riskengine.catalog.verify import verify
from riskengine.cli.main import cli
from riskengine.kernel.canonical import canonical_json
from riskengine.kernel.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[3]
LAWS = ROOT / ".." / "shared" / "laws"
CATALOG = load_shipped()
WHOLE = CATALOG.to_dict()
with_laws = pytest.mark.skipif(not LAWS.is_dir(), reason="the law texts are not beside this checkout")

INVENTED = """# 某市虚构管理条例
2001年1月1日通过
第一章 总 则
第一条 为了举例，制定本条例。
第二条 经营者应当具备下列条件：
（一）有车辆；
1.符合标准的；
2.检验合格的；
(二)有人员；
前款第二项的人员应当在3个工作日内登记。
第一款所称车辆，由部门规定。
第三条所称罚款，不在此限。
第二条之一 车辆应当每年检验。
第二章 罚 则
第三条　违反本条例第二条第一款规定的，处三千元以上1万元以下的罚款；有违法所得的，没收所得，并处2倍以上５倍以下罚款：
（一）没有登记的；
（二）没有检验的，处500元罚款，最高不超过30000元。
第三条第一款规定的罚款，没有违法所得或者违法所得不足２万元的适用。
第四条 对责任人员处单位罚款数额百分之五以上百分之十以下的罚款，暂扣证书6个月以上2年以下；合同价款千分之五。
附表：
第五条 不属于条文。
"""
ARTICLES = parse_articles(INVENTED)


def as_strings(text: str) -> list[str]:
    return [str(figure) for figure in figures(text)]


def test_numerals_are_read_as_they_are_written() -> None:
    assert all(number_of(chinese_numeral(number)) == number for number in range(1, 10000))


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("3万", 30000), ("1.5万", 15000), ("30,000", 30000), ("两万五千", 25000), ("一百二十万", 1200000),
        ("一万零五百", 10500), ("五百万", 5000000), ("十", 10), ("二〇二三", 2023), ("百", None), ("十十", None),
        ("二三", None), ("", None), ("元", None),
    ],
)  # fmt: skip
def test_sums_in_words_and_digits_are_numbers(words: str, number: int | None) -> None:
    assert number_of(words) == number


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("处3万元以上10万元以下的罚款", ["30000–100000 yuan"]),
        ("处二百元以上二千元以下罚款", ["200–2000 yuan"]),
        ("每超1000千克罚款500元，最高不得超过30000元", ["500 yuan", "–30000 yuan"]),
        ("处1至3万元罚款", ["10000–30000 yuan"]),
        ("处2000至5000元", ["2000–5000 yuan"]),
        ("工程合同价款0.5％以上1％以下", ["5–10 permille"]),
        ("百分之五以上百分之十以下", ["50–100 permille"]),
        ("一年至二年内", ["12–24 month"]),
        ("暂扣6个月以上直至吊销", ["6– month"]),
        ("并处违法所得2倍以上10倍以下", ["2–10 times"]),
        ("记12分，十日内", ["12 point", "10 day"]),
        ("依照第十五条第一款第三项，自2023年7月20日起，三分之二同意", []),
        ("1万元以下，2万元以上", ["–10000 yuan", "20000– yuan"]),
    ],
)
def test_a_range_is_one_figure_and_dates_and_places_are_none(words: str, found: list[str]) -> None:
    assert as_strings(words) == found


def test_a_law_is_read_into_articles_paragraphs_and_items() -> None:
    assert list(ARTICLES) == ["1", "2", "2-1", "3", "4"]
    (conditions, entry, reference, forward) = ARTICLES["2"]
    assert [number for number, _ in conditions[1]] == [1, 2]
    assert conditions[1][0][1].splitlines() == ["有车辆；", "1.符合标准的；", "2.检验合格的；"]
    assert entry[0].startswith("前款第二项")
    assert reference[0].startswith("第一款所称")
    assert forward[0].startswith("第三条所称")
    assert [lead[:5] for lead, _ in ARTICLES["3"]] == ["违反本条例", "第三条第一"]


def test_a_text_without_spaces_after_its_numbers_is_read_in_order() -> None:
    assert list(parse_articles("第一条为了举例。\n第九条所称部门除外。\n第二条自公布之日起施行。")) == ["1", "2"]


def test_lines_between_items_belong_to_the_item_before_and_items_without_numbers_are_counted() -> None:
    between = parse_articles("第一条 条件：\n（一）组织：\n包括教学等组织；\n（二）制度。\n第二款。")["1"]
    assert [(len(items)) for _, items in between] == [2, 0]
    unnumbered = parse_articles("第一条 有下列情形之一的：\n不依法查处的；\n（二）谋取利益的；")["1"]
    assert [number for number, _ in unnumbered[0][1]] == [1, 2]


def test_words_of_an_item_come_with_what_stands_before_the_items() -> None:
    text = LawText("某市虚构管理条例", "2001-01-01", "f", "0", ARTICLES)
    assert as_strings(text.words("3", 1, 1)) == ["3000–10000 yuan", "2–5 times"]
    assert as_strings(text.words("3", 1, 2)) == ["3000–10000 yuan", "2–5 times", "500 yuan", "–30000 yuan"]
    assert text.missing("3", 1, 3) == "item"
    assert text.missing("3", 3) == "paragraph"
    assert text.missing("5") == "article"
    assert text.words("5") == ""


def test_a_digest_does_not_depend_on_white_space() -> None:
    assert digest("第一 条\n车辆") == digest("第一条车辆") != digest("第二条车辆")


def penalty(**values: Any) -> dict[str, Any]:
    base = {"law": "port_law", "version": "2018-12-29", "article": "3", "paragraph": 1, "sureness": "text"}
    return base | {"kind": "fine", "per": "act", "circumstances": "general", "when": {"zh": "某", "en": "x"}} | values


def invented(*penalties: dict[str, Any], citations: tuple[dict[str, Any], ...] = (), **effective: str) -> Catalog:
    """The shipped catalogue's WT-04 alone, with these penalties and citations."""
    data = WHOLE | {"measures": {}, "edition": WHOLE["edition"] | {"effective": {"from": "2022-01-01"}}}
    point = dict(WHOLE["risk_points"]["WT-04"])
    data["risk_points"] = {"WT-04": point}
    role = {"law": "port_law", "version": "2018-12-29", "article": "3", "sureness": "text", "role": "liability"}
    point["penalties"] = list(penalties)
    point["citations"] = [role, *citations]
    data["edition"]["effective"] |= effective
    return Catalog.from_dict(data)


TEXTS = {("中华人民共和国港口法", "2018-12-29"): LawText("中华人民共和国港口法", "2018-12-29", "f", "0", ARTICLES)}


def result_of(part: str, catalog: Catalog) -> tuple[str, tuple[str, ...]]:
    entry = next(entry for entry in verify(catalog, TEXTS).checked if entry.at == f"WT-04/{part}")
    return entry.result, entry.why


@pytest.mark.parametrize(
    ("values", "result", "why"),
    [
        ({"min": 3000, "max": 10000, "unit": "yuan"}, "verified", ()),
        ({"min": 3000, "max": 30000, "unit": "yuan"}, "figure_not_found", ("3000–30000 yuan",)),
        ({"max": 10000, "unit": "yuan"}, "figure_not_found", ("–10000 yuan",)),
        ({"min": 500, "max": 500, "unit": "yuan", "item": 2, "cap": 30000}, "verified", ()),
        ({"min": 500, "max": 500, "unit": "yuan", "item": 1}, "figure_not_found", ("500 yuan",)),
        ({"multiple_of_illegal_income": {"min": 2, "max": 5}}, "verified", ()),
        ({"multiple_of_illegal_income": {"min": 2, "max": 10}}, "figure_not_found", ("2–10 times",)),
        ({"article": "4", "min": 5, "max": 10, "unit": "percent_of_entity_fine"}, "verified", ()),
        ({"article": "4", "min": 5, "max": 10, "unit": "permille_of_bid_price"}, "figure_not_found", None),
        ({"article": "4", "min": 6, "max": 24, "unit": "month", "kind": "suspension"}, "verified", ()),
        ({"paragraph": 2, "when": {"zh": "违法所得不足2万元", "en": "x"}}, "verified", ()),
        ({"paragraph": 2, "when": {"zh": "违法所得不足3万元", "en": "x"}}, "figure_not_found", ("30000 yuan",)),
        ({"paragraph": 2, "when": {"zh": "违法所得3次", "en": "x"}}, "figure_not_found", ("3次",)),
        ({"article": "2", "paragraph": 2, "kind": "order", "when": {"zh": "在3个工作日内", "en": "x"}}, "verified", ()),
        ({"kind": "revocation"}, "figure_not_found", ("kind",)),
        ({"paragraph": 3}, "article_missing", ("paragraph",)),
        ({"item": 3}, "article_missing", ("item",)),
        ({"article": "2-2"}, "article_missing", ("article",)),
        ({"version": "2018-12-29", "law": "bidding_law"}, None, None),
    ],
)
def test_each_result_of_a_penalty(values: dict[str, Any], result: str | None, why: tuple[str, ...] | None) -> None:
    if result is None:  # a version that is not registered
        result, why = "not_in_force", ()
    found = result_of("penalties/0", invented(penalty(**values)))
    assert found[0] == result
    assert why is None or found[1] == why


def test_a_version_must_be_in_force_on_a_day_of_the_edition() -> None:
    assert result_of("citations/0", invented())[0] == "verified"
    assert result_of("citations/0", invented(to="2018-12-29", **{"from": "2001-01-01"}))[0] == "not_in_force"
    ended = {"law": "road_transport_regulation", "version": "2019-03-02", "article": "63", "sureness": "text"}
    assert result_of("citations/1", invented(citations=(ended,)))[0] == "text_not_available"
    later = invented(citations=(ended,), **{"from": "2022-05-01"})
    assert result_of("citations/1", later)[0] == "not_in_force"


def test_what_a_liability_article_threatens_and_no_penalty_has_is_uncovered() -> None:
    """The figures as the ranges that they are, and the kinds of penalty."""
    fine = penalty(min=3000, max=10000, unit="yuan")
    whole = verify(invented(fine), TEXTS)
    lacking = ["2–5 times", "500 yuan", "–30000 yuan", "20000 yuan", "confiscation"]
    assert [entry.what for entry in whole.uncovered] == lacking
    assert not whole.is_clean
    others = (
        penalty(paragraph=2, when={"zh": "违法所得不足2万元", "en": "x"}),
        penalty(item=2, min=500, max=500, unit="yuan", cap=30000),
        penalty(kind="confiscation", multiple_of_illegal_income={"min": 2, "max": 5}),
    )
    done = verify(invented(fine, *others), TEXTS)
    assert done.uncovered == ()
    assert done.threats == whole.threats == 7


def test_a_liability_article_without_any_penalty_is_uncovered() -> None:
    assert [entry.what for entry in verify(invented(), TEXTS).uncovered][-1] == "no_penalty"


def excusing(*what: str) -> Verification:
    data = invented(penalty(min=3000, max=10000, unit="yuan")).to_dict()
    reason = {"zh": "不涉及", "en": "not concerned"}
    citation = data["risk_points"]["WT-04"]["citations"][0]
    citation["not_applicable"] = [{"what": name, "reason": reason} for name in what]
    return verify(Catalog.from_dict(data), TEXTS)


def test_what_does_not_concern_a_risk_point_is_excused_by_name_and_nothing_else_is() -> None:
    result = excusing("2倍以上5倍以下", "confiscation")
    assert [entry.what for entry in result.uncovered] == ["500 yuan", "–30000 yuan", "20000 yuan"]
    assert result.unneeded == ()
    for needless in ("3000元以上1万元以下", "revocation", "7元"):
        assert excusing(needless).unneeded == ("WT-04/citations/0",), needless


def quoted(words: str, **values: Any) -> tuple[str, tuple[str, ...]]:
    return result_of("penalties/0", invented(penalty(kind="order", quote=words, **values)))


@pytest.mark.parametrize(
    ("words", "values", "why"),
    [
        ("没有检验", {"item": 2}, None),
        ("没有检验", {"item": 1}, "quote_absent"),
        ("没有检验", {"paragraph": 2}, "quote_absent"),
        ("违反本条例", {"item": 1}, "quote_elsewhere"),  # the words before the items are those of both
        ("违反本条例", {}, None),
        ("罚款", {}, "quote_elsewhere"),
        ("没有违法所得", {"paragraph": 2}, None),
        ("第三条", {"paragraph": 2}, "quote_elsewhere"),
    ],
)
def test_a_quotation_stands_at_its_place_and_at_no_other(words: str, values: dict[str, Any], why: str | None) -> None:
    assert quoted(words, **values) == (("quote_not_found", (why,)) if why else ("verified", ()))


def test_a_penalty_that_no_liability_citation_covers_is_uncited() -> None:
    assert verify(invented(penalty(article="4", kind="order")), TEXTS).uncited == ("WT-04/penalties/0",)
    assert verify(invented(penalty(kind="order")), TEXTS).uncited == ()
    data = invented(penalty(article="4", kind="order")).to_dict()
    data["risk_points"]["WT-05"] = data["risk_points"]["WT-04"] | {"code": "WT-05", "penalties": []}
    data["risk_points"]["WT-05"]["citations"] = [data["risk_points"]["WT-04"]["citations"][0] | {"article": "4"}]
    assert verify(Catalog.from_dict(data), TEXTS).uncited == ("WT-04/penalties/0",)


def test_what_is_new_or_leads_to_other_words_since_the_last_result_is_named() -> None:
    result = verify(invented(penalty(kind="order")), TEXTS)
    held = result.to_dict()
    assert changes_since(result, held) == ([], [])
    again = invented(penalty(kind="order"), penalty(kind="order"))
    assert [entry.at for entry in changes_since(verify(again, TEXTS), held)[0]] == ["WT-04/penalties/1"]
    text = next(iter(TEXTS.values()))
    amended = {key: replace(text, articles=parse_articles(INVENTED.replace("三千元", "四千元"))) for key in TEXTS}
    places = [entry.at for entry in changes_since(verify(invented(penalty(kind="order")), amended), held)[1]]
    assert places == ["WT-04/citations/0", "WT-04/penalties/0"]


def test_whatever_was_taken_out_since_the_last_result_is_named() -> None:
    result = verify(invented(penalty(kind="order"), penalty(kind="order")), TEXTS)
    held = result.to_dict()
    assert lost_since(result, held) == []
    assert lost_since(result, {}) == []
    fewer = verify(invented(penalty(kind="order")), TEXTS)
    assert [entry["at"] for entry in lost_since(fewer, held)] == ["WT-04/penalties/1"]


def test_any_one_entry_taken_out_of_the_shipped_result_is_named() -> None:
    """Citations, penalties, bases and bodies: each is missed by the last result."""
    last = last_result()
    checked = [as_checked(entry) for entry in last["citations"]]
    whole = Verification({}, tuple(checked), 0, (), (), (), ())
    assert lost_since(whole, last) == []
    for at in range(0, len(checked), 7):
        if checked[at].role == "threshold":
            continue
        without = replace(whole, checked=(*checked[:at], *checked[at + 1 :]))
        assert [entry["law"] for entry in lost_since(without, last)] == [checked[at].place.law]


def as_checked(entry: dict[str, Any]) -> Checked:
    place = Place(*(entry.get(name) for name in Place._fields))
    return Checked(entry["at"], entry.get("role"), place, entry["result"])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "laws").mkdir()
    (tmp_path / "laws" / "某市虚构管理条例_2001-01-01.md").write_text(INVENTED, "utf-8-sig")
    (tmp_path / "laws" / "README.md").write_text("not a law", "utf-8")
    return tmp_path / "laws"


def test_a_folder_is_read_with_and_without_an_index(folder: Path) -> None:
    assert list(read_law_texts(folder)) == [("某市虚构管理条例", "2001-01-01")]
    index = "title,version_date,file\n别名条例,2002-02-02,某市虚构管理条例_2001-01-01.md\n"
    (folder / "index.csv").write_text(index, "utf-8")
    ((key, text),) = read_law_texts(folder).items()
    assert key == ("别名条例", "2002-02-02")
    assert text.articles == ARTICLES


def test_a_folder_that_cannot_be_used_is_refused(folder: Path) -> None:
    with pytest.raises(UsageError, match="RE-420"):
        read_law_texts(folder / "absent")
    (folder / "坏_2001-01-01.md").write_bytes("# 坏".encode("gb18030"))
    with pytest.raises(UsageError, match="RE-421"):
        read_law_texts(folder)
    for path in folder.iterdir():
        path.unlink()
    with pytest.raises(UsageError, match="RE-420"):
        read_law_texts(folder)


def test_the_cache_gives_the_same_and_follows_the_bytes_of_the_file(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "cache" / "texts.json"
    first = read_law_texts(folder, TextCache(path, PARSER))
    with monkeypatch.context() as patched:
        patched.setattr("riskengine.catalog.lawtext.parse_articles", dict)
        assert read_law_texts(folder, TextCache(path, PARSER)) == first
    (text,) = first.values()
    assert TextCache(path, PARSER).get(text.sha256) == text.articles
    assert TextCache(path, "another parser").get(text.sha256) is None
    (folder / text.file).write_text(INVENTED.replace("三千元", "四千元"), "utf-8")
    (changed,) = read_law_texts(folder, TextCache(path, PARSER)).values()
    assert changed.articles != text.articles


@pytest.mark.parametrize("damage", [b"", b"[]", b"{", b'{"schema": "riskengine.lawtexts/1"}'])
def test_a_damaged_cache_is_passed_over(folder: Path, tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "texts.json"
    path.write_bytes(damage)
    (text,) = read_law_texts(folder, TextCache(path, PARSER)).values()
    assert text.articles == ARTICLES
    altered = path.read_text("utf-8").replace("三千元", "九千元")
    path.write_text(altered, "utf-8")
    assert TextCache(path, PARSER).get(text.sha256) is None


def run(*args: str) -> Any:
    return CliRunner().invoke(cli, ["catalog", "verify", *args])


def test_the_command_says_what_has_no_text(folder: Path) -> None:
    done = run("--laws", str(folder), "--no-cache", "--lang", "en", "--json")
    data = json.loads(done.stdout)
    assert data["schema"] == SCHEMA
    assert data["liability"]["with_text"] == 0
    assert set(data["counts"]) - {kind for kind, number in data["counts"].items() if not number} == {
        "text_not_available"
    }
    assert done.exit_code == 0


def test_the_command_refuses_a_folder_that_is_none(tmp_path: Path) -> None:
    done = run("--laws", str(tmp_path / "absent"))
    assert done.exit_code == 2
    assert "RE-" in done.output


@pytest.fixture(scope="module")
def texts() -> dict[tuple[str, str], LawText]:
    return read_law_texts(LAWS)


@with_laws
def test_every_law_text_is_parsed_whole_in_under_three_seconds() -> None:
    start = time.perf_counter()
    found = read_law_texts(LAWS)
    assert time.perf_counter() - start < 3
    assert len(found) > 300
    for text in found.values():
        numbers = [int(name) for name in text.articles if "-" not in name]
        assert numbers == list(range(1, len(numbers) + 1)), text.file
        for article in text.articles.values():
            for _, items in article:
                assert [number for number, _ in items] == list(range(1, len(items) + 1)), text.file


@with_laws
def test_the_shipped_catalogue_is_verified_and_its_last_result_is_current(texts: Any) -> None:
    result = verify(CATALOG, texts, load_enforcement())
    assert result.findings == []
    assert result.uncovered == ()
    assert result.uncited == ()
    assert result.is_clean
    citations, with_text = result.liability()
    assert with_text >= Decimal("0.9") * citations
    made = canonical_json(result.to_dict()) + b"\n"
    held = (ROOT / "risk_catalog" / "verification.json").read_bytes()
    assert made == held, "riskengine catalog verify --laws ../shared/laws --out risk_catalog/verification.json"


def test_the_last_result_holds_no_words_of_a_law() -> None:
    last = last_result()
    files = {entry["file"] for entry in last["texts"]}
    for entry in last["citations"]:
        assert not any("一" <= char <= "鿿" for char in json.dumps(entry, ensure_ascii=False)), entry
    assert all(len(entry["sha256"]) == 64 for entry in last["texts"])
    assert len(files) == len(last["texts"])


@with_laws
def test_the_command_prints_tables_in_both_languages(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    for lang, word in (("zh", "已核对"), ("en", "verified")):
        done = run("--laws", str(LAWS), "--lang", lang)
        assert word in done.stdout
        assert done.exit_code == 0
    assert (tmp_path / "riskengine" / "lawtexts.json").is_file()
    assert run("--laws", str(LAWS), "--all").stdout.count("已核对") > 1600
    assert run("--laws", str(LAWS), "--out", str(tmp_path / "v.json")).exit_code == 0
    assert (tmp_path / "v.json").read_bytes() == (ROOT / "risk_catalog" / "verification.json").read_bytes()


def citations_in(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "law" in value and "article" in value:
            yield value
        for item in value.values():
            yield from citations_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from citations_in(item)


def mutations(entry: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], str, Any]]:
    """Each figure times ten and plus one, each number of a place and those beside it: what, mapping, key, value."""
    number, _, inserted = entry["article"].partition("-")
    yield "article", entry, "article", f"{int(number) + 1}" + (f"-{inserted}" if inserted else "")
    if int(number) > 1:
        yield "article", entry, "article", f"{int(number) - 1}"
    for key in ("paragraph", "item"):
        if key in entry:
            yield key, entry, key, entry[key] + 1
    for holder in (entry, entry.get("multiple_of_illegal_income", {})):
        for key in ("min", "max", "cap"):
            if key in holder:
                yield "figure", holder, key, str(Decimal(holder[key]) * 10)
                yield "figure", holder, key, str(Decimal(holder[key]) + 1)


def found_in(result: Verification) -> set[Any]:
    """Everything that makes the command exit with 1, but for the comparison with the last result."""
    return {
        *((entry.at, entry.result) for entry in result.checked),
        *((entry.at, entry.place, entry.what) for entry in result.uncovered),
        *result.uncited,
    }


def alone(kind: str, code: str, part: dict[str, Any]) -> Catalog:
    """The shipped catalogue with one risk point or measure alone; only that is read anew."""
    model = {"risk_points": RiskPoint, "measures": Measure}[kind]
    return CATALOG.model_copy(update={"risk_points": {}, "measures": {}, kind: {code: model.model_validate(part)}})


def survivors(kind: str, code: str, texts: Any, made: Counter[tuple[str, str]]) -> Iterator[str]:
    """The mutations of a risk point or measure that the law's text alone does not show; those made are counted."""
    part = WHOLE[kind][code]
    before = found_in(verify(alone(kind, code, part), texts))
    for entry in citations_in(part):
        if (CATALOG.laws.title(entry["law"]).zh, entry["version"]) not in texts:
            continue
        role = "penalty" if "kind" in entry else entry.get("role", "basis")
        for what, holder, key, value in mutations(entry):
            old, holder[key] = holder[key], value
            after = verify(alone(kind, code, part), texts)
            holder[key] = old
            made[what, role] += 1
            if not found_in(after) - before:
                yield f"{code}: {entry['law']} {entry['article']} {key} {old} -> {value}"


def changed_limits(threshold: str) -> Iterator[str]:
    """A threshold with each of its numbers, but 0 and 1, a last place higher and ten times (a share: twice) as high."""
    for match in re.finditer(r"\d+(?:\.\d+)?", threshold):
        number = Decimal(match[0])
        step = Decimal(1).scaleb(number.as_tuple().exponent)
        for value in (number + step, number * (10 if number >= 2 else 2)):
            if number not in {0, 1}:
                yield f"{threshold[: match.start()]}{value}{threshold[match.end() :]}"


@with_laws
def test_every_limit_of_a_statutory_trigger_changed_once_is_found(texts: Any) -> None:
    """But where the changed limit happens to be another number of the article: those are counted."""
    tried, unnoticed = 0, []
    for code, point in CATALOG.risk_points.items():
        for trigger in point.data_triggers:
            basis = trigger.basis
            if trigger.kind != "statutory" or not isinstance(basis, Citation) or "-" in trigger.threshold:
                continue
            text = texts.get((CATALOG.laws.title(basis.law).zh, basis.version))
            if text is None:
                continue
            words = text.words(basis.article, basis.paragraph, basis.item)
            assert list(limits_not_in(trigger.threshold, words)) == [], code
            for changed in changed_limits(trigger.threshold):
                tried += 1
                if not list(limits_not_in(changed, words)):
                    unnoticed.append((code, trigger.threshold, changed))
    assert unnoticed == [("EC-01", ">= 2", ">= 3")]  # 3年内2次以上: the other number of the item
    assert tried > 60


@with_laws
@pytest.mark.slow
def test_every_figure_and_every_number_of_a_place_changed_once_is_found_by_the_text_alone(texts: Any) -> None:
    """No mutation survives: a wrong article, paragraph or item leads to words without the quotation."""
    assert CATALOG.sha256  # computed once, and then part of every copy
    made: Counter[tuple[str, str]] = Counter()
    parts = [(kind, code) for kind in ("risk_points", "measures") for code in WHOLE[kind]]
    assert [found for kind, code in parts for found in survivors(kind, code, texts, made)] == []
    print(dict(made))
    assert made["figure", "penalty"] > 1200
    assert made["article", "penalty"] > 1200
    assert made["article", "liability"] > 600
