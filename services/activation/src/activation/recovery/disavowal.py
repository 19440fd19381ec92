"""« Ce n’était pas moi »: a link of ten days that freezes the account (design §5; login.gov's disavowal)."""

from datetime import timedelta

LIFETIME = timedelta(days=10)
