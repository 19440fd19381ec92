"""Every page of this package."""

from activation.security_settings import (
    connection_pages,
    email_link_pages,
    email_pages,
    journal_pages,
    my_data_pages,
    overview_pages,
    password_pages,
    question_pages,
)

PAGES = (
    overview_pages, password_pages, email_pages, email_link_pages, question_pages, connection_pages, journal_pages,
    my_data_pages,
)  # fmt: skip
