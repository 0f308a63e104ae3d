"""The tables of workspaces that installed the Slack app."""

from __future__ import annotations

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from storage.tables import stamp


class InstallationRow(SQLModel, table=True):
    """A workspace, or an organisation, with its bot token, which is encrypted."""

    __tablename__ = "installation"
    tenant: str = Field(primary_key=True)
    enterprise: str = ""
    name: str = ""
    #: encrypted; empty since it was revoked
    token: str = Field(default="", sa_type=Text)
    bot_user: str = ""
    bot_id: str = ""
    app_id: str = ""
    #: with commas
    scopes: str = Field(default="", sa_type=Text)
    installed_by: str = ""
    installed_at: int = Field(sa_column=stamp())
    revoked_at: int | None = Field(default=None, sa_column=stamp(nullable=True))
    #: grows with every change of any installation
    change: int = Field(sa_column=stamp())


class InstallStateRow(SQLModel, table=True):
    """A state that came back from Slack; each counts once. Only its hash is stored."""

    __tablename__ = "install_state"
    state_hash: str = Field(primary_key=True)
    expires_at: int = Field(sa_column=stamp())
