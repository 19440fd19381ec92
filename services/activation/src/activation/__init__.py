"""Accounts: activation by a posted provisional password, confirmation of the address, sign-in and sessions."""
