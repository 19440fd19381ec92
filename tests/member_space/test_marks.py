"""What scanners, people and files give as marks: any text is read line by line, any bytes are read or refused."""

from contextlib import suppress

from hypothesis import example, given
from hypothesis import strategies as st

from member_space.print_room.forms import ReleaseForm, letter_ids, with_ticks
from member_space.print_room.marks import LARGEST_FILE, UnreadableFileError, marks_in, text_of
from shared.web.forms import parse

ANY = st.text(st.characters(codec="utf-8"), max_size=300)


@given(ANY | st.text("7K2M9QX4R1;,\t\r\n \"'-", max_size=60))
@example("\ufeff7K2M9QX4R1\r\n\r\n'7K2M9QX4R2';x")
@example("\x1f' ")
def test_marks_are_the_first_column_of_lines_and_read_again_are_the_same(text) -> None:
    marks = marks_in(text)
    assert all(mark and mark.strip() and not set(mark) & set(";,\t\r\n") for mark in marks)
    assert marks_in("\n".join(marks)) == marks
    assert len(marks) <= len(text)


@given(st.binary(max_size=300) | ANY.map(str.encode) | ANY.map(lambda text: text.encode("utf-16")))
@example(b"\xff\xfe7\x00")
@example(b"A" * (LARGEST_FILE + 1))
def test_a_file_is_text_or_refused(content) -> None:
    with suppress(UnreadableFileError):
        text = text_of(content)
        assert "\x00" not in text
        assert len(text) <= len(content)


@given(st.dictionaries(ANY | st.uuids().map("letter_{}".format), ANY, max_size=8))
def test_ticks_are_ids_of_letters_and_nothing_else(data) -> None:
    form = parse(ReleaseForm, with_ticks(data))
    ticked = {name for name in data if name.startswith("letter_") and len(name) == 43}
    if form.value is not None:
        assert {f"letter_{one}" for one in letter_ids(form.value)} <= ticked
