"""What is asked of a running RabbitMQ through its management API."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from launcher.process import LaunchError
from shared.internal_http import tls


class Management:
    """The management API of one node, spoken to as its administrator."""

    def __init__(self, url: str, user: str, password: str) -> None:
        # No proxy of the machine's stands between us and our own node.
        self._client = httpx.Client(
            base_url=f"{url}/api/", auth=(user, password), timeout=10, trust_env=False, verify=tls()
        )

    def get(self, path: str) -> httpx.Response:
        """Return the raw answer of `/api/{path}`."""
        return self._client.get(path)

    def close(self) -> None:
        """Close the connections to the API."""
        self._client.close()

    def close_connection(self, name: str) -> None:
        """Close a client's connection, as the broker does when it stops."""
        self._write("DELETE", f"connections/{quote(name, safe='')}", None)

    def add_vhost(self, name: str) -> None:
        """Make (or keep) a vhost."""
        self._write("PUT", f"vhosts/{quote(name, safe='')}", {})

    def delete_vhost(self, name: str) -> None:
        """Delete a vhost with its queues and messages."""
        self._write("DELETE", f"vhosts/{quote(name, safe='')}", None)

    def set_user_password(self, user: str, password: str, tags: str = "") -> None:
        """Make a user, or give a known one this password."""
        self._write("PUT", f"users/{quote(user, safe='')}", {"password": password, "tags": tags})

    def import_definitions(
        self,
        definitions: Path | Mapping[str, Any],
        vhost: str | None = None,
        passwords: Mapping[str, str] | None = None,
    ) -> None:
        """Make what a definitions file names; with `vhost`, in that vhost instead of the file's own.

        Users of the file carry no password: the ones in `passwords` (name → password) are made or changed first; a user
        named in neither `passwords` nor the node is refused.
        """
        read = json.loads(definitions.read_text()) if isinstance(definitions, Path) else dict(definitions)
        for user in read.pop("users", []):
            if passwords and user["name"] in passwords:
                tags = user.get("tags", "")
                self.set_user_password(
                    user["name"], passwords[user["name"]], tags if isinstance(tags, str) else ",".join(tags)
                )
        self._write("POST", "definitions", read if vhost is None else _moved(read, vhost))

    def queue(self, name: str, vhost: str = "espace") -> dict[str, Any]:
        """Return what the node says of a queue: `messages`, `messages_ready`, `consumers`, `type`, `arguments`…

        The counts are the node's statistics, up to 5 s old.
        """
        answer = self._checked(self.get(f"queues/{quote(vhost, safe='')}/{quote(name, safe='')}"))
        return dict(answer.json())

    def queues(self, vhost: str = "espace") -> list[dict[str, Any]]:
        """Return the same of every queue of a vhost."""
        return list(self._checked(self.get(f"queues/{quote(vhost, safe='')}")).json())

    def _write(self, method: str, path: str, body: Mapping[str, Any] | None) -> None:
        self._checked(self._client.request(method, path, json=body))

    @staticmethod
    def _checked(answer: httpx.Response) -> httpx.Response:
        if not answer.is_success:
            raise LaunchError(f"RabbitMQ: {answer.request.method} {answer.request.url.path}: {answer.text.strip()}")
        return answer


def _moved(definitions: Mapping[str, Any], vhost: str) -> dict[str, Any]:
    """Return the definitions of one vhost, named `vhost` instead."""
    moved: dict[str, Any] = {}
    for kind, entries in definitions.items():
        if kind == "vhosts":
            moved[kind] = [entry | {"name": vhost} for entry in entries]
        elif isinstance(entries, list):
            moved[kind] = [entry | {"vhost": vhost} if "vhost" in entry else entry for entry in entries]
        else:
            moved[kind] = entries
    return moved
