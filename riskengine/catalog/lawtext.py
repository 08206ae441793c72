"""The texts of laws: a folder of them read into articles, paragraphs (款) and items (项), and kept in a cache.

A text is a file ``<title>_<version>.md`` or ``.txt`` in UTF-8 that begins with its title. Where the folder has an
``index.csv`` with the columns ``title``, ``version_date`` and ``file``, that says which file is which.
"""

from __future__ import annotations

import csv
import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from riskengine.catalog.numerals import number_of
from riskengine.kernel.errors import UsageError
from riskengine.kernel.lazy import lazy
from riskengine.kernel.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from riskengine.catalog.textcache import TextCache

_NUMERAL = "零〇一二两三四五六七八九十百千0-9０-９"
_ARTICLE = re.compile(rf"第\s*([{_NUMERAL}]+)\s*条(?:之\s*([{_NUMERAL}]+))?(?=([\s　]|$)|[^第款项规、，。])[\s　]*")
_SPACED = re.compile(rf"(?m)^[\s　*]*第[{_NUMERAL}]+条(?:之[{_NUMERAL}]+)?[ \t　]")
_HEADING = re.compile(rf"#|第\s*[{_NUMERAL}]+\s*[编章节](?:[\s　]|$)|[总附]\s*则$|(?:目\s*录)$")
_ITEM = re.compile(rf"[（(]\s*([{_NUMERAL}]+)\s*[）)][\s　]*")
_SUB_ITEM = re.compile(r"[（(]?\d+\s*[）)．.、]|[①-⑳⑴-⒛]")
_ANNEX = re.compile(rf"附\s*[件表录图]?\s*[{_NUMERAL}]*\s*(?:[：:]|$)")
_VERSION = re.compile(r"_(\d{4}-\d{2}-\d{2})$")
_BREAKS = re.compile(r"\s+")
PARSER = "1"
"""Part of the key of the cache: a new number when the same bytes are read into something else."""

Paragraph = tuple[str, tuple[tuple[int, str], ...]]
"""The words of a paragraph before its items, and the items: number and words."""
Articles = dict[str, tuple[Paragraph, ...]]
"""Article (``64``, ``64-1``) → its paragraphs."""

_Body = list[tuple[list[str], list[tuple[int, list[str]]]]]


@dataclass(frozen=True)
class LawText:
    """The text of one version of a law."""

    title: str
    version: str
    file: str
    sha256: str
    articles: Articles

    @lazy
    def squeezed(self) -> dict[str, str]:
        """Article → its words without white space."""
        return {article: squeezed(self.words(article)) for article in self.articles}

    def missing(self, article: str, paragraph: int | None = None, item: int | None = None) -> str | None:
        """Which part of a place is absent: ``article``, ``paragraph`` or ``item``; None where all are there."""
        paragraphs = self.articles.get(article)
        if paragraphs is None:
            return "article"
        if (paragraph or 1) > len(paragraphs):
            return "paragraph"
        if item is None:
            return None
        searched = paragraphs if paragraph is None else (paragraphs[paragraph - 1],)
        return None if any(number == item for _, items in searched for number, _ in items) else "item"

    def words(self, article: str, paragraph: int | None = None, item: int | None = None) -> str:
        """The words at a place; an item with what stands before the items. Empty where the place is absent."""
        if self.missing(article, paragraph, item):
            return ""
        paragraphs = self.articles[article]
        chosen = paragraphs if paragraph is None else (paragraphs[paragraph - 1],)
        if item is None:
            return "\n".join("\n".join((lead, *(words for _, words in items))) for lead, items in chosen)
        return "\n".join(f"{lead}\n{words}" for lead, items in chosen for number, words in items if number == item)


def parse_articles(text: str) -> Articles:
    """The articles of a law's text.

    Headings and annexes belong to no article; numbered lines under an item belong to it. An article that is named at
    the beginning of a paragraph (第六十四条第一款规定…) does not begin one.
    """
    found: dict[str, _Body] = {}
    current: _Body | None = None
    spaced = _SPACED.search(text) is not None
    for raw in text.splitlines():
        line = raw.strip().strip("　").strip("*")
        if not line:
            continue
        start = _ARTICLE.match(line)
        name = _article_name(start, found, spaced=spaced) if start else None
        if start and name:
            current = found[name] = [([line[start.end() :]], [])]
        elif _HEADING.match(line):
            current = None
        elif found and _ANNEX.match(line):
            break
        elif current is not None:
            _add(current, line)
    return {
        name: tuple(
            ("\n".join(lead), tuple((number, "\n".join(words)) for number, words in items)) for lead, items in body
        )
        for name, body in found.items()
    }


def _article_name(start: re.Match[str], found: dict[str, _Body], *, spaced: bool) -> str | None:
    """The article that a line begins; None where it only names one.

    Where the text sets a space after the number, what has none names one; elsewhere an article must come next.
    """
    number, inserted = number_of(_half_width(start[1])), number_of(_half_width(start[2])) if start[2] else None
    if number is None or number != int(number):
        return None
    name = f"{int(number)}" + (f"-{int(inserted)}" if inserted else "")
    begins = start[3] is not None if spaced else not found or _comes_next(next(reversed(found)), name)
    return name if begins and name not in found else None


def _comes_next(before: str, name: str) -> bool:
    number, _, inserted = before.partition("-")
    return name in {f"{int(number) + 1}", f"{number}-{int(inserted or 0) + 1}"}


def _add(body: _Body, line: str) -> None:
    item = _ITEM.match(line)
    number = number_of(item[1]) if item and not item[1].isascii() else None
    lead, items = body[-1]
    if item and number is not None:
        _join_continued(body, int(number))
        body[-1][1].append((int(number), [line[item.end() :]]))
    elif _SUB_ITEM.match(line):
        (items[-1][1] if items else lead).append(line)
    else:
        body.append(([line], []))


def _join_continued(body: _Body, number: int) -> None:
    """Before item ``number``: lines after the item before it were its rest, lines in the place of items are items."""
    if number == 1 or body[-1][1]:
        return
    before = next((at for at in range(len(body) - 2, -1, -1) if body[at][1]), None)
    if before is not None:
        if body[before][1][-1][0] == number - 1:
            for lead, _ in body[before + 1 :]:
                body[before][1][-1][1].extend(lead)
            del body[before + 1 :]
        return
    first = len(body) - (number - 1)  # the numbers of the first items were lost in the source of the text
    if first >= 1 and all(lead[-1].endswith("；") for lead, _ in body[first:]):
        body[first - 1][1].extend((at + 1, lead) for at, (lead, _) in enumerate(body[first:]))
        del body[first:]


def _half_width(words: str) -> str:
    return words.translate({ord("０") + digit: ord("0") + digit for digit in range(10)})


def squeezed(words: str) -> str:
    """Words without white space."""
    return _BREAKS.sub("", words)


def digest(words: str) -> str:
    """The first 16 hex digits of the SHA-256 of words without white space: knows a place again without its words."""
    return hashlib.sha256(squeezed(words).encode()).hexdigest()[:16]


def read_law_texts(folder: Path, cache: TextCache | None = None) -> dict[tuple[str, str], LawText]:
    """Every law text of a folder by title and version.

    Args:
        folder: see the module.
        cache: where parsed texts are kept from one time to the next; None parses all of them.

    Raises:
        UsageError: the folder cannot be read, or no law text is in it (RE-420), or one is not UTF-8 (RE-421).
    """
    texts: dict[tuple[str, str], LawText] = {}
    problems: list[Problem] = []
    try:
        named = list(_files(folder))
    except OSError as error:
        raise UsageError([Problem("RE-420", found=str(folder), params=(("reason", str(error.strerror)),))]) from error
    for title, version, path in named:
        try:
            content = path.read_bytes()
            sha256 = hashlib.sha256(content).hexdigest()
            articles = cache.get(sha256) if cache else None
            if articles is None:
                text = content.decode("utf-8-sig")
                articles = parse_articles(text)
                if cache:
                    cache.put(sha256, articles)
        except (OSError, UnicodeDecodeError):
            problems.append(Problem("RE-421", source=str(folder), found=path.name))
            continue
        texts[title, version] = LawText(title, version, path.name, sha256, articles)
    if problems:
        raise UsageError(problems)
    if not texts:
        raise UsageError([Problem("RE-420", found=str(folder), params=(("reason", "no law text is in it"),))])
    if cache:
        cache.save()
    return texts


def _files(folder: Path) -> Iterator[tuple[str, str, Path]]:
    """Title, version and path of each text."""
    listed: dict[str, tuple[str, str]] = {}
    index = folder / "index.csv"
    if index.is_file():
        with index.open(encoding="utf-8-sig", newline="") as rows:
            for row in csv.DictReader(rows):
                if row.get("file") and row.get("title") and row.get("version_date"):
                    listed[row["file"]] = (row["title"], row["version_date"])
    for path in sorted(folder.iterdir(), key=lambda path: path.name):
        if path.name in listed:
            yield (*listed[path.name], path)
        elif path.suffix in {".md", ".txt"} and (version := _VERSION.search(path.stem)):
            yield _title(path), version[1], path


def _title(path: Path) -> str:
    with path.open("rb") as file:
        return file.readline().decode("utf-8-sig", "replace").strip().lstrip("#").strip()
