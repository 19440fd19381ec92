"""The way back to an account: a forgotten password, a letter, « ce n’était pas moi »."""
