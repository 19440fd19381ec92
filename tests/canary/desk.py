"""Somebody new at the desk: every secret of theirs is planted, and typed into the wrong fields, too."""

import base64
from dataclasses import replace
from uuid import uuid4

import httpx
from canary.members import WatchedMember
from canary.planted import Planted
from support.hiring import command, hire, read
from support.system import Running

from shared.security.assertions import HEADER


def first_day(running: Running, planted: Planted) -> None:
    """An account made and reset; mistakes; an own password; an assertion, as the gateway gets it; and out."""
    login = f"zoe.{uuid4().hex[:6]}@mutuelle.exemple"
    lost = hire(running, login, "Zoé Lefèvre", "conseiller")
    _plant(planted, lost.password, lost.secret)
    password, secret = read(command(running, "reset-staff", login))
    one = replace(lost, password=password, secret=secret)
    _plant(planted, one.password, one.secret)

    member = WatchedMember(running.places.site, planted)
    member.open("/gestion/")
    right = {"login": login, "password": one.password, "code": one.code()}
    for changes in ({"login": one.password}, {"login": one.secret}, {"password": one.secret}, {"code": one.secret}):
        member.refused(422, "/gestion/connexion", **(right | changes))
    member.send("/gestion/connexion", **right)
    assert member.path == "/gestion/mot-de-passe"
    own = planted.words("staff password", f"la girouette tricote {uuid4().hex[:10]} à midi")
    short = planted.words("staff password", uuid4().hex[:11])
    for one_time, other in ((own, short), (short, short), (one.password, one.password)):
        member.refused(422, "/gestion/mot-de-passe", password=one_time, password_confirmation=other)
    member.send("/gestion/mot-de-passe", password=own, password_confirmation=own)
    assert member.path == "/gestion/"
    _take_assertion(running, member, planted)
    member.send("/gestion/deconnexion")
    member.close()


def _plant(planted: Planted, password: str, secret: str) -> None:
    """The secret as it is written, and as the bytes that it stands for."""
    planted.add("staff password", password)
    planted.add("staff secret of codes", secret)
    planted.add("staff secret of codes", base64.b32decode(secret))


def _take_assertion(running: Running, member: WatchedMember, planted: Planted) -> None:
    check = f"{running.system.address('activation')}/internal/session?audience=desk"
    cookie = {"Cookie": f"__Host-gestion={member.cookies['__Host-gestion']}", "Accept": "text/html"}
    answer = httpx.get(check, headers=cookie, trust_env=False, timeout=20)
    planted.add("staff assertion", answer.headers[HEADER])
