from support.system import running, someone

__all__ = ["running", "someone"]
