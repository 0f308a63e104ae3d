"""Style and scripts come from here, from nowhere else, and only these."""

import hashlib
import re
from pathlib import Path

import pytest

from adapters.web import assets
from tests.adapters.web.desk import InboxDesk

STATIC = Path(assets.__file__).parent / "static"
VENDOR = Path(assets.__file__).parent / "vendor"
ROOT = Path(__file__).parents[3]


async def test_every_file_that_a_page_names_is_there_and_kept(desk: InboxDesk) -> None:
    ann = await desk.signed_in("ann")
    named = set(re.findall(r'(?:href|src)="(/assets/[^"]+)"', (await ann.get("/")).text))

    assert len(named) == 4
    for address in named:
        page = await ann.get(address)
        assert page.status == 200
        assert "immutable" in page.headers["Cache-Control"]


async def test_scripts_are_found_where_other_scripts_import_them(desk: InboxDesk) -> None:
    ann = await desk.signed_in("ann")
    app = re.search(r'src="(/assets/[^"]+/)app.js"', (await ann.get("/")).text)
    assert app is not None

    for script in STATIC.glob("*.js"):
        for imported in re.findall(r'from "\./([^"]+)"', script.read_text()):
            page = await ann.get(app[1] + imported)
            assert page.status == 200
            assert page.headers["Content-Type"].startswith("text/javascript")


@pytest.mark.parametrize(
    "name", ["..%2fassets.py", "%2e%2e/templates/base.html", "base.html", "/etc/passwd", "style.css%00", ""]
)
async def test_nothing_else_can_be_fetched(desk: InboxDesk, name: str) -> None:
    page = await desk.browser().get(f"/assets/any/{name}")

    assert page.status in {404, 403}
    assert "import" not in page.text


async def test_an_old_address_is_served_but_not_kept(desk: InboxDesk) -> None:
    page = await desk.browser().get("/assets/000000000000/style.css")

    assert page.status == 200
    assert page.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("file", sorted(STATIC.iterdir()), ids=lambda file: file.name)
def test_no_file_reaches_beyond_this_site(file: Path) -> None:
    text = file.read_text().replace("http://www.w3.org/2000/svg", "")

    assert "//" not in re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE)
    assert "@import" not in text
    assert "url(" not in text


@pytest.mark.parametrize(
    "file", sorted([*STATIC.glob("*.js"), *VENDOR.glob("*.js")]), ids=lambda file: file.name
)
def test_no_script_runs_text(file: Path) -> None:
    text = file.read_text()

    assert not re.search(r"\beval\(|new Function|document\.write|setTimeout\(\"", text)


@pytest.mark.parametrize("file", sorted(VENDOR.iterdir()), ids=lambda file: file.name)
def test_what_others_wrote_is_named_and_as_they_published_it(file: Path) -> None:
    told = (ROOT / "THIRD-PARTY.md").read_text()

    assert f"`{file.name}` | `{hashlib.sha256(file.read_bytes()).hexdigest()}`" in told


@pytest.mark.parametrize("file", sorted(VENDOR.glob("*.js")), ids=lambda file: file.name)
def test_what_others_wrote_fetches_nothing(file: Path) -> None:
    text = re.sub(r"/\*!.*?\*/", "", file.read_text(), count=1)

    assert not re.search(r"https?://|fetch\(|XMLHttpRequest|import\(|WebSocket|sendBeacon", text)
