"""Reimbursements."""
