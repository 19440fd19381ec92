"""`python -m launcher dead-letters`: each service's own command line, with its settings of the local run."""

import pytest
from typer.testing import CliRunner

from launcher.__main__ import app


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "Nothing has run in"),
        (["letters", "show", "x"], "`make run` first"),
        (["lettres"], "is no service: registration"),
    ],
)
def test_what_can_not_be_is_said_in_a_sentence(tmp_path, words, told):
    ran = CliRunner().invoke(app, ["dead-letters", *words], env={"VAR_DIR": str(tmp_path)})
    assert ran.exit_code == 1
    assert told in ran.stderr


def test_the_services_own_help_is_reached(tmp_path, capfd):
    secret = tmp_path / "secrets" / "registration" / "broker_url"
    secret.parent.mkdir(parents=True)
    secret.write_text("amqp://nobody@127.0.0.1:1/none")
    (tmp_path / "secrets" / "letters").mkdir()
    ran = CliRunner().invoke(app, ["dead-letters", "letters", "replay", "--help"], env={"VAR_DIR": str(tmp_path)})
    assert ran.exit_code == 0
    assert "--reason" in capfd.readouterr().out
