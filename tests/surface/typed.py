"""What a fuzzer types: odd texts of every kind that has broken a web page somewhere, and texts of chance."""

from hypothesis import strategies as st

MARK = "x-q1"
"""Stands in what is typed where a page would be broken out of; see ``manners.py``."""
ODD = [
    "", " ", "0", "-1", "9" * 400, "1e9", "NaN", "null", "true", "[]", "{}", "a" * 5_000, "é" * 3_000, "💩" * 60, "ﷺ" * 80,
    "a\x00b", "\x00", "a\r\nX-Q1: 1", "a\n.\n", "a\x1b[2J", "a\x7f", "a\x85b", "a\u2028b", "a\u202eb", "e" + "\u0301" * 300,
    "\ufeff", "\ue000\uffff", "\U0010ffff", "\u0130\u0131ß", "ＡＢＣ１２３", "٣٤", "²", "½", "\u3000\u00a0\t",
    f'"><{MARK} y="', f"'><{MARK}>", f'" on{MARK}="1', f"</script><{MARK}>", f"<!--<{MARK}>-->", f"javascript:{MARK}",
    "{{ 7*7 }}${7*7}#{7*7}%{7*7}", "%s%n%(x)s{0}{x.y}", "' OR 1=1 --", '"; drop table account; --', "$$", "\\", "\\u0000",
    "../../../../etc/passwd", "..%2f..%2f", "//ailleurs.example", "/\\ailleurs.example", "https://ailleurs.example/",
    "/espace/?a=1#b", "=1+1", "@a", "a@exemple.fr", "a@exemple.fr\r\nBcc: b@exemple.fr", "=?utf-8?q?a?=@exemple.fr",
    "{00000000-0000-0000-0000-000000000001}", "urn:uuid:00000000-0000-0000-0000-000000000001",
    "00000000000000000000000000000001", "20260101-A", "1-" + "0" * 32, "99999999999999999-" + "f" * 32, "00010101-A",
    "A" * 43, "A" * 44, "eyJhbGciOiJub25lIn0.e30.", "[" * 2_000, '{"a":' * 500,
]  # fmt: skip
typed = st.one_of(st.sampled_from(ODD), st.text(max_size=300), st.text("abcdef0123456789-_ABCDEF=/.", max_size=60))
header = st.text(
    st.characters(min_codepoint=32, max_codepoint=255, categories=("L", "N", "P", "S", "Zs")), max_size=300
)
headers = st.one_of(
    st.sampled_from(["", "1.2.3.4", "1.2.3.4, ::1", "::ffff:1.2.3.4", "fe80::1%eth0", "a, b", ",,,", "1.2.3.4:80", "[::1]"]),
    header.map(str.strip),
)  # fmt: skip
