"""The app package: a manifest that Teams takes, and icons of the right size."""

import io
import json
import struct
import zlib
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from jsonschema import Draft4Validator

from adapters.teams.icons import color_icon, outline_icon
from adapters.teams.package import AppPackage
from bot.domain.errors import Misconfigured

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas/teams-app-manifest-1.29.json").read_text())
APP_ID = "2f6ae5a8-3c9e-4a5b-9d1f-7c0b8a6e4d21"
URL = "https://placet.example.com"


def package(**changed: Any) -> AppPackage:
    return AppPackage(**{"app_id": APP_ID, "public_url": URL, "version": "1.2.3"} | changed)


def read(**changed: Any) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(package(**changed).zipped())) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def pixels(png: bytes) -> tuple[int, int, list[bytes]]:
    """Width, height, and four bytes for every pixel; refuses what is no PNG of this kind."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height, depth, kind = struct.unpack(">IIBB", png[16:26])
    assert (depth, kind) == (8, 6)
    length = struct.unpack(">I", png[33:37])[0]
    raw = zlib.decompress(png[41 : 41 + length])
    lines = [raw[y * (width * 4 + 1) + 1 :][: width * 4] for y in range(height)]
    return width, height, [line[x * 4 : x * 4 + 4] for line in lines for x in range(width)]


@pytest.mark.parametrize("wish", [{}, {"read_channel_messages": True}])
def test_the_manifest_fits_the_official_schema(wish: dict[str, bool]) -> None:
    manifest = json.loads(read(**wish)["manifest.json"])

    assert [error.message for error in Draft4Validator(SCHEMA).iter_errors(manifest)] == []


def test_the_official_schema_refuses_what_teams_does_not_know() -> None:
    assert list(Draft4Validator(SCHEMA).iter_errors({**package().manifest(), "bot": []}))


def test_the_package_holds_the_manifest_and_both_icons_at_its_root() -> None:
    assert set(read()) == {"manifest.json", "color.png", "outline.png"}


def test_the_icons_that_the_manifest_names_are_in_the_package() -> None:
    files = read()

    assert set(json.loads(files["manifest.json"])["icons"].values()) <= set(files)


def test_app_and_bot_bear_the_id_of_the_settings() -> None:
    manifest = package().manifest()

    assert manifest["id"] == manifest["bots"][0]["botId"] == APP_ID


def test_it_can_be_added_to_teams_group_chats_and_for_oneself() -> None:
    assert set(package().manifest()["bots"][0]["scopes"]) == {"team", "groupChat", "personal"}


@pytest.mark.parametrize(("url", "domain"), [(URL, "placet.example.com"), (f"{URL}:8443",) * 2])
def test_only_the_installations_own_domain_is_valid(url: str, domain: str) -> None:
    assert package(public_url=url).manifest()["validDomains"] == [domain.removeprefix("https://")]


def test_no_permission_is_asked_for_by_itself() -> None:
    assert not {"authorization", "permissions", "webApplicationInfo"} & package().manifest().keys()


def test_channel_messages_are_read_only_where_that_was_asked_for() -> None:
    manifest = package(read_channel_messages=True).manifest()

    [permission] = manifest["authorization"]["permissions"]["resourceSpecific"]
    assert permission == {"name": "ChannelMessage.Read.Group", "type": "Application"}
    assert manifest["webApplicationInfo"]["id"] == APP_ID


def test_the_same_settings_give_the_same_bytes() -> None:
    assert package().zipped() == package().zipped()


def test_the_colour_icon_is_192_pixels_square_and_nowhere_transparent() -> None:
    width, height, dots = pixels(color_icon())

    assert (width, height) == (192, 192)
    assert {dot[3] for dot in dots} == {255}
    assert {b"\xff\xff\xff\xff", b"\x0e\x6b\x5c\xff"} <= set(dots)


def test_the_outline_is_32_pixels_square_and_white_on_nothing() -> None:
    width, height, dots = pixels(outline_icon())

    assert (width, height) == (32, 32)
    assert {dot[:3] for dot in dots} == {b"\xff\xff\xff"}
    assert {0, 255} <= {dot[3] for dot in dots}


@pytest.mark.parametrize("app_id", ["placet", "", "{" + APP_ID + "}", APP_ID.replace("-", "")])
def test_an_app_id_that_is_none_is_refused(app_id: str) -> None:
    with pytest.raises(Misconfigured, match="PLACET_TEAMS_APP_ID"):
        package(app_id=app_id)


def test_an_address_that_teams_would_not_call_is_refused() -> None:
    with pytest.raises(Misconfigured, match="PLACET_PUBLIC_URL"):
        package(public_url="http://127.0.0.1:8080")


@pytest.mark.parametrize("version", ["1", "1.0", "1.0.0-beta", "1.0.²", "latest"])
def test_a_version_that_teams_cannot_compare_is_refused(version: str) -> None:
    with pytest.raises(Misconfigured, match="version"):
        package(version=version)
