"""An agent that asks before it acts, with nothing but the standard library.

PLACET_API_KEY=plc_… python examples/agent_requests.py
"""

import json
import os
import urllib.request
import uuid

APPROVALS = os.environ.get("PLACET_PUBLIC_URL", "http://127.0.0.1:8080") + "/v1/approvals"
HEADERS = {"Authorization": f"Bearer {os.environ['PLACET_API_KEY']}", "Content-Type": "application/json"}


def call(path, body=None, **headers):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(APPROVALS + path, data, {**HEADERS, **headers})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


refund = {"order": "4892", "amount": "240.00", "currency": "EUR"}
action = {"name": "refund.issue", "summary": "Refund 240.00 EUR to order 4892", "arguments": refund}
about = {"subject": {"id": "c-118", "name": "Jo Ito"}, "issue": "Where is my parcel?"}
asked = {"action": action, "context": about, "reasoning": "The parcel was lost; the carrier confirmed it."}
approval = call("", asked, **{"Idempotency-Key": str(uuid.uuid4())})
while approval["status"] == "pending":
    approval = call(f"/{approval['id']}?wait=60")

if approval["status"] == "approved":
    taking = {"digest": approval["action"]["digest"], "redemption_id": f"run-{os.getpid()}"}
    approval = call(f"/{approval['id']}/redeem", taking)
    print("Now run it with exactly", approval["action"]["arguments"])
    call(f"/{approval['id']}/outcome", {"status": "succeeded", "detail": "Refund re_881 was issued."})
else:
    print("Do not run it.", approval["message"])
