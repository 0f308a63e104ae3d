"""The table of conversations that the bot may speak in."""

from __future__ import annotations

from sqlmodel import Field, SQLModel

from storage.tables import stamp


class ConversationRow(SQLModel, table=True):
    """A place that Teams told the bot of."""

    __tablename__ = "conversation"
    id: str = Field(primary_key=True)
    tenant: str = Field(index=True)
    kind: str
    service_url: str
    team: str = Field(default="", index=True)
    group: str = ""
    team_name: str = ""
    name: str = ""
    #: team and channel as people may write them, folded; empty for what has no such name
    spelled: str = Field(default="", index=True)
    account: str = Field(default="", index=True)
    installed_by: str = ""
    heard_at: int = Field(sa_column=stamp())
