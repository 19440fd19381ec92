"""A challenge for the eyes (PNG) and for the ears (WAV, French digits). Nothing is kept anywhere."""

import asyncio
import io
import secrets
import wave

from captcha.image import ImageCaptcha

WIDTH, HEIGHT = 240, 80
"""CSS pixels of the image."""
_BLACK, _WHITE = (0, 0, 0), (255, 255, 255, 255)
_COLOURS = 16
_WORDS = ("zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf")
_VOICES = ("fr", "fr+f2", "fr+f4", "fr+m1", "fr+m3", "fr+m7", "fr-be", "fr-ch")
_SECONDS = 10.0


class NoVoiceError(Exception):
    """espeak-ng is missing, failed, or took too long."""


class _Digits(ImageCaptcha):
    """Distorted, and still legible: the library's own slant makes a ``>`` of a 7."""

    character_rotate = (-18, 18)
    word_space_probability = 0.85  # of putting no space before a digit


class CaptchaMedia:
    """Draws and speaks challenges off the event loop, two at a time, so that they can't exhaust the service."""

    def __init__(self) -> None:
        self._slots = asyncio.Semaphore(2)

    async def image(self, answer: str) -> bytes:
        """PNG of the digits, always dark on white: the library's own pale colours can't be read (``ui.md`` §1.12)."""
        async with self._slots:
            return await asyncio.to_thread(_draw, answer)

    async def speech(self, answer: str) -> bytes:
        """WAV of the digits, one by one, said by a voice, a speed and a pitch drawn by lot.

        Raises:
            NoVoiceError: no speech could be made.
        """
        async with self._slots:
            return _well_formed(await _speak(", ".join(_WORDS[int(digit)] for digit in answer)))


def _draw(answer: str) -> bytes:
    # drawn white on black, then inverted: the library takes a colour's lightness for its opacity, so that it draws
    # dark digits almost transparent
    drawing = _Digits(WIDTH, HEIGHT, font_sizes=(46, 50, 56))
    light = drawing.generate_image(answer, bg_color=_BLACK, fg_color=_WHITE)
    image = light.point([255 - level for level in range(256)] * 3).quantize(_COLOURS)
    file = io.BytesIO()
    image.save(file, format="png", optimize=True)
    return file.getvalue()


async def _speak(text: str) -> bytes:
    speed, pitch = str(115 + secrets.randbelow(35)), str(30 + secrets.randbelow(40))
    # the digits go by standard input: arguments can be read by anyone on the machine
    arguments = ("-v", secrets.choice(_VOICES), "-s", speed, "-p", pitch, "-g", "25", "-b", "1", "--stdin", "--stdout")
    pipe = asyncio.subprocess.PIPE
    try:
        program = await asyncio.create_subprocess_exec(
            "espeak-ng", *arguments, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL
        )
    except OSError as error:
        raise NoVoiceError("espeak-ng can't be started") from error
    try:
        async with asyncio.timeout(_SECONDS):
            sound, _ = await program.communicate(text.encode())
    except TimeoutError as error:
        raise NoVoiceError("espeak-ng took too long") from error
    finally:
        if program.returncode is None:
            program.kill()
            await program.wait()
    if program.returncode:
        raise NoVoiceError("espeak-ng failed")
    return sound


def _well_formed(streamed: bytes) -> bytes:
    """The same sound with a true length in its header: espeak-ng can't know it while it streams."""
    file = io.BytesIO()
    try:
        with wave.open(io.BytesIO(streamed)) as read, wave.open(file, "wb") as written:
            written.setparams(read.getparams())
            written.writeframes(read.readframes(read.getnframes()))
    except (wave.Error, EOFError) as error:
        raise NoVoiceError("espeak-ng made no sound") from error
    return file.getvalue()
