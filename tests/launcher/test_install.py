import subprocess
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
SCRIPTS = ["install", "install-packages"]


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_scripts_are_plain_sh_and_executable(name):
    script = TOP / "deploy/local" / name
    assert script.stat().st_mode & 0o111
    assert subprocess.run(["/bin/sh", "-n", script], check=False).returncode == 0


@pytest.mark.parametrize("words", [[], ["everything"]])
def test_an_unknown_target_is_told_what_there_is(words):
    done = subprocess.run([TOP / "deploy/local/install", *words], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "usage: deploy/local/install run|test|lint" in done.stderr


def test_make_alone_lists_what_there_is():
    listed = subprocess.run(["make", "-C", TOP], capture_output=True, text=True, check=True).stdout
    for target in ("help", "demo", "run", "test", "lint", "bench", "install"):
        assert f"make {target}" in listed
