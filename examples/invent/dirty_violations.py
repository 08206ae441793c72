"""The dirty violations."""

from __future__ import annotations

from invent.codes import certificate, credit_code, plate
from invent.dirty_row import FIRST, LEFT_OUT, RESIDENT_NUMBER, USED, WARNING, Row

HEADINGS = (
    "案号",
    "主体代码",
    "风险点编号",
    "违法日期",
    "决定日期",
    "罚款金额",
    "情节",
    "状态",
    "状态日期",
    "处罚种类",
    "车牌号",
    "号牌颜色",
    "从业资格证号",
    "处罚机关",
    "地点",
    "检查编号",
    "备注",
)


def _violation(
    number: int, column: str = "", wrong: str = "", outcome: str = "", operator: int = 1, **cells: str
) -> Row:
    """A clean violation with some cells changed."""
    clean = {
        "案号": f"样例脏罚〔2022〕{number:03d}号",
        "主体代码": credit_code(FIRST + operator),
        "风险点编号": "HW-01",
        "违法日期": "2022-05-10",
        "决定日期": "2022-05-20",
        "罚款金额": "1500",
        "情节": "一般",
        "状态": "生效",
        "处罚种类": "罚款",
        "车牌号": plate(301, number),
        "号牌颜色": "黄色",
        "从业资格证号": certificate(9000 + operator, number),
        "处罚机关": "示例市交通运输综合行政执法支队",
        "地点": "建安区示例公路K12+300",
    }
    return Row({**clean, **cells}, column, wrong, outcome)


ROWS = (
    _violation(1),
    _violation(2, operator=2),
    _violation(3),
    _violation(3, "all", "the row before once more, equal: one of the two is used", LEFT_OUT),
    _violation(4, "罚款金额", "same number as the next row, different content", LEFT_OUT),
    _violation(4, "罚款金额", "same number as the row before, different content", LEFT_OUT, 罚款金额="2500"),
    _violation(5, "主体代码", "no such operator", LEFT_OUT, operator=800),
    _violation(6, "主体代码", "its operator was left out", LEFT_OUT, operator=13),
    _violation(7, "主体代码", "no operator", LEFT_OUT, 主体代码=""),
    _violation(8, "案号", "no number", LEFT_OUT, 案号=""),
    _violation(9, "风险点编号", "not in the catalogue: HW-99", LEFT_OUT, 风险点编号="HW-99"),
    _violation(10, "风险点编号", "full-width and lower case", USED, 风险点编号="ｈｗ－０１"),
    _violation(11, "风险点编号", "no risk point", LEFT_OUT, 风险点编号=""),
    _violation(
        12,
        "风险点编号",
        "outside the operator's areas",
        WARNING,
        风险点编号="WT-02",
        车牌号="",
        号牌颜色="",
        从业资格证号="",
    ),
    _violation(13, "违法日期", "30 February", LEFT_OUT, 违法日期="2022-02-30"),
    _violation(14, "违法日期", "not a date", LEFT_OUT, 违法日期="去年五月"),
    _violation(15, "违法日期", "no date", LEFT_OUT, 违法日期=""),
    _violation(16, "违法日期", "slashes", USED, 违法日期="2022/5/10"),
    _violation(17, "违法日期", "full-width digits", USED, 违法日期="２０２２－０５－１０"),
    _violation(18, "违法日期", "before 1949-10-01", LEFT_OUT, 违法日期="1922-05-10"),
    _violation(
        19,
        "违法日期",
        "later than the as-of date 2022-12-31: used, and does not count",
        USED,
        违法日期="2023-01-10",
        决定日期="2023-01-12",
    ),
    Row({}, "all", "blank row", LEFT_OUT),
    _violation(20, "决定日期", "decided before it occurred", LEFT_OUT, 决定日期="2022-05-01"),
    _violation(21, "决定日期", "not decided, as far as the file says", WARNING, 决定日期=""),
    _violation(22, "罚款金额", "negative", LEFT_OUT, 罚款金额="-500"),
    _violation(23, "罚款金额", "not a number", LEFT_OUT, 罚款金额="伍佰元"),
    _violation(24, "罚款金额", "a comma between the thousands", USED, 罚款金额="12,000"),
    _violation(25, "罚款金额", "full-width digits", USED, 罚款金额="５００"),
    _violation(26, "罚款金额", "three places after the point", LEFT_OUT, 罚款金额="200.005"),
    _violation(27, "罚款金额", "scientific notation", LEFT_OUT, 罚款金额="1.5E+3"),
    _violation(28, "情节", "misspelt: 一班", LEFT_OUT, 情节="一班"),
    _violation(29, "情节", "no severity: unknown", USED, 情节="", operator=2),
    _violation(30, "情节", "English among Chinese", USED, 情节="serious"),
    _violation(31, "状态", "no such status: 已结案", LEFT_OUT, 状态="已结案"),
    _violation(32, "状态", "no status: final", USED, 状态=""),
    _violation(
        33,
        "状态日期",
        "the status took effect before the violation occurred",
        LEFT_OUT,
        状态="已修复",
        状态日期="2022-01-01",
    ),
    _violation(34, "处罚种类", "one of two kinds is unknown: 训斥", LEFT_OUT, 处罚种类="罚款;训斥"),
    _violation(35, "车牌号", "no plate: the letter I", WARNING, 车牌号="豫KI2345"),
    _violation(36, "车牌号", "lower case, a dot and a blank in the plate", USED, 车牌号="豫k·d 0036"),
    _violation(37, "地点", "looks like a formula", USED, 地点="=1+1"),
    _violation(
        38,
        "备注",
        "a resident number in a column that is not known: masked and not read",
        USED,
        备注=RESIDENT_NUMBER,
    ),
    _violation(39, "检查编号", "an inspection that is not given", USED, 检查编号="JC202299999"),
    _violation(
        40,
        "all",
        "three mistakes in one row: date, sum, severity",
        LEFT_OUT,
        违法日期="2022-13-01",
        罚款金额="-1",
        情节="轻",
    ),
    _violation(41),
)
