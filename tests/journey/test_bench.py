"""``make bench`` in small, so that it does not rot: the figures mean nothing here."""

import re

from support.bench_imports import bench_imports
from support.bench_lists import bench_lists


def test_the_bench_of_imports(running, tmp_path):
    rows = list(bench_imports(tmp_path, running.system.parts.environment("member-space"), lines=50))
    assert len(rows) == 2
    for row in rows:
        assert re.search(r" lines/s \(50 in -?[\d.]+ s\), at most \d+ MiB, of which \d+ the program itself$", row), row


def test_the_bench_of_lists(running, someone):
    rows = list(bench_lists(running, someone(), lines=120, times=1))
    assert len(rows) == 6
    for row in rows:
        assert re.match(r"120 lines: .+ \d+ +\d+ +\d+ ms  \(1 times\)$", row), row
