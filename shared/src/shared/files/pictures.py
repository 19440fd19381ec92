"""What a picture must be: of one piece to the last line, with a bounded number of pixels."""

import warnings
from io import BytesIO

from PIL import Image

from shared.files.jpeg import stripped_jpeg
from shared.files.kinds import JPEG, Kind
from shared.files.limits import PIXEL_LIMIT
from shared.files.png import stripped_png
from shared.files.refusals import FileRefusedError, Refusal

_ORIENTATION = 0x0112
_SMALLER = 8
"""JPEG can be decoded at an eighth of its size: every byte is read, a sixty-fourth of the memory is needed."""

Image.MAX_IMAGE_PIXELS = None  # counted here, before anything is decoded


def check_picture(content: bytes, kind: Kind) -> bytes:
    """The same picture, point by point, without what tells of its maker: place, time, device, thumbnail, comments.

    Raises:
        FileRefusedError: too many pixels, damaged, cut.
    """
    with warnings.catch_warnings(action="ignore"):  # about metadata, which go anyway
        return _check(content, kind)


def _check(content: bytes, kind: Kind) -> bytes:
    try:
        with Image.open(BytesIO(content), formats=[kind.shown]) as picture:
            if picture.width * picture.height > PIXEL_LIMIT:
                raise FileRefusedError(Refusal.TOO_MANY_PIXELS)
            orientation = picture.getexif().get(_ORIENTATION, 1)
        kept = stripped_jpeg(content, orientation) if kind is JPEG else stripped_png(content)
        with Image.open(BytesIO(kept), formats=[kind.shown]) as picture:
            picture.draft(picture.mode, (picture.width // _SMALLER, picture.height // _SMALLER))
            picture.load()
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise FileRefusedError(Refusal.DAMAGED, type(error).__name__) from None
    return kept
