"""The columns of the records that come in: operators, violations, inspections."""

from __future__ import annotations

from dataclasses import dataclass

TEXT, ID, INTEGER, DECIMAL, DATE, WORD, WORDS, AREAS, PLATE = (
    "text",
    "id",
    "integer",
    "decimal",
    "date",
    "word",
    "words",
    "areas",
    "plate",
)

MAX_INTEGER = 1_000_000_000
MAX_YUAN = 1_000_000_000_000
PENALTY_PLACES = 2


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an input file.

    Attributes:
        name: the name in code, YAML and files.
        headings: the Chinese headings that are accepted as they stand.
        type: ``text``, ``id`` (text, compared trimmed, half-width, upper case), ``integer`` (0 to 10⁹), ``decimal``
            (yuan, two places, 0 to 10¹²), ``date``, ``word`` (one of ``words``), ``words`` (several, with ``;``),
            ``areas`` (area codes, with ``;``) or ``plate``.
        required: the file must have it and every row a value.
        words: accepted value → stored value; the stored values are among the keys.
        default: the stored value of an empty cell, or None.
        personal: shown masked unless asked otherwise.
    """

    name: str
    headings: tuple[str, ...]
    type: str
    required: bool = False
    words: tuple[tuple[str, str], ...] = ()
    default: str | None = None
    personal: bool = False

    @property
    def values(self) -> tuple[str, ...]:
        """The stored values of a ``word`` column, in order."""
        return tuple(dict.fromkeys(stored for _, stored in self.words))


@dataclass(frozen=True, slots=True)
class Source:
    """A kind of input: its name, its columns, the column that identifies a row, and whether others are kept."""

    name: str
    key: str
    columns: tuple[Column, ...]
    keeps_other_columns: bool = False

    def column(self, name: str) -> Column:
        """The column of that name.

        Raises:
            KeyError: there is none.
        """
        return {column.name: column for column in self.columns}[name]

    @property
    def names(self) -> tuple[str, ...]:
        """The column names in contract order."""
        return tuple(column.name for column in self.columns)


SEVERITIES = ("minor", "general", "serious", "major")
STATUSES = ("final", "pending", "revoked", "repaired")

_SEVERITY_WORDS = (
    ("minor", "minor"),
    ("轻微", "minor"),
    ("general", "general"),
    ("一般", "general"),
    ("serious", "serious"),
    ("较重", "serious"),
    ("严重", "serious"),
    ("major", "major"),
    ("特别严重", "major"),
)
_STATUS_WORDS = (
    ("final", "final"),
    ("生效", "final"),
    ("已生效", "final"),
    ("pending", "pending"),
    ("未生效", "pending"),
    ("待定", "pending"),
    ("revoked", "revoked"),
    ("已撤销", "revoked"),
    ("撤销", "revoked"),
    ("repaired", "repaired"),
    ("已修复", "repaired"),
    ("修复", "repaired"),
)
_KIND_WORDS = (
    ("warning", "warning"),
    ("警告", "warning"),
    ("fine", "fine"),
    ("罚款", "fine"),
    ("confiscation", "confiscation"),
    ("没收", "confiscation"),
    ("没收违法所得", "confiscation"),
    ("没收非法财物", "confiscation"),
    ("suspension", "suspension"),
    ("责令停产停业", "suspension"),
    ("停业整顿", "suspension"),
    ("暂扣许可证", "suspension"),
    ("暂扣", "suspension"),
    ("revocation", "revocation"),
    ("吊销", "revocation"),
    ("吊销许可证", "revocation"),
    ("detention", "detention"),
    ("行政拘留", "detention"),
    ("拘留", "detention"),
    ("other", "other"),
    ("其他", "other"),
)

OPERATORS = Source(
    "operators",
    "operator_id",
    keeps_other_columns=True,
    columns=(
        Column("operator_id", ("统一社会信用代码", "主体代码"), ID, required=True),
        Column("name", ("名称",), TEXT),
        Column("areas", ("业务领域",), AREAS),
        Column("county", ("县区",), TEXT),
        Column("fleet_size", ("车辆数",), INTEGER),
        Column("drivers", ("从业人员数",), INTEGER),
        Column("licensed_on", ("许可日期",), DATE),
        Column("closed_on", ("注销日期",), DATE),
        Column("successor", ("承继主体",), ID),
    ),
)

VIOLATIONS = Source(
    "violations",
    "violation_id",
    (
        Column("violation_id", ("案号", "处罚决定书文号"), ID, required=True),
        Column("operator_id", ("主体代码", "统一社会信用代码"), ID, required=True),
        Column("risk_point", ("风险点编号",), ID, required=True),
        Column("occurred_on", ("违法日期",), DATE, required=True),
        Column("decided_on", ("决定日期",), DATE),
        Column("penalty", ("罚款金额",), DECIMAL),
        Column("severity", ("情节",), WORD, words=_SEVERITY_WORDS),
        Column("status", ("状态",), WORD, words=_STATUS_WORDS, default="final"),
        Column("status_on", ("状态日期",), DATE),
        Column("penalty_kind", ("处罚种类",), WORDS, words=_KIND_WORDS),
        Column("vehicle", ("车牌号",), PLATE),
        Column("plate_colour", ("号牌颜色",), TEXT),
        Column("driver", ("从业资格证号",), ID, personal=True),
        Column("decision_body", ("处罚机关",), TEXT),
        Column("place", ("地点",), TEXT),
        Column("inspection_id", ("检查编号",), ID),
    ),
)

INSPECTIONS = Source(
    "inspections",
    "inspection_id",
    (
        Column("inspection_id", ("检查编号",), ID, required=True),
        Column("operator_id", ("主体代码", "统一社会信用代码"), ID, required=True),
        Column("inspected_on", ("检查日期",), DATE, required=True),
        Column("kind", ("检查方式",), TEXT),
        Column("place", ("地点",), TEXT),
        Column("result", ("检查结果",), TEXT),
        Column("vehicle", ("车牌号",), PLATE),
    ),
)

SOURCES = {source.name: source for source in (OPERATORS, VIOLATIONS, INSPECTIONS)}
EARLIEST_DATE = "1949-10-01"


@dataclass(frozen=True, slots=True)
class ProfileColumn:
    """A further column that a policy reads of operators or records, with the type that its cells must have.

    Attributes:
        name: the column.
        type: ``integer``, ``decimal``, ``text``, ``date`` or ``bool``.
        places: digits after the point of a decimal; more than that in a cell is an error.
        minimum, maximum: inclusive limits of a number, or None.
        words: the values a text may have; empty for any.
        source: whose column it is: ``operators``, ``violations`` or ``inspections``.
    """

    name: str
    type: str
    places: int = 0
    minimum: int | None = None
    maximum: int | None = None
    words: tuple[str, ...] = ()
    source: str = "operators"

    @property
    def digits(self) -> int | None:
        """Digits after the point of its numbers; None where it holds none."""
        return {"integer": 0, "decimal": self.places}.get(self.type)

    @property
    def limit(self) -> int:
        """The largest number that a cell may hold, whatever its sign, times 10^places."""
        most = MAX_INTEGER if self.type == "integer" else MAX_YUAN
        high = most if self.maximum is None else self.maximum
        low = -high if self.minimum is None else self.minimum
        return int(max(abs(low), abs(high)) * 10 ** (self.digits or 0))
