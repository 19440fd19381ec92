"""A small server that stands behind the gateway and shows what reaches it."""

import json
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


class Upstream:
    """`ready` answers /readyz; a request with the cookie session=good is signed in, unless `broken` is what is answered.

    `seen` are the paths that were asked for, `bodies` the lengths of what came with them.
    """

    def __init__(self, name, port):
        self.name, self.port, self.ready, self.seen, self.bodies = name, port, True, [], []
        self.broken = None
        self.start()

    def start(self):
        upstream = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                upstream.seen.append(self.path)
                upstream.bodies.append(len(body))
                status, extra = upstream.answer(self.path, self.headers)
                shown = {
                    "service": upstream.name,
                    "path": self.path,
                    "headers": {name.lower(): value for name, value in self.headers.items()},
                    "body": len(body),
                    "digest": sha256(body).hexdigest(),
                }
                content = json.dumps(shown).encode()
                self.send_response(status)
                for name, value in {"Set-Cookie": "kept=a-secret-cookie", **extra}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def do_POST(self):
                self.do_GET()

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def answer(self, path, headers):
        if path == "/readyz":
            return (200 if self.ready else 503), {}
        if path.startswith("/internal/session"):
            if self.broken is not None:
                return self.broken, {}
            if "session=good" in headers.get("Cookie", ""):
                return 200, {"X-Espace-Assertion": "signed by activation"}
            return 303, {"Location": "/connexion"}
        return 200, {}

    def stop(self):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
