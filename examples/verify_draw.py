"""Verify a published draw: python3 verify_draw.py DIR/published [SHA256 of the commitment, as it was published before].

Independent of riskengine on purpose: the standard library alone, RFC 3797 as slowly as the RFC writes it.
"""

import csv
import hashlib
import json
import sys
from pathlib import Path


def rows(path):
    """The rows of a published table."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def select(key, pool, count):
    """RFC 3797: hash the turn, the key and the turn; take that one of those left; close the gap."""
    pool, taken = list(pool), []
    for turn in range(count):
        mark = turn.to_bytes(2 if turn < 65536 else 3, "big")
        number = int.from_bytes(hashlib.md5(mark + key.encode() + mark, usedforsecurity=False).digest(), "big")
        taken.append(pool.pop(number % len(pool)))
    return taken


def verify(folder, published_before=None):
    """Say what is not as it should be; nothing where all is."""
    content = (folder / "commitment.json").read_bytes()
    commitment, result = json.loads(content), json.loads((folder / "result.json").read_bytes())
    digest = hashlib.sha256(content).hexdigest()
    if digest != result["commitment_sha256"] or published_before not in {None, digest}:
        yield "commitment.json is not the commitment that was published"
    for name, expected in {**commitment["files"], **result["files"]}.items():
        path = folder / Path(name).name
        if name.startswith("published/") and hashlib.sha256(path.read_bytes()).hexdigest() != expected:
            yield f"{name} has changed"
    numbers = [sorted(result["numbers"][source["id"]]) for source in commitment["seed_sources"]]
    key = "".join("".join(f"{number}." for number in each) + "/" for each in numbers)
    counties = {row["number"]: row["county"] for row in rows(folder / "operators.csv")}
    inspectors = [(row["number"], row["county"]) for row in rows(folder / "inspectors.csv")]
    barred = {(row["operator"], row["inspector"]) for row in rows(folder / "exclusions.csv")}
    drawn = []
    for stratum in rows(folder / "strata.csv"):
        own, listed = f"{key}{stratum['stratum']}./", range(int(stratum["first"]), int(stratum["last"]) + 1)
        for number in map(str, select(own, listed, int(stratum["drawn"]))):
            serving = [who for who, county in inspectors if county in {"", counties[number]}]
            able = [who for who in serving if (number, who) not in barred]
            drawn.append([number, *(select(f"{own}{number}./", able, 2) if len(able) > 1 else ["", ""])])
    if drawn != [[row["number"], row["inspector_1"], row["inspector_2"]] for row in rows(folder / "result.csv")]:
        yield "result.csv is not what the numbers draw from the lists"


if __name__ == "__main__":
    problems = list(verify(Path(sys.argv[1]), *sys.argv[2:3]))
    print("\n".join(problems) or "verified: the numbers draw this result from the lists that were committed to")
    sys.exit(bool(problems))
