"""Which part answers where. A part that delegates may use is there twice: in one's own space, and in a grantor's."""

from fastapi import FastAPI

from member_space import api_pages, pages
from member_space.access.space_visit import MANDATE
from member_space.address import pages as address_pages
from member_space.api_description import API
from member_space.cases import api as case_api
from member_space.cases import desk_pages as desk_cases
from member_space.contracts import api as contract_api
from member_space.desk import pages as desk_pages
from member_space.desk import person_pages
from member_space.documents import made_at_once_pages
from member_space.documents import pages as document_pages
from member_space.guarantees import api as guarantee_api
from member_space.guarantees import pages as guarantee_pages
from member_space.journal import api as journal_api
from member_space.journal import pages as journal_pages
from member_space.mandates import api as mandate_api
from member_space.mandates import entering, form_pages, invitation_pages
from member_space.mandates import pages as mandate_pages
from member_space.operations import pages as operation_pages
from member_space.print_room import batch_pages, parked_pages, returned_pages, search_pages
from member_space.print_room import pages as print_room_pages
from member_space.profile import api as profile_api
from member_space.profile import closure_pages
from member_space.profile import pages as profile_pages
from member_space.questions import api as question_api
from member_space.questions import desk_pages as question_desk_pages
from member_space.questions import pages as question_pages
from member_space.reimbursements import api as reimbursement_api
from member_space.reimbursements import pages as reimbursement_pages
from member_space.situation import pages as situation_pages

OWN, GRANTED = "/espace", f"/espace/pour/{{{MANDATE}}}"
GRANTED_API = f"{API}/pour/{{{MANDATE}}}"


def install_routes(app: FastAPI) -> None:
    """Add every page and every resource."""
    app.include_router(pages.router)
    for desk in (
        desk_pages.router,
        person_pages.router,
        desk_cases.router,
        question_desk_pages.router,
        print_room_pages.router,
        batch_pages.router,
        parked_pages.router,
        returned_pages.router,
        search_pages.router,
        operation_pages.router,
    ):
        app.include_router(desk)
    for own in (address_pages.router, situation_pages.router, profile_pages.router, closure_pages.router):
        app.include_router(own, prefix=OWN)
    for router in (
        reimbursement_pages.router,
        guarantee_pages.router,
        made_at_once_pages.router,  # before the pages of requests, whose references are any word
        document_pages.router,
        question_pages.router,
    ):
        app.include_router(router, prefix=OWN)
        app.include_router(router, prefix=GRANTED)
    for own_resource in (api_pages.router, contract_api.router, case_api.own_router, profile_api.router):
        app.include_router(own_resource, prefix=API)
    for router in (reimbursement_api.router, guarantee_api.router, case_api.router, question_api.router):
        app.include_router(router, prefix=API)
        app.include_router(router, prefix=GRANTED_API)
    # one's own only; addresses with a word before those with an id
    for router in (journal_pages.router, form_pages.router, invitation_pages.router, mandate_pages.router):
        app.include_router(router, prefix=OWN)
    for router in (journal_api.router, mandate_api.router):
        app.include_router(router, prefix=API)
    app.include_router(entering.router, prefix=GRANTED)
