"""The browser of a request in words, for its owner to know it again. Plain rule, no I/O.

Always one of a closed list, so that nothing of what a browser says is ever kept or shown. A library (``ua-parser``) would bring
a thousand patterns run over a stranger's text, and of what it finds only the names below could be kept.
"""

UNKNOWN = "Navigateur inconnu"
_READ = 400
"""Characters; the longest that browsers send are half as long."""
# those that also name others come first
_BROWSERS = (
    ("edg/", "Edge"), ("edga/", "Edge"), ("edgios/", "Edge"), ("opr/", "Opera"), ("vivaldi/", "Vivaldi"),
    ("samsungbrowser/", "Samsung Internet"), ("firefox/", "Firefox"), ("fxios/", "Firefox"), ("crios/", "Chrome"),
    ("chrome/", "Chrome"), ("version/", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("iphone", "iPhone"), ("ipad", "iPad"), ("android", "Android"), ("windows nt", "Windows"), ("cros ", "ChromeOS"),
    ("macintosh", "Mac"), ("linux", "Linux"),
)  # fmt: skip
LABELS = frozenset(
    {UNKNOWN, *(name for _, name in _BROWSERS)}
    | {f"{name} sur {system}" for _, name in _BROWSERS for _, system in _SYSTEMS}
)
"""All that there are."""


def browser_label(user_agent: str) -> str:
    """« Firefox sur Android », « Safari sur iPhone »; « Navigateur inconnu » for what is none of those listed."""
    said = user_agent[:_READ].lower()
    browser = next((name for mark, name in _BROWSERS if mark in said), "")
    if not browser or (browser == "Safari" and "safari/" not in said):
        return UNKNOWN
    system = next((name for mark, name in _SYSTEMS if mark in said), "")
    return f"{browser} sur {system}" if system else browser
