"""Which part answers where. A part that delegates may use is there twice: in one's own space, and in a grantor's."""

from fastapi import FastAPI

from member_space import api_pages, pages
from member_space.access.space_visit import MANDATE
from member_space.api_description import API
from member_space.desk import pages as desk_pages
from member_space.documents import made_at_once_pages
from member_space.guarantees import pages as guarantee_pages
from member_space.profile import closure_pages
from member_space.profile import pages as profile_pages
from member_space.reimbursements import api as reimbursement_api
from member_space.reimbursements import pages as reimbursement_pages

OWN, GRANTED = "/espace", f"/espace/pour/{{{MANDATE}}}"
GRANTED_API = f"{API}/pour/{{{MANDATE}}}"


def install_routes(app: FastAPI) -> None:
    """Add every page and every resource."""
    app.include_router(pages.router)
    app.include_router(desk_pages.router)
    for router in (profile_pages.router, closure_pages.router):
        app.include_router(router, prefix=OWN)
    for router in (reimbursement_pages.router, guarantee_pages.router, made_at_once_pages.router):
        app.include_router(router, prefix=OWN)
        app.include_router(router, prefix=GRANTED)
    app.include_router(api_pages.router, prefix=API)
    for router in (reimbursement_api.router,):
        app.include_router(router, prefix=API)
        app.include_router(router, prefix=GRANTED_API)
