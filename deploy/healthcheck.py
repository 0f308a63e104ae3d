"""Ends with 0 when the Placet in this container answers, else with 1; needs nothing but Python."""

import http.client
import os
import sys

#: /healthz: the process lives; /readyz: a request that came now would be stored
PATH = sys.argv[1] if len(sys.argv) > 1 else "/healthz"


def answers(path: str) -> bool:
    """Whether this container's own port says 200 within three seconds."""
    connection = http.client.HTTPConnection(
        "127.0.0.1", int(os.environ.get("PLACET_PORT", "8080")), timeout=3
    )
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


sys.exit(0 if answers(PATH) else 1)
