from launcher import who
from launcher.system import DEMONSTRATION


def test_who_to_try_are_the_first_of_the_register(tmp_path):
    lines = who.lines(DEMONSTRATION / "register.csv")
    assert lines[0] == "adhérent 123456, GARNIER, né(e) le 27/03/1957, 33000"
    assert lines[1].startswith("simplement assuré du centre 602, 1")
    assert len(lines) == 4
    assert who.lines(tmp_path / "missing.csv") == []
