"""What members type and browsers send: any text is read or refused, and what is read stays as it is."""

import re
from datetime import UTC, datetime

import pyotp
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from activation import app
from activation.activation_form import ActivationForm
from activation.local_path import DESK_HOME, HOME, desk_path, local_path
from activation.masked_address import masked
from activation.one_time_codes import step_of
from activation.password_rules import is_long_enough, squeezed
from activation.secret_question import LONGEST, SHORTEST, answer_problem, normal_answer
from activation.security_settings.connection_pages import _id
from activation.typed_address import only_an_address, typed_key
from shared.web.forms import WHOLE_FORM, Form, blank, parse

ANY = st.text(st.characters(), max_size=200)
SECRET = pyotp.random_base32()
NOW = datetime(2026, 11, 27, tzinfo=UTC)


@given(
    ANY | st.text("/\\.:@?#%ab\r\n\t", max_size=12).map("/".__add__) | st.text("/ab?=", max_size=600).map("/".__add__)
)
@example("/\t/ailleurs.example")
@example("/espace/\u2028")
@example("/gestion/..//x")
def test_every_way_on_is_a_path_of_ours(wanted):
    for path, home in ((local_path(wanted), HOME), (desk_path(wanted), DESK_HOME)):
        assert path in {wanted, home}
        assert re.fullmatch(r"/(?![/\\])[!-~]{0,499}", path)
        assert "\\" not in path
    assert desk_path(wanted).startswith(DESK_HOME)


@given(ANY)
@example("\u0345\u0300")
@example("ŉ ª ﷺ")
def test_an_answer_is_letters_and_digits_and_its_own_normal_form(typed):
    answer = normal_answer(typed)
    assert all(sign.isalnum() or sign == " " for sign in answer)
    assert "  " not in answer
    assert answer == answer.strip()
    assert normal_answer(answer) == answer
    assert normal_answer(f" {typed}! ") == answer


@given(ANY, st.lists(ANY, max_size=3))
def test_an_answer_that_is_accepted_has_its_length_and_is_known_to_nobody(typed, known):
    if answer_problem(typed, known) is None:
        assert len(typed) <= LONGEST
        assert len(normal_answer(typed).replace(" ", "")) >= SHORTEST
        assert all(normal_answer(typed) != normal_answer(one) for one in known)


@given(ANY)
def test_what_is_compared_of_a_password_has_no_other_sign(password):
    bare = squeezed(password)
    assert all(sign.isalnum() for sign in bare)
    assert isinstance(is_long_enough(password), bool)


@given(ANY | st.emails())
def test_only_an_address_is_looked_for(typed):
    key = typed_key(typed)
    assert typed_key(key) == key or "@" not in key
    assert only_an_address(key) in {"", key}
    assert "@" in only_an_address(key) or only_an_address(key) == ""


@given(st.emails())
def test_a_masked_address_tells_one_sign_before_its_domain(email):
    local, _, domain = email.rpartition("@")
    assert masked(email) == f"{local[:1]}•••@{domain}"


@given(st.text(max_size=20) | st.text("0123456789", min_size=6, max_size=6))
@example("١٢٣٤٥٦")
@example("")
def test_any_text_is_a_code_of_one_of_three_steps_or_none(code):
    step = step_of(SECRET, code, NOW)
    now = int(NOW.timestamp()) // 30
    assert step is None or (abs(step - now) <= 1 and re.fullmatch(r"[0-9]{6}", code))


@given(ANY)
def test_a_session_is_named_by_an_id_or_by_nothing(text):
    named = _id(text)
    assert named is None or _id(str(named)) == named


def below(kind: type[Form]) -> set[type[Form]]:
    return {one for each in kind.__subclasses__() for one in (each, *below(each))}


FORMS = sorted((one for one in below(Form) if one.__module__.startswith(f"{app.__package__}.")), key=str)
GOOD = [
    "oui", "adherent", "123456", "livre", "Sophie", "a@exemple.fr", "0000-0000-0000", "trois lapins verts dansent", "{}",
]  # fmt: skip


def test_these_are_all_the_forms():
    assert ActivationForm in FORMS
    assert len(FORMS) > 12


@pytest.mark.parametrize("form_class", FORMS, ids=lambda one: f"{one.__module__}.{one.__name__}")
@given(data=st.data())
def test_whatever_is_sent_each_form_has_a_value_or_messages_and_shows_no_secret_again(form_class, data):
    sent = {name: data.draw(ANY | st.sampled_from(GOOD), name) for name in blank(form_class).values}
    form = parse(form_class, sent)
    assert (form.value is None) == bool(form.errors)
    assert set(form.errors) <= {*form_class.model_fields, WHOLE_FORM}
    assert all(form.values[name] == "" for name in form_class.never_reshown)
    assert all(len(message) > 10 for message in form.errors.values())
    secrets = {"password", "code", "passkey", "current_password", "password_confirmation"} & form.values.keys()
    assert secrets <= form_class.never_reshown
