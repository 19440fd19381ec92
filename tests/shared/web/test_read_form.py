"""Bodies of forms: bounded, and never a 500."""

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.sample_pages import make_app

URLENCODED = {"Content-Type": "application/x-www-form-urlencoded"}


async def test_of_repeated_names_the_first_counts(client, answers, get_token, elements):
    data = answers | await get_token() | {"postcode": ["75", "75012"]}
    page = (await client.post("/formulaire", data=data)).text
    assert elements(page).values()["postcode"] == "75"


async def test_multipart_is_read_too(client, app, answers, get_token):
    fields = answers | await get_token()
    answer = await client.post("/formulaire", files={name: (None, value) for name, value in fields.items()})
    assert answer.status_code == 303
    assert len(app.state.received) == 1


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"a=" + b"x" * 70_000, URLENCODED, 413),
        (b"a=" + b"x" * 50_000, URLENCODED, 400),
        (b"&".join(b"a%d=1" % n for n in range(101)), URLENCODED, 400),
        (b"a=%ff%fe%00&%ed%a0%80=1", URLENCODED, 422),
        (b"a=1", {"Content-Type": "text/plain"}, 422),
        (b"", {}, 422),
        (b"--x\r\n", {"Content-Type": "multipart/form-data; boundary=x"}, 400),
        (b"garbage", {"Content-Type": "multipart/form-data; boundary=x"}, 400),
        (b"", {"Content-Type": "multipart/form-data"}, 400),
        (b"a=1", {"Content-Type": "multipart/form-data; boundary=x; charset=punycode"}, 400),
        (
            b'--x\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\nx\r\n--x--\r\n',
            {"Content-Type": "multipart/form-data; boundary=x"},
            400,
        ),
    ],
)
async def test_odd_bodies_are_refused_calmly(client, body, headers, status):
    answer = await client.post("/formulaire", content=body, headers=headers)
    assert answer.status_code == status
    assert "text/html" in answer.headers["content-type"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.binary(max_size=2000) | st.text(alphabet='a=&%;+-\r\n"x01', max_size=300).map(str.encode),
    kind=st.sampled_from(["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]),
)
async def test_no_body_makes_the_service_fail(body, kind):
    transport = httpx.ASGITransport(make_app())
    async with httpx.AsyncClient(transport=transport, base_url="https://testserver") as client:
        answer = await client.post("/formulaire", content=body, headers={"Content-Type": kind})
    assert answer.status_code in {400, 422}
