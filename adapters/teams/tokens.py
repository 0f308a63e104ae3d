"""Whether Bot Framework sent an activity, for this bot, from a tenant that is let in.

learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication: the requirements
for tokens from the connector. Nothing here blocks the loop.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import jwt

from adapters.teams.keys import Key, Keys
from adapters.teams.refusals import NotForUs, Unauthenticated
from bot.ports import Clock

#: the only channel whose people are Entra accounts; others let anybody say who they are
CHANNEL = "msteams"
#: how far two clocks may differ
LEEWAY = timedelta(minutes=5)
_LONGEST = 16_000
_LONGEST_KEY_ID = 200
#: seconds since 1970; what lies beyond is no time
_END_OF_TIME = 1e12


class Tokens:
    """Verifies tokens against the keys of one cloud."""

    def __init__(self, *, app_id: str, tenants: tuple[str, ...], keys: Keys, clock: Clock) -> None:
        self._audiences = [app_id, app_id.lower()]
        self._tenants = frozenset(tenant.lower() for tenant in tenants)
        self._keys = keys
        self._clock = clock

    async def verify(self, authorization: str | None, activity: Mapping[str, Any]) -> None:
        """Return when all is well; raises `Unauthenticated`, `NotForUs`, or `KeysAway` without any keys."""
        token = _bearer(authorization)
        key = await self._keys.find(_key_id(token))
        if key is None:
            raise Unauthenticated("The token is signed with a key that Bot Framework does not have.")
        claims = self._claims(token, key)
        self._require_now(claims)
        _require_service(claims, activity)
        _require_channel(key, activity)
        self._require_tenant(activity)

    async def close(self) -> None:
        """End what is under way."""
        await self._keys.close()

    def _claims(self, token: str, key: Key) -> Mapping[str, Any]:
        try:
            claims: Mapping[str, Any] = jwt.decode(
                token,
                key.material,
                algorithms=["RS256"],
                audience=self._audiences,
                issuer=self._keys.issuer,
                # The times are compared with this process's own clock instead.
                options={
                    "require": ["exp", "iss", "aud"],
                    "verify_exp": False,
                    "verify_nbf": False,
                    "verify_iat": False,
                },
            )
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
            raise Unauthenticated from None
        return claims

    def _require_now(self, claims: Mapping[str, Any]) -> None:
        now = self._clock()
        if _second(claims["exp"]) < (now - LEEWAY).timestamp():
            raise Unauthenticated("The token has expired.")
        if "nbf" in claims and _second(claims["nbf"]) > (now + LEEWAY).timestamp():
            raise Unauthenticated("The token is not valid yet; look at this machine's clock.")

    def _require_tenant(self, activity: Mapping[str, Any]) -> None:
        named = list(tenants_of(activity))
        if not named:
            raise NotForUs("The activity names no tenant.")
        if any(not isinstance(name, str) or name.lower() not in self._tenants for name in named):
            raise NotForUs


def tenants_of(activity: Mapping[str, Any]) -> Iterator[Any]:
    """Every tenant that an activity names, as it stands there."""
    conversation = activity.get("conversation")
    if isinstance(conversation, Mapping) and "tenantId" in conversation:
        yield conversation["tenantId"]
    channel_data = activity.get("channelData")
    tenant = channel_data.get("tenant") if isinstance(channel_data, Mapping) else None
    if isinstance(tenant, Mapping) and "id" in tenant:
        yield tenant["id"]


def _bearer(authorization: str | None) -> str:
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token.isascii() or not 0 < len(token) <= _LONGEST:
        raise Unauthenticated
    return token


def _key_id(token: str) -> str:
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
        raise Unauthenticated from None
    name = header.get("kid")
    if header.get("alg") != "RS256" or not isinstance(name, str) or not 0 < len(name) <= _LONGEST_KEY_ID:
        raise Unauthenticated
    return name


def _second(given: Any) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 <= given < _END_OF_TIME:
        raise Unauthenticated
    return float(given)


def _require_service(claims: Mapping[str, Any], activity: Mapping[str, Any]) -> None:
    claimed, named = claims.get("serviceurl"), activity.get("serviceUrl")
    if not isinstance(claimed, str) or not isinstance(named, str) or not claimed:
        raise NotForUs("The token or the activity does not say which service it comes from.")
    if claimed.rstrip("/") != named.rstrip("/"):
        raise NotForUs("The activity names another service than its token.")


def _require_channel(key: Key, activity: Mapping[str, Any]) -> None:
    if activity.get("channelId") != CHANNEL:
        raise NotForUs("Only Microsoft Teams is served here; remove the bot's other channels.")
    if CHANNEL not in key.endorsements:
        raise NotForUs("The key that signed the token is not endorsed for Microsoft Teams.")
