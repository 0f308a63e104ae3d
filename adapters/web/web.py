"""The browser part, put together: the channel for the worker, and the routes for the server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from adapters.web.acting import Acting
from adapters.web.assets import Assets
from adapters.web.cards import Cards
from adapters.web.channel import WebChannel
from adapters.web.correcting import Correcting
from adapters.web.desk import Desk
from adapters.web.door import Door
from adapters.web.editing import Editing
from adapters.web.frame import Frame
from adapters.web.listeners import Listeners
from adapters.web.live import Live
from adapters.web.measures import MeasurePages
from adapters.web.notes import Notes
from adapters.web.pages import Pages
from adapters.web.revealing import Revealing
from adapters.web.rules import RulePages
from adapters.web.sessions import Sessions
from adapters.web.settings import WebSettings
from adapters.web.signing_in import SigningIn
from adapters.web.stream import Stream
from adapters.web.templates import Templates
from bot.approvals import Approvals
from bot.domain.directory import Directory
from bot.edits import Edits
from bot.insights import Insights
from bot.ports import Clock, Store
from bot.rule_reviewing import RuleReviewing


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """What the rest of the application sees."""

    channel: WebChannel
    #: the sample agent's log; None outside the demo
    desk: Desk | None
    _live: Live
    _stream: Stream
    _routes: tuple[web.RouteDef, ...]

    def mount(self, app: web.Application) -> None:
        """Add the inbox to the server; its streams end when the server shuts down."""
        app.add_routes(self._routes)
        app.on_shutdown.append(self._close)

    async def _close(self, app: web.Application) -> None:
        await self._live.close()


def build_web(  # noqa: PLR0917 - the composition root names them in this order
    settings: WebSettings,
    approvals: Approvals,
    edits: Edits,
    store: Store,
    sessions: Sessions,
    directory: Callable[[], Directory],
    clock: Clock,
    insights: Insights | None = None,
    reviewing: RuleReviewing | None = None,
) -> Web:
    """Put the parts together."""
    assets, notes, live = Assets(), Notes(), Live(store)
    templates = Templates(assets)
    desk = Desk(live) if settings.demo else None
    door = Door(settings=settings, sessions=sessions, directory=directory, templates=templates)
    cards = Cards(approvals=approvals, directory=directory, notes=notes, templates=templates)
    frame = Frame(
        templates=templates, directory=directory, live=live, desk=desk, is_measured=insights is not None
    )
    pages = Pages(approvals=approvals, store=store, directory=directory, live=live, cards=cards, frame=frame)
    listeners = Listeners(approvals=approvals, store=store, cards=cards, secure=settings.secure_cookies)
    editing = Editing(approvals=approvals, edits=edits, templates=templates, secure=settings.secure_cookies)
    revealing = Revealing(approvals=approvals, templates=templates)
    correcting = Correcting(
        approvals=approvals,
        corrections=edits.corrections,
        templates=templates,
        secure=settings.secure_cookies,
    )
    stream = Stream(store=store, sessions=sessions, directory=directory, live=live, cards=cards, frame=frame)
    signing_in = SigningIn(door=door, sessions=sessions, live=live, templates=templates)
    routes: list[web.RouteDef] = [
        web.get("/", door.page(pages.inbox)),
        web.get("/requests/{id}", door.page(pages.request)),
        web.post("/requests/{id}/press", door.form(listeners.on_press)),
        web.post("/requests/{id}/reveal", door.form(revealing.on_reveal)),
        web.get("/requests/{id}/edit", door.page(editing.form), allow_head=False),
        web.post("/requests/{id}/edit", door.long_form(editing.on_changes)),
        web.post("/requests/{id}/changes", door.form(editing.on_press)),
        web.get("/requests/{id}/correct", door.page(correcting.form), allow_head=False),
        web.post("/requests/{id}/correct", door.long_form(correcting.on_changes)),
        web.post("/requests/{id}/correction", door.form(correcting.on_press)),
        web.get("/events", door.stream(stream.serve), allow_head=False),
        web.get("/sign-in/{token}", door.public(signing_in.ask)),
        web.post("/sign-in/{token}", door.public_form(signing_in.sign_in)),
        web.post("/sign-out", door.form(signing_in.sign_out)),
        web.get("/sign-ins", door.page(signing_in.sign_ins)),
        web.post("/sign-out-everywhere", door.form(signing_in.sign_out_everywhere)),
        web.get("/assets/{version}/{name}", assets.serve),
    ]
    if insights is not None:
        measured = MeasurePages(insights=insights, store=store, directory=directory, cards=cards, frame=frame)
        routes += [
            web.get("/measures", door.page(measured.overview)),
            web.get("/measures/requests", door.page(measured.requests)),
            web.get("/measures/{dimension}", door.page(measured.table)),
        ]
    if reviewing is not None:
        rules = RulePages(
            reviewing=reviewing,
            store=store,
            directory=directory,
            frame=frame,
            secure=settings.secure_cookies,
        )
        routes += [
            web.get("/rules", door.page(rules.page)),
            web.post("/rules/{name}", door.form(rules.on_move)),
        ]
    if desk is not None:
        acting = Acting(door=door, sessions=sessions, live=live, desk=desk)
        routes += [
            web.post("/act-as", door.form(acting.act_as)),
            web.post("/demo/ask", door.form(acting.ask)),
        ]
    return Web(
        channel=WebChannel(live, notes, clock), desk=desk, _live=live, _stream=stream, _routes=tuple(routes)
    )
