from support.seeds import SCHEMA_SEED
from support.system import running, someone

__all__ = ["running", "someone"]


def pytest_report_header() -> str:
    return f"schema seed: {SCHEMA_SEED} (SCHEMA_SEED={SCHEMA_SEED} repeats it)"
