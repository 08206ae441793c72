"""The blocks of a page as Markdown, as one HTML file that fetches nothing, and as data."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from riskengine.kernel.formats import font_stack
from riskengine.kernel.wording import words_in
from riskengine.reports.policy.blocks import CODE, NAME, TEXT, Block, Entry, Heading, Paragraph, spans

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markupsafe import Markup

SCHEMA = "riskengine.policy-page/1"
_FIRST_CHINESE = 0x2E80
_MARKS = re.compile(r"([\\`*_\[\]<|~])")


def markdown_page(blocks: Sequence[Block]) -> str:
    """A page as Markdown; what its texts hold is never taken for Markdown or HTML."""
    return "\n".join(line for block in blocks for line in _markdown(block)).rstrip() + "\n"


def _markdown(block: Block) -> Iterator[str]:
    if isinstance(block, Heading):
        yield from (f"{'#' * block.level} {_escaped(block.text)}", "")
    elif isinstance(block, Paragraph):
        yield from (_escaped(block.text), "")
    elif isinstance(block, Entry):
        yield from (f"**{_escaped(block.name)}**", "")
        yield from (f"- {_labelled(label, text)}" for label, text in block.lines)
        yield ""
    else:
        yield _row(block.headings)
        yield "| " + " | ".join("---" for _ in block.headings) + " |"
        yield from map(_row, block.rows)
        yield ""


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(_escaped(cell, cell=True) for cell in cells) + " |"


def _labelled(label: str, text: str) -> str:
    """A line of an entry; the colon is that of the label's script."""
    if not label:
        return _escaped(text)
    say = words_in("riskengine.reports.policy", "zh" if ord(label[-1]) > _FIRST_CHINESE else "en")
    return f"{_escaped(label)}{say['colon']}{_escaped(text)}"


def _escaped(text: str, *, cell: bool = False) -> str:
    """A text as Markdown that shows it as it is; in a table the sign that parts cells is escaped in code too."""
    parts = []
    for kind, part in spans(text):
        if kind == CODE:
            parts.append(_fenced(part.replace("|", "\\|") if cell else part))
        else:
            said = _MARKS.sub(r"\\\1", part)
            parts.append(f"*{said}*" if kind == NAME else said)
    return re.sub(r"^([#+\->]|\d+\.)(?=\s)", r"\\\1", "".join(parts))


def _fenced(text: str) -> str:
    """Code between more backquotes than stand together in it."""
    fence = "`" * (1 + max((len(run) for run in re.findall(r"`+", text)), default=0))
    return f"{fence} {text} {fence}" if "`" in text else f"{fence}{text}{fence}"


def html_page(blocks: Sequence[Block], lang: str) -> str:
    """A page as one HTML file: no script, nothing fetched."""
    from jinja2 import Environment, PackageLoader

    environment = Environment(
        loader=PackageLoader("riskengine.reports.policy", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["spans"] = _marked
    environment.globals["font_stack"] = font_stack
    template = environment.get_template("policy.html.j2")
    title = next(block.text for block in blocks if isinstance(block, Heading))
    kinds = [(type(block).__name__.lower(), block) for block in blocks]
    return template.render(title=title, lang="zh-CN" if lang == "zh" else "en", blocks=kinds)


def _marked(text: str) -> Markup:
    from markupsafe import Markup

    forms = {CODE: "<code>{}</code>", NAME: "<em>{}</em>", TEXT: "{}"}
    return Markup("").join(Markup(forms[kind]).format(part) for kind, part in spans(text))  # noqa: S704 - our own marks


def blocks_dict(policy: str, version: str, lang: str, blocks: Sequence[Block]) -> dict[str, Any]:
    """A page as JSON-ready values with a versioned schema; code stands between backquotes."""
    return {
        "schema": SCHEMA,
        "policy": policy,
        "version": version,
        "lang": lang,
        "blocks": [_plain(block) for block in blocks],
    }


def _plain(block: Block) -> dict[str, Any]:
    kind = type(block).__name__.lower()
    if isinstance(block, Heading):
        return {"kind": kind, "level": block.level, "text": _quoted(block.text)}
    if isinstance(block, Paragraph):
        return {"kind": kind, "text": _quoted(block.text)}
    if isinstance(block, Entry):
        lines = [{"label": _quoted(label), "text": _quoted(text)} for label, text in block.lines]
        return {"kind": kind, "name": _quoted(block.name), "lines": lines}
    headings = [_quoted(heading) for heading in block.headings]
    return {"kind": kind, "headings": headings, "rows": [[_quoted(cell) for cell in row] for row in block.rows]}


def _quoted(text: str) -> str:
    return "".join(f"`{part}`" if kind == CODE else part for kind, part in spans(text))
