"""The dirty operators."""

from __future__ import annotations

from invent.codes import credit_code
from invent.dirty_row import FIRST, LEFT_OUT, RESIDENT_NUMBER, USED, WARNING, Row

HEADINGS = (
    "统一社会信用代码",
    "名称",
    "业务领域",
    "县区",
    "车辆数",
    "从业人员数",
    "许可日期",
    "注销日期",
    "承继主体",
    "联系人证件号",
    "备注",
)


def _operator(number: int, column: str = "", wrong: str = "", outcome: str = "", **cells: str) -> Row:
    """A clean operator with some cells changed."""
    clean = {
        "统一社会信用代码": credit_code(FIRST + number),
        "名称": f"许昌示例{number:02d}号货运有限公司",
        "业务领域": "RT;HW",
        "县区": "建安区",
        "车辆数": "40",
        "从业人员数": "52",
        "许可日期": "2016-03-01",
    }
    return Row({**clean, **cells}, column, wrong, outcome)


def _wrong_check(code: str) -> str:
    """The code with another last character."""
    return code[:-1] + ("1" if code[-1] != "1" else "2")


def _full_width(text: str) -> str:
    """ASCII as full-width characters."""
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


ROWS = (
    _operator(1),
    _operator(2),
    _operator(
        3,
        "统一社会信用代码",
        "the check character is wrong",
        WARNING,
        统一社会信用代码=_wrong_check(credit_code(FIRST + 3)),
    ),
    _operator(
        4,
        "统一社会信用代码",
        "lower case, blanks around it",
        USED,
        统一社会信用代码=f"  {credit_code(FIRST + 4).lower()} ",
    ),
    _operator(
        5,
        "统一社会信用代码",
        "full-width characters",
        USED,
        统一社会信用代码=_full_width(credit_code(FIRST + 5)),
    ),
    _operator(6),
    _operator(6, "all", "the row before once more, equal: one of the two is used", LEFT_OUT),
    _operator(7, "车辆数", "same code as the next row, different content", LEFT_OUT),
    _operator(7, "车辆数", "same code as the row before, different content", LEFT_OUT, 车辆数="41"),
    _operator(8, "统一社会信用代码", "no code", LEFT_OUT, 统一社会信用代码=""),
    _operator(9, "名称", "no name: the code stands in", USED, 名称=""),
    Row({}, "all", "blank row", LEFT_OUT),
    _operator(10, "业务领域", "no such area: XX", LEFT_OUT, 业务领域="RT;XX"),
    _operator(11, "业务领域", "full-width semicolon between the areas", USED, 业务领域="RT；HW"),
    _operator(12, "车辆数", "not a number", LEFT_OUT, 车辆数="约50辆"),
    _operator(13, "车辆数", "negative", LEFT_OUT, 车辆数="-3"),
    _operator(14, "车辆数", "not a whole number", LEFT_OUT, 车辆数="12.5"),
    _operator(15, "车辆数", "full-width digits", USED, 车辆数="１２"),
    _operator(16, "车辆数", "a comma between the thousands", USED, 车辆数="1,200"),
    _operator(17, "车辆数", "no value: unknown", USED, 车辆数=""),
    _operator(18, "许可日期", "no such month", LEFT_OUT, 许可日期="2019-13-01"),
    _operator(19, "许可日期", "a date in Chinese", USED, 许可日期="2019年3月5日"),
    _operator(20, "许可日期", "before 1949-10-01", LEFT_OUT, 许可日期="1900-01-01"),
    _operator(21, "注销日期", "closed before it was licensed", LEFT_OUT, 注销日期="2015-01-01"),
    _operator(
        22,
        "承继主体",
        "the successor is not in the list",
        WARNING,
        注销日期="2022-01-31",
        承继主体=credit_code(FIRST + 990),
    ),
    _operator(23, "承继主体", "its own successor", WARNING, 注销日期="2022-01-31", 承继主体=credit_code(FIRST + 23)),
    _operator(24, "名称", "looks like a formula", USED, 名称="=1+1"),
    _operator(
        25,
        "联系人证件号",
        "a resident number in a column that the contract does not know: masked",
        USED,
        联系人证件号=RESIDENT_NUMBER,
    ),
    _operator(
        26,
        "名称",
        "comma, quotation mark and line break in a cell",
        USED,
        名称='许昌示例"捷",\n26号货运有限公司',
    ),
    _operator(27, "备注", "a mobile number in free text: masked", USED, 备注="联系电话 13000000000"),
    _operator(28, "备注", "markup in free text", USED, 备注="<script>alert(1)</script>"),
    Row(
        raw=(credit_code(FIRST + 29), "许昌示例29号货运有限公司", "RT;HW"),
        column="all",
        wrong="the row ends after three cells",
        outcome=WARNING,
    ),
    Row(
        raw=(
            credit_code(FIRST + 30),
            "许昌示例30号货运有限公司",
            "RT;HW",
            "建安区",
            "40",
            "52",
            "2016-03-01",
            "",
            "",
            "",
            "",
            "多余",
        ),
        column="all",
        wrong="one cell more than there are headings",
        outcome=LEFT_OUT,
    ),
    _operator(31),
)
