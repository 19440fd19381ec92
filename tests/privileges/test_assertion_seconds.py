"""An assertion lives as long as the gateway may take to deliver it, and not much longer (decision 0017)."""

import re

from launcher.caddy import CADDYFILE
from shared.security.assertions import CLOCK_SKEW_SECONDS, LIFETIME_SECONDS


def test_it_outlives_the_gateways_patience_and_little_more():
    text = CADDYFILE.read_text()
    patience = int(re.search(r"lb_try_duration \{\$GATEWAY_PATIENCE:(\d+)s\}", text)[1])
    last_try = int(re.search(r"\(patience\) \{.*?dial_timeout (\d+)s", text, re.DOTALL)[1])
    # the second of margin: whole seconds are signed
    assert patience + last_try + 1 <= LIFETIME_SECONDS
    assert LIFETIME_SECONDS + CLOCK_SKEW_SECONDS <= 20
