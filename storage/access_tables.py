"""The tables of what opens doors and signs: keys, secrets, links, sessions, and versions of the policy."""

from __future__ import annotations

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from storage.tables import stamp


class ApiKeyRow(SQLModel, table=True):
    """An agent's API key; only its hash is stored."""

    __tablename__ = "api_key"
    id: str = Field(primary_key=True)
    agent: str = Field(index=True)
    token_hash: str
    created_at: int = Field(sa_column=stamp())
    revoked_at: int | None = Field(default=None, sa_column=stamp(nullable=True))


class CallbackSecretRow(SQLModel, table=True):
    """A callback secret of a key, encrypted."""

    __tablename__ = "callback_secret"
    id: str = Field(primary_key=True)
    key_id: str = Field(index=True)
    agent: str = Field(index=True)
    secret: str
    created_at: int = Field(sa_column=stamp())
    #: until when it still signs, null for the current one
    expires_at: int | None = Field(default=None, sa_column=stamp(nullable=True))


class SigningKeyRow(SQLModel, table=True):
    """A key that signs receipts and seals; the private half is encrypted."""

    __tablename__ = "signing_key"
    kid: str = Field(primary_key=True)
    private: str = Field(sa_type=Text)
    public: str = Field(sa_type=Text)
    created_at: int = Field(sa_column=stamp())
    retired_at: int | None = Field(default=None, sa_column=stamp(nullable=True))


class PolicyVersionRow(SQLModel, table=True):
    """A text of the policy that rulings were made under."""

    __tablename__ = "policy_version"
    version: str = Field(primary_key=True)
    body: str = Field(sa_type=Text)
    loaded_at: int = Field(sa_column=stamp())


class WebLinkRow(SQLModel, table=True):
    """A one-time sign-in link; only its token's hash is stored."""

    __tablename__ = "web_link"
    token_hash: str = Field(primary_key=True)
    person: str
    #: the id of the request or the address of the page that it leads to, empty for the inbox
    goal: str = ""
    expires_at: int = Field(sa_column=stamp())
    used_at: int | None = Field(default=None, sa_column=stamp(nullable=True))


class WebSessionRow(SQLModel, table=True):
    """A browser session; only its token's hash is stored."""

    __tablename__ = "web_session"
    token_hash: str = Field(primary_key=True)
    person: str = Field(index=True)
    #: the browser, in words
    device: str = ""
    created_at: int = Field(sa_column=stamp())
    expires_at: int = Field(sa_column=stamp())
