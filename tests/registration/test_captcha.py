"""The captcha's token, image and sound."""

import io
import wave
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from support.registration import DIGITS, Visitor, ring

from registration.captcha_challenge import LIFETIME, ChallengeLostError, Challenges
from registration.captcha_media import HEIGHT, WIDTH, CaptchaMedia, NoVoiceError

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def test_a_challenge_is_read_by_any_replica_and_by_its_visitor_only() -> None:
    token = Challenges(ring("a")).issue("visitor", NOW)
    challenge = Challenges(ring("b", "a")).open(token, NOW)
    assert len(challenge.answer) == 6
    assert challenge.answer.isdigit()
    assert challenge.answer not in token
    assert challenge.is_for("visitor")
    assert not challenge.is_for("another")
    assert challenge.is_answered_by(f" {challenge.answer[:3]} {challenge.answer[3:]} ")
    assert not challenge.is_answered_by("")


def test_a_challenge_ends() -> None:
    challenges = Challenges(ring("a"))
    token = challenges.issue("visitor", NOW)
    assert challenges.open(token, NOW + LIFETIME - timedelta(seconds=1)).expires_at == NOW + LIFETIME
    with pytest.raises(ChallengeLostError):
        challenges.open(token, NOW + LIFETIME)


def test_answers_and_nonces_differ() -> None:
    challenges = Challenges(ring("a"))
    made = [challenges.open(challenges.issue("visitor", NOW), NOW) for _ in range(20)]
    assert len({challenge.nonce for challenge in made}) == 20
    assert len({challenge.answer for challenge in made}) > 10


@given(st.text() | st.text("ABCDEFabcdef0123456789-_", min_size=100, max_size=130))
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(ChallengeLostError):
        Challenges(ring("a")).open(token, NOW)


def test_a_token_of_a_forgotten_key_or_altered_is_refused() -> None:
    token = Challenges(ring("a")).issue("visitor", NOW)
    for other in (Challenges(ring("b")).issue("visitor", NOW), token[:-4] + "AAAA", token[4:]):
        with pytest.raises(ChallengeLostError):
            Challenges(ring("a")).open(other, NOW)


async def test_the_image_is_dark_on_white_and_never_the_same() -> None:
    media = CaptchaMedia()
    first, second = await media.image("123456"), await media.image("123456")
    assert len(first) < 8_000
    assert first != second
    grey = Image.open(io.BytesIO(first)).convert("L")
    assert grey.size == (WIDTH, HEIGHT)
    shades = grey.histogram()
    # the digits themselves are dark, not only the dots and the curve over them
    assert sum(shades[:60]) > 0.05 * WIDTH * HEIGHT
    assert sum(shades[230:]) > 0.5 * WIDTH * HEIGHT


async def test_the_sound_is_a_well_formed_wav_of_a_few_seconds() -> None:
    with wave.open(io.BytesIO(await CaptchaMedia().speech("012345"))) as sound:
        assert 2 < sound.getnframes() / sound.getframerate() < 12
        assert len(set(sound.readframes(sound.getnframes()))) > 50


async def test_no_speech_program_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(NoVoiceError):
        await CaptchaMedia().speech("012345")


async def test_image_and_sound_of_the_page(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    await visitor.open()
    token = visitor.hidden["captcha_challenge"]
    image = await visitor.client.get(f"/compte/captcha/{token}.png")
    sound = await visitor.client.get(f"/compte/captcha/{token}.wav")
    assert (image.headers["content-type"], sound.headers["content-type"]) == ("image/png", "audio/wav")
    assert image.headers["cache-control"] == sound.headers["cache-control"] == "no-store"
    assert DIGITS not in token
    assert (await visitor.client.get("/compte/captcha/strange.png")).status_code == 404
    monkeypatch.setenv("PATH", "/nowhere")
    assert (await visitor.client.get(f"/compte/captcha/{token}.wav")).status_code == 503
