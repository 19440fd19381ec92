"""Every page of this package."""

from activation.second_factor import (
    application_pages,
    codes_pages,
    overview_pages,
    passkey_pages,
    removal_pages,
    verification_pages,
)

PAGES = (overview_pages, application_pages, passkey_pages, removal_pages, codes_pages, verification_pages)
