"""*Relevé de remboursements*: the list on paper, a tagged PDF."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from member_space.access.space_visit import SpaceVisit
from member_space.reimbursements.filters import Filters
from member_space.reimbursements.totals import Totals
from shared.printing.tagged_pdf import PdfResponse
from shared.web.french import polite_name

MOST = 1_500
"""Lines, some fifty pages: laid out in some seconds."""


def document(visit: SpaceVisit, filters: Filters, lines: Sequence[Row[Any]]) -> PdfResponse:
    """The PDF of lines that are in their order."""
    space = visit.space
    polite = polite_name(space.civility, space.given_name, space.family_name)
    context = {
        "name": f"{space.given_name} {space.family_name}",
        "polite": polite,
        "person": polite if visit.mandate else "vous",
        "day": visit.today,
        "narrowed": [words for words, _ in filters.chips()],
        "lines": [line._asdict() for line in lines],
        "totals": total(lines),
    }
    return PdfResponse(f"remboursements-{visit.today:%Y-%m-%d}.pdf", "member_space", "releve.html", context)


def total(lines: Sequence[Row[Any]]) -> Totals:
    """The sums of some lines."""
    return Totals(
        len(lines),
        *(
            sum(getattr(line, name) for line in lines)
            for name in ("spent", "social_security_share", "mutual_share", "rest_to_pay")
        ),
    )
