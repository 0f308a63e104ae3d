"""Checks a receipt before acting, without asking Placet and without trusting the agent: `pyjwt[crypto]`.

python examples/verify_receipt.py https://placet.example.com RECEIPT refund.issue '{"order": "4892", …}'
"""

import hashlib
import json
import sys
import urllib.request

import jwt


def verify_receipt(address, receipt, action, arguments):
    """What was decided, if Placet at this address signed the approval of exactly this action."""
    header = jwt.get_unverified_header(receipt)
    with urllib.request.urlopen(f"{address}/.well-known/jwks.json") as answer:
        key = jwt.PyJWKSet.from_json(answer.read())[header["kid"]]
    if header["typ"] != "placet-receipt+jwt":
        raise ValueError("This is another kind of token.")
    claims = jwt.decode(receipt, key, algorithms=["EdDSA"], issuer=address)
    if claims["status"] != "approved" or claims["digest"] != digest_of(action, arguments):
        raise ValueError("This is not an approval of what is about to run.")
    return claims


def digest_of(action, arguments):
    """SHA-256 over canonical JSON. Right while numbers are small integers; else use an RFC 8785 library."""
    text = json.dumps(
        {"arguments": arguments, "name": action}, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


if __name__ == "__main__":
    found = verify_receipt(sys.argv[1], sys.argv[2], sys.argv[3], json.loads(sys.argv[4]))
    who = " and ".join(found["deciders"]) or "A rule"
    print(f"{who} approved {found['action']} at {found['decided_at']}.")
