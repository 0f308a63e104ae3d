"""Takes callbacks and checks who sent them: `standardwebhooks` and the standard library.

CALLBACK_SECRET=whsec_… python examples/verify_callback.py 9000
"""

import os
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

from standardwebhooks import Webhook, WebhookVerificationError

webhook = Webhook(os.environ["CALLBACK_SECRET"])
seen = set()  # in a real agent: a table that survives a restart


class Callbacks(BaseHTTPRequestHandler):
    """Answers 204 to what Placet signed, 401 to anything else."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            event = webhook.verify(body, dict(self.headers))
        except (WebhookVerificationError, ValueError):
            return self.answer(401)
        if self.headers["webhook-id"] not in seen:
            seen.add(self.headers["webhook-id"])
            approval = event["data"]["approval"]
            # What a model may be told: why not, or that a person took an approval back and it must be undone.
            print(event["type"], approval["id"], approval["message"] or "", flush=True)
        return self.answer(204)

    def answer(self, status):
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_):
        """Say nothing but what was received."""


if __name__ == "__main__":
    HTTPServer(("127.0.0.1", int(sys.argv[1])), Callbacks).serve_forever()
