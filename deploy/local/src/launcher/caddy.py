"""The gateway: Debian's Caddy with deploy/gateway/Caddyfile, kept away from the machine's own Caddy."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from launcher.places import ROOT
from launcher.process import Child, LaunchError

CADDYFILE = ROOT / "deploy/gateway/Caddyfile"


def program() -> str:
    """Return the path of Caddy.

    Raises:
        LaunchError: it is not installed.
    """
    found = shutil.which("caddy", path="/usr/bin:/usr/local/bin")
    if not found:
        raise LaunchError("Caddy is not installed: run deploy/local/install")
    return found


def environment(folder: Path, port: int, upstreams: Mapping[str, str]) -> dict[str, str]:
    """Return what the Caddyfile is told. `upstreams`: service → host:port of each replica, separated by spaces."""
    return {
        "HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
        "XDG_DATA_HOME": str(folder),
        "GATEWAY_ADDRESS": f":{port}",
        "GATEWAY_BIND": "127.0.0.1",
        "GATEWAY_FILES": f"@espace-files-{port}",
        "GATEWAY_PAGES": str(CADDYFILE.parent / "pages"),
        "STATIC_FOLDER": str(ROOT / "shared/src/shared/web/static"),
        **{f"{name.replace('-', '_').upper()}_UPSTREAMS": where for name, where in upstreams.items()},
    }


def start(log: Path, environment: Mapping[str, str]) -> Child:
    """Start the gateway; its log holds one JSON line per request, without query strings, cookies or headers."""
    words: list[str | Path] = [program(), "run", "--config", CADDYFILE, "--adapter", "caddyfile"]
    return Child("gateway", words, environment=environment, log=log, folder=CADDYFILE.parent)
