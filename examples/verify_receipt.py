"""Checks a receipt before acting, without asking Placet and without trusting the agent: `pyjwt[crypto]`.

python examples/verify_receipt.py https://placet.example.com RECEIPT refund.issue '{"order": "4892", …}'

The receipt proves what was decided. Whether it was taken already, or taken back, only `redeem` tells.
"""

import hashlib
import json
import sys
import urllib.request

import jwt

KIND = "placet-receipt+jwt"
CLAIMS = ("iss", "sub", "jti", "iat", "action", "revision", "digest", "status", "deciders", "event_hash")


def verify_receipt(address, receipt, action, arguments):
    """What was decided, if Placet at this address signed the approval of exactly this action."""
    header = jwt.get_unverified_header(receipt)
    if header.get("typ") != KIND:
        raise ValueError("This is another kind of token.")
    key = published_key(address, header.get("kid"))
    claims = jwt.decode(receipt, key, algorithms=["EdDSA"], issuer=address, options={"require": list(CLAIMS)})
    if claims["status"] != "approved":
        raise ValueError(f"This was {claims['status']}.")
    if claims["digest"] != digest_of(action, arguments):
        raise ValueError("This is not an approval of what is about to run.")
    return claims


def published_key(address, kid):
    """The key of that name. Keep the set for minutes; for a name that is not in it, fetch it once more."""
    with urllib.request.urlopen(f"{address}/.well-known/jwks.json", timeout=10) as answer:
        keys = {key["kid"]: key for key in json.load(answer)["keys"]}
    if kid not in keys:
        raise ValueError("This was signed with a key that Placet does not publish.")
    return jwt.PyJWK(keys[kid], algorithm="EdDSA").key


def digest_of(action, arguments):
    """SHA-256 over canonical JSON. Right while numbers are small integers; else use an RFC 8785 library."""
    text = json.dumps(
        {"arguments": arguments, "name": action}, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


if __name__ == "__main__":
    try:
        found = verify_receipt(sys.argv[1], sys.argv[2], sys.argv[3], json.loads(sys.argv[4]))
    except (jwt.PyJWTError, ValueError) as error:
        sys.exit(f"Do not act: {error}")
    who = " and ".join(found["deciders"]) or "A rule"
    print(f"{who} approved {found['action']} at {found['decided_at']}.")
