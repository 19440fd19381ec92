"""Forms: what a browser sent, checked by pydantic, with a French message per field and the answers kept.

``read_form`` → ``parse`` → ``Parsed``, which the macros of ``forms.html`` show. Why not FastAPI’s ``Form()`` models:
they raise before the page’s function runs, so the answers could not be shown again (research/ui.md §5).
With files: ``read_upload_form`` → ``parse_upload``.
"""

from shared.web.checkboxes import Choices
from shared.web.date_parts import BirthDate, DateParts
from shared.web.email_address import EmailAddress, EmailRule, address_key
from shared.web.files import Files
from shared.web.form import Checkbox, Form, Multiline, Untouched
from shared.web.parsed import WHOLE_FORM, Errors, Parsed, blank, parse
from shared.web.postcode import Postcode, PostcodeRule
from shared.web.reading import read_form
from shared.web.rules import FieldError, Matches, MaxLength, Otherwise, Required, Rule, SameAs
from shared.web.uploads import parse_upload, read_upload_form

__all__ = [
    "WHOLE_FORM", "BirthDate", "Checkbox", "Choices", "DateParts", "EmailAddress", "EmailRule", "Errors", "FieldError", "Files",
    "Form", "Matches", "MaxLength", "Multiline", "Otherwise", "Parsed", "Postcode", "PostcodeRule", "Required", "Rule",
    "SameAs", "Untouched", "address_key", "blank", "parse", "parse_upload", "read_form", "read_upload_form",
]  # fmt: skip
