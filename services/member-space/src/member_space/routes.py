"""Which part answers where. A part that delegates may use is there twice: in one's own space, and in a grantor's."""

from fastapi import FastAPI

from member_space import pages
from member_space.access.space_visit import MANDATE
from member_space.desk import pages as desk_pages
from member_space.guarantees import pages as guarantee_pages
from member_space.journal import api as journal_api
from member_space.journal import pages as journal_pages
from member_space.mandates import api as mandate_api
from member_space.mandates import entering, form_pages, invitation_pages
from member_space.mandates import pages as mandate_pages
from member_space.reimbursements import api as reimbursement_api
from member_space.reimbursements import pages as reimbursement_pages

OWN, GRANTED = "/espace", f"/espace/pour/{{{MANDATE}}}"
API, GRANTED_API = "/espace/api/v1", f"/espace/api/v1/pour/{{{MANDATE}}}"


def install_routes(app: FastAPI) -> None:
    """Add every page and every resource."""
    app.include_router(pages.router)
    app.include_router(desk_pages.router)
    for router in (reimbursement_pages.router, guarantee_pages.router):
        app.include_router(router, prefix=OWN)
        app.include_router(router, prefix=GRANTED)
    for router in (reimbursement_api.router,):
        app.include_router(router, prefix=API)
        app.include_router(router, prefix=GRANTED_API)
    # one's own only; addresses with a word before those with an id
    for router in (journal_pages.router, form_pages.router, invitation_pages.router, mandate_pages.router):
        app.include_router(router, prefix=OWN)
    for router in (journal_api.router, mandate_api.router):
        app.include_router(router, prefix=API)
    app.include_router(entering.router, prefix=GRANTED)
