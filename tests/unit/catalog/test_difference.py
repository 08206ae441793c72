"""What changed between two catalogues is told in words: every kind of change, nothing else, each exactly once."""

from __future__ import annotations

import copy
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from riskengine.catalog import Catalog, difference, load_catalog, load_shipped
from riskengine.catalog.risk_point import Penalty
from riskengine.catalog.wording import figures, threatened

if TYPE_CHECKING:
    from collections.abc import Callable

WHOLE = Path(__file__).parents[2] / "bad" / "lint" / "whole"
SMALL = load_catalog(WHOLE / "risk_catalog", WHOLE / "measures")
POINT = ("risk_points", "HW-01")
LAW = "《中华人民共和国公路法》"


def changed(change: Callable[[dict[str, Any]], object], base: Catalog = SMALL) -> Catalog:
    """A copy of the catalogue with a change in its data."""
    data = copy.deepcopy(base.to_dict())
    change(data)
    return Catalog.from_dict(data)


def told(change: Callable[[dict[str, Any]], object], lang: str = "zh", base: Catalog = SMALL) -> list[str]:
    return [entry.text(lang) for entry in difference(base, changed(change, base))]


def test_a_catalogue_does_not_differ_from_itself() -> None:
    assert difference(SMALL, SMALL) == []
    assert difference(load_shipped(), load_shipped()) == []


def put(*path: Any, value: Any) -> Callable[[dict[str, Any]], None]:
    """Set what stands at a path."""

    def change(data: Any) -> None:
        for key in path[:-1]:
            data = data[key]
        data[path[-1]] = value

    return change


def both(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


A50, A76, A77 = (f"{LAW}第{number}（2017-11-04版）" for number in ("五十条", "七十六条", "七十七条"))
D50, D51 = (f"{LAW}第{number}第一款（2017-11-04版）［义务］" for number in ("五十条", "五十一条"))
EN = {
    number: f"Highway Law, article {number} (version 2017-11-04)"
    for number in ("50", "50(1)", "51(1)", "7", "76", "77")
}
CASES = {
    "renamed": (
        put(*POINT, "title", value=both("超限运输", "Overweight")),
        "HW-01 更名：违法超限运输 → 超限运输",
        "HW-01: renamed: Over-limit transport → Overweight",
    ),
    "level": (put(*POINT, "level", value="orange"), "HW-01 风险等级：红 → 橙", "HW-01: level: red → orange"),
    "article": (
        put(*POINT, "citations", 0, "article", value="51"),
        f"HW-01 法律依据变更：{D50} → {D51}",
        f"HW-01: citation changed: {EN['50(1)']} [duty] → {EN['51(1)']} [duty]",
    ),
    "citation_removed": (
        lambda data: data["risk_points"]["HW-01"]["citations"].pop(0),
        f"HW-01 删去法律依据：{D50}",
        f"HW-01: citation removed: {EN['50(1)']} [duty]",
    ),
    "citation_added": (
        lambda data: data["risk_points"]["HW-01"]["citations"].append(
            {"law": "highway_law", "version": "2017-11-04", "article": "7", "role": "duty", "sureness": "text"}
        ),
        f"HW-01 增加法律依据：{LAW}第七条（2017-11-04版）［义务］",
        f"HW-01: citation added: {EN['7']} [duty]",
    ),
    "penalty": (
        put(*POINT, "penalties", 0, "max", value="50000"),
        f"HW-01 处罚变更（{A76}，罚款，一般情形，擅自超限行驶）：至多30000元（按违法行为） → 至多50000元（按违法行为）",
        (
            f"HW-01: penalty changed ({EN['76']}, fine, general, over-limit travel): "
            "up to 30,000 yuan (per act) → up to 50,000 yuan (per act)"
        ),
    ),
    "condition_of_a_penalty": (
        put(*POINT, "penalties", 0, "when", value=both("超限", "over the limit")),
        f"HW-01 处罚变更（{A76}，罚款，一般情形，至多30000元（按违法行为））：擅自超限行驶 → 超限",
        (
            f"HW-01: penalty changed ({EN['76']}, fine, general, up to 30,000 yuan (per act)): "
            "over-limit travel → over the limit"
        ),
    ),
    "article_of_a_penalty": (
        put(*POINT, "penalties", 0, "article", value="77"),
        f"HW-01 处罚变更（罚款，一般情形，擅自超限行驶，至多30000元（按违法行为））：{A76} → {A77}",
        (
            "HW-01: penalty changed (fine, general, over-limit travel, up to 30,000 yuan (per act)): "
            f"{EN['76']} → {EN['77']}"
        ),
    ),
    "penalty_removed": (
        put(*POINT, "penalties", value=[]),
        f"HW-01 删去处罚：{A76}，罚款，一般情形，擅自超限行驶，至多30000元（按违法行为）",
        f"HW-01: penalty removed: {EN['76']}, fine, general, over-limit travel, up to 30,000 yuan (per act)",
    ),
    "measure": (
        put("measures", "HW-01-M1", "text", value=both("出场前过磅", "Weigh at the gate")),
        "HW-01-M1 内容变更：出场过磅 → 出场前过磅",
        "HW-01-M1: text changed: Weigh before leaving → Weigh at the gate",
    ),
    "channel": (
        put("measures", "HW-01-M1", "channel", value="training"),
        "HW-01-M1 方式变更：自查 → 培训",
        "HW-01-M1: channel changed: self-check → training",
    ),
    "basis": (
        put("measures", "HW-01-M1", "basis", value=None),
        f"HW-01-M1 依据变更：{A50} → 无",
        f"HW-01-M1: basis changed: {EN['50']} → none",
    ),
    "english_alone": (
        put(*POINT, "title", "en", value="Overweight"),
        "HW-01 更名：违法超限运输 / Over-limit transport → 违法超限运输 / Overweight",
        "HW-01: renamed: Over-limit transport → Overweight",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_each_kind_of_change_is_told_once_in_both_languages(case: str) -> None:
    change, zh, en = CASES[case]
    assert told(change) == [zh]
    assert told(change, "en") == [en]


@pytest.mark.parametrize(
    "change",
    [
        put(*POINT, "conduct", value=both("别的", "else")),
        put(*POINT, "level_reason", value=both("别的", "else")),
        put(*POINT, "citations", 0, "sureness", value="excerpt"),
        put(*POINT, "penalties", 0, "note", value=both("别的", "else")),
        put("edition", "version", value="2"),
        put("laws", "laws", "highway_law", "title", value=both("公路法", "Roads Law")),
        put("measures", "HW-01-M1", "basis", "sureness", value="excerpt"),
    ],
)
def test_nothing_else_is_told(change: Callable[[dict[str, Any]], None]) -> None:
    assert told(change) == []


def add_point(data: dict[str, Any], code: str = "HW-02", **more: Any) -> None:
    data["risk_points"][code] = {**copy.deepcopy(data["risk_points"]["HW-01"]), "code": code, "measures": [], **more}
    data["risk_points"][code]["title"] = both("另一", "Another")


def test_a_point_added_is_told_and_the_way_back_says_that_no_code_took_its_place() -> None:
    more = changed(add_point)
    assert [entry.text("zh") for entry in difference(SMALL, more)] == ["HW-02 新增风险点：另一"]
    assert [entry.text("zh") for entry in difference(more, SMALL)] == ["HW-02 已删除，没有写明承继的编号：另一"]
    assert [entry.text("en") for entry in difference(more, SMALL)] == [
        "HW-02: risk point taken out, no code named in its place: Another"
    ]


def test_a_point_retired_names_its_successor_and_may_come_back() -> None:
    two = changed(add_point)
    retired = changed(put("risk_points", "HW-02", "succeeded_by", value="HW-01"), two)
    assert [entry.text("zh") for entry in difference(two, retired)] == ["HW-02 停用，由HW-01承继：另一"]
    assert [entry.text("en") for entry in difference(two, retired)] == [
        "HW-02: risk point retired, HW-01 took its place: Another"
    ]
    assert [entry.text("en") for entry in difference(retired, two)] == ["HW-02: risk point in use again: Another"]
    assert [entry.kind for entry in difference(SMALL, retired)] == ["point_added", "point_retired"]


def test_measures_added_retired_and_given_another_code() -> None:
    def recode(data: dict[str, Any]) -> None:
        data["measures"]["HW-01-M9"] = {**data["measures"].pop("HW-01-M2"), "code": "HW-01-M9", "channel": "training"}
        data["risk_points"]["HW-01"]["measures"] = ["HW-01-M1", "HW-01-M9"]

    assert told(recode) == ["措施编号变更：HW-01-M2 → HW-01-M9", "HW-01-M9 方式变更：函件 → 培训"]

    def lose(data: dict[str, Any]) -> None:
        data["measures"].pop("HW-01-M2")
        data["risk_points"]["HW-01"]["measures"] = ["HW-01-M1"]

    assert told(lose) == ["HW-01-M2 停用措施：发提醒函"]
    fewer = changed(lose)
    assert [entry.text("en") for entry in difference(fewer, SMALL)] == ["HW-01-M2: measure added: Send a letter"]


def test_one_more_version_of_a_citation_is_added_and_not_taken_for_a_change() -> None:
    def newer(data: dict[str, Any]) -> None:
        entry = {**data["risk_points"]["HW-01"]["citations"][1], "version": "2024-01-01"}
        data["risk_points"]["HW-01"]["citations"].append(entry)

    assert [entry.kind for entry in difference(SMALL, changed(newer))] == ["citation_added"]


def test_a_version_that_took_the_place_of_another_is_a_change() -> None:
    (change,) = difference(SMALL, changed(put(*POINT, "citations", 1, "version", value="2024-01-01")))
    assert change.kind == "citation_changed"
    assert change.before is not None
    assert change.after is not None
    assert ("2017-11-04" in change.before.en, "2024-01-01" in change.after.en) == (True, True)


def test_a_duty_of_the_authority_is_called_that() -> None:
    owed = put(*POINT, "citations", 0, "duty_of", value="authority")
    assert told(owed) == [f"HW-01 法律依据变更：{D50} → {D50.replace('义务', '机关义务')}"]


def two_penalties(first: dict[str, Any], second: dict[str, Any]) -> Catalog:
    def change(data: dict[str, Any]) -> None:
        held = data["risk_points"]["HW-01"]["penalties"]
        held[:] = [{**held[0], **first}, {**held[0], **second}]

    return changed(change)


LIGHT, HEAVY = {"when": both("轻", "light"), "max": "10"}, {"when": both("重", "heavy"), "max": "20"}


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (  # the condition tells which is which, though both figures and the order changed
            ({**HEAVY, "max": "40"}, {**LIGHT, "max": "30"}),
            [("light", "up to 10 yuan", "up to 30 yuan"), ("heavy", "up to 20 yuan", "up to 40 yuan")],
        ),
        (  # the figures tell it, though both conditions and the order changed
            ({**HEAVY, "when": both("很重", "worse")}, {**LIGHT, "when": both("很轻", "milder")}),
            [("up to 10 yuan", "light", "milder"), ("up to 20 yuan", "heavy", "worse")],
        ),
        (  # article and kind tell it, though condition and figure changed
            (LIGHT, {"when": both("很重", "worse"), "max": "40"}),
            [("article 76", "heavy, up to 20 yuan", "worse, up to 40 yuan")],
        ),
        ((LIGHT, {**HEAVY, "per": "vehicle"}), [("heavy", "(per act)", "(per vehicle)")]),
    ],
)
def test_a_penalty_is_compared_with_the_one_that_it_was(after: Any, expected: list[tuple[str, str, str]]) -> None:
    changes = difference(two_penalties(LIGHT, HEAVY), two_penalties(*after))
    assert [entry.kind for entry in changes] == ["penalty_changed"] * len(expected)
    for entry, sides in zip(changes, expected, strict=True):
        for text, words in zip((entry.what, entry.before, entry.after), sides, strict=True):
            assert text is not None
            assert words in text.en


def test_an_order_is_no_change() -> None:
    def turn(data: dict[str, Any]) -> None:
        for point in data["risk_points"].values():
            point["citations"].reverse()
            point["penalties"].reverse()

    assert told(turn, base=load_shipped()) == []


def test_every_figure_of_the_shipped_catalogue_that_is_changed_is_told_and_only_that() -> None:
    shipped = load_shipped()
    tried = 0
    for code, point in shipped.risk_points.items():
        alone = shipped.model_copy(update={"risk_points": {code: point}})
        for at, penalty in enumerate(point.penalties):
            for key in ("min", "max", "cap"):
                if getattr(penalty, key) is None:
                    continue
                other = penalty.model_copy(update={key: Decimal(7)})
                penalties = (*point.penalties[:at], other, *point.penalties[at + 1 :])
                changed = point.model_copy(update={"penalties": penalties})
                (change,) = difference(alone, alone.model_copy(update={"risk_points": {code: changed}}))
                assert (change.kind, change.code) == ("penalty_changed", code)
                assert change.before == figures(penalty)
                assert change.after == figures(other)
                tried += 1
    assert tried > 500


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_penalty_of_the_shipped_catalogue_can_be_told_without_a_word_missing(lang: str) -> None:
    shipped = load_shipped()
    for point in shipped.risk_points.values():
        for penalty in point.penalties:
            words = figures(penalty).get(lang)
            assert "_" not in words, words
            assert "{" not in threatened(penalty, shipped.laws).get(lang)
            if lang == "zh":
                assert not any(char.isascii() and char.isalpha() for char in words), words


@pytest.mark.parametrize(
    ("figure", "zh", "en"),
    [
        ({"min": 3000, "max": 10000, "unit": "yuan"}, "3000至10000元", "3,000 to 10,000 yuan"),
        ({"min": 5000, "max": 5000, "unit": "yuan"}, "5000元", "5,000 yuan"),
        ({"min": 5000, "unit": "yuan"}, "至少5000元", "at least 5,000 yuan"),
        (
            {"min": 5, "max": "10.50", "unit": "permille_of_bid_price"},
            "中标项目金额的5至10.5‰",
            "5 to 10.5 ‰ of the bid price",
        ),
        (
            {"multiple_of_illegal_income": {"min": 2, "max": 10}},
            "违法所得的2至10倍",
            "2 to 10 times the illegal income",
        ),
        ({"cap": 30000}, "合计不超过30000元", "30,000 yuan in all at most"),
        ({}, "无数额", "no figure"),
        ({"max": 3, "unit": "rare_unit"}, "至多3 rare unit", "up to 3 rare unit"),
    ],
)
def test_figures_read_as_they_are_written(figure: dict[str, Any], zh: str, en: str) -> None:
    penalty = Penalty.model_validate(
        {
            "law": "highway_law",
            "version": "2017-11-04",
            "article": 76,
            "sureness": "text",
            "kind": "fine",
            "per": "vehicle",
            "circumstances": "general",
            "when": both("超限", "over-limit"),
            **figure,
        }
    )
    assert figures(penalty).zh == f"{zh}（每车）"
    assert figures(penalty).en == f"{en} (per vehicle)"


def test_as_json_a_change_has_its_sides_and_its_sentence_in_both_languages() -> None:
    (change,) = difference(SMALL, changed(put(*POINT, "level", value="orange")))
    assert change.to_dict() == {
        "kind": "level_changed",
        "code": "HW-01",
        "what": None,
        "before": both("红", "red"),
        "after": both("橙", "orange"),
        "text": both("HW-01 风险等级：红 → 橙", "HW-01: level: red → orange"),
    }
