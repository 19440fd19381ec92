"""The postal address: a change is reported here, and takes effect when the desk accepts it."""
