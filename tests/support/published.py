"""A server that publishes a signer's keys as ``activation`` does."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from shared.security.assertions import AssertionSigner


@contextmanager
def published(signer: AssertionSigner) -> Iterator[str]:
    """Its address, for ``ACTIVATION_KEYS_URL``."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(signer.published()).encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/internal/keys"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
