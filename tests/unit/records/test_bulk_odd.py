"""Whatever is in the sources, a database reads them as the readers of rows do."""

from __future__ import annotations

import os
from collections import Counter

from bulk_compared import BULK, compared
from odd_sources import KNOWN, odd_sources

SETS = int(os.environ.get("RISKENGINE_EXAMPLES", "200")) // 4
FAILED_ONCE = (10, 31, 37, 56)
"""Seeds that found something: an id twice beside an empty one, the order of two days, cells empty in two ways."""


def test_odd_sources_are_read_alike(tmp_path):
    seen = Counter(compared(odd_sources(seed, tmp_path), **KNOWN) for seed in sorted({*FAILED_ONCE, *range(SETS)}))
    assert seen[BULK] > SETS / 2, seen
