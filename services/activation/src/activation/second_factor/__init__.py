"""What proves a member besides the password: one-time codes, passkeys, recovery codes."""
