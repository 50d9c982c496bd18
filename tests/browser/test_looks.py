"""What everybody gets along with: small screens, keyboards, screen readers, dark rooms; and every state of a page."""

import time
from datetime import date

import orjson
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from include.core import cache_keys
from include.core.envelope import Content, Lifetime, sealed
from tests.api.pages.world import NEWEST, WORLD, user_id
from tests.browser.conftest import DESK, PHONE, SignIn, Site, until

PAGES = [
    "/login",
    "/dashboard",
    "/weekly-brief",
    "/intelligence",
    "/intelligence/velocity",
    "/intelligence/patterns",
    "/leaderboard",
    "/coaching",
    "/report",
]
SERIOUS = {"serious", "critical"}


def check_access(page: Page) -> None:
    """axe finds nothing serious, with everything unfolded that can be."""
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    found = Axe().run(page).response["violations"]
    told = [
        f"{page.url}: {one['id']}: {node['target']} {node['failureSummary']}"
        for one in found
        if one["impact"] in SERIOUS
        for node in one["nodes"]
    ]
    assert told == []


def age(site: Site, external_id: str, lifetime: Lifetime, hours: float) -> None:
    """Put the person's newest brief into Redis, as read so many hours ago."""
    me = user_id(site.world, external_id)
    row = site.query(
        "SELECT brief::text, extract(epoch FROM generated_at)::float8 FROM warehouse.weekly_health_briefs "
        "WHERE user_id = %s AND week_of = %s",
        me,
        NEWEST,
    )[0]
    entry = sealed(Content(row[0].encode(), row[1]), lifetime, time.time() - hours * 3600)
    site.redis().set(cache_keys.brief(me, NEWEST), entry.packed())


@pytest.mark.parametrize(
    ("viewport", "scheme"), [(PHONE, "light"), (DESK, "dark")], ids=["phone-light", "desk-dark"]
)
def test_axe_finds_nothing_serious(sign_in: SignIn, viewport: dict[str, int], scheme: str) -> None:
    page = sign_in(viewport=viewport, color_scheme=scheme, reduced_motion="reduce")
    for path in PAGES:
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        check_access(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], path


@pytest.mark.parametrize(
    ("person", "paths"),
    [
        (WORLD.nobody, PAGES[1:]),
        (WORLD.thin, ["/dashboard", "/weekly-brief", "/intelligence"]),
        (WORLD.partial, ["/weekly-brief"]),
        (WORLD.helped, ["/dashboard", "/coaching"]),
    ],
    ids=["nobody", "thin", "partial", "helped"],
)
def test_whoever_has_less_is_told_so_as_accessibly(sign_in: SignIn, person: str, paths: list[str]) -> None:
    page = sign_in(person, viewport={"width": 320, "height": 640})
    for path in paths:
        page.goto(path)
        check_access(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path


def test_the_overlay_by_keyboard(sign_in: SignIn) -> None:
    page = sign_in()
    page.goto("/dashboard")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    check_access(page)
    for _ in range(8):  # more than it has: the focus stays inside, or goes to the browser's own bar
        page.keyboard.press("Tab")
        assert page.evaluate(
            "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        )
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_the_keyboard_reaches_the_content_and_everything_in_it(sign_in: SignIn) -> None:
    page = sign_in()
    page.goto("/weekly-brief")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()
    wanted = page.locator("main :is(a, button, summary)").count()
    reached = set()
    for _ in range(wanted + 8):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate(
                "[...document.querySelectorAll('main :is(a, button, summary)')].indexOf(document.activeElement)"
            )
        )
    assert set(range(wanted)) <= reached
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"


def test_charts_say_what_they_show(sign_in: SignIn) -> None:
    page = sign_in()
    page.goto("/weekly-brief")
    image = page.get_by_role("img", name="This week against your four weeks before")
    expect(image).to_be_visible()
    assert "%" in image.locator("desc").text_content()
    page.goto("/intelligence/velocity")
    expect(page.get_by_role("img", name="What each metric contributes")).to_be_visible()


def test_everything_is_there_without_scripts(sign_in: SignIn) -> None:
    page = sign_in(java_script_enabled=False)
    page.goto("/weekly-brief")
    expect(page.get_by_role("heading", name="The week in numbers")).to_be_visible()
    page.goto("/intelligence")
    expect(page.get_by_role("heading", name="Body systems")).to_be_visible()


def test_partial_and_short_briefs_look_like_that(sign_in: SignIn) -> None:
    page = sign_in(WORLD.partial)
    page.goto("/weekly-brief")
    expect(page.locator(".notice.partial")).to_contain_text("A partial brief")
    page = sign_in(WORLD.thin)
    page.goto("/weekly-brief")
    expect(page.locator(".notice.thin")).to_contain_text("A short brief")
    page = sign_in(WORLD.nobody)
    page.goto("/weekly-brief")
    expect(page.locator(".empty")).to_contain_text("Your first brief comes on a Monday")


def test_what_is_read_anew_says_so_and_becomes_new(site: Site, sign_in: SignIn) -> None:
    age(site, WORLD.full, cache_keys.BRIEF, 2)
    page = sign_in()
    page.goto(f"/weekly-brief/{NEWEST}")
    expect(page.locator(".notice.refreshing")).to_be_visible()
    check_access(page)
    expect(page.locator(".notice.refreshing")).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_without_postgresql_the_last_good_brief_is_read_and_says_so(site: Site, sign_in: SignIn) -> None:
    page = sign_in()
    page.goto("/report")  # who this is, is known by now
    age(site, WORLD.full, Lifetime(1, 2, 7 * 24 * 3600), 3)
    site.take_away()
    page.goto(f"/weekly-brief/{NEWEST}")
    expect(page.locator(".notice.stale")).to_contain_text("The last good version.")
    expect(page.locator(".notice.stale")).to_contain_text("3 hours ago")
    expect(page.get_by_role("heading", name="What stands out")).to_be_visible()
    check_access(page)

    page.goto("/coaching")  # never read, so there is nothing to fall back on
    expect(page.get_by_role("heading", level=1)).to_contain_text("cannot be read at the moment")
    check_access(page)

    site.bring_back()
    until(lambda: page.goto("/coaching").ok, 20)
    until(lambda: page.goto(f"/weekly-brief/{NEWEST}").ok and not page.locator(".notice.stale").count(), 20)


def test_what_is_slow_shows_a_skeleton_and_fills_in(sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.pages.intelligence.LIMIT_S", 0.0)
    held: list[Route] = []
    page = sign_in()
    page.route("**/intelligence/parts/**", lambda route: held.append(route))  # noqa: PLW0108  # no builtin fits
    page.goto("/intelligence")
    until(lambda: page.wait_for_timeout(50) or len(held) == 5)
    expect(page.locator(".skeleton")).to_have_count(5)
    check_access(page)
    for route in held:
        route.continue_()
    expect(page.locator(".skeleton")).to_have_count(0)
    for name in ("Health velocity", "Body systems", "Timeline"):
        expect(page.get_by_role("heading", name=name)).to_be_visible()
    expect(page.locator("#systems svg.chart")).to_be_visible()


def test_a_newer_version_replaces_what_is_read(site: Site, sign_in: SignIn) -> None:
    me = user_id(site.world, WORLD.full)
    old = orjson.dumps(
        {
            "week_of": str(NEWEST),
            "outcome": "complete",
            "main_story": {"headline": "Before", "narrative": "…"},
        }
    )
    entry = sealed(Content(old, 1.0), cache_keys.BRIEF, time.time() - 2 * 3600)
    site.redis().set(cache_keys.brief(me, NEWEST), entry.packed())
    page = sign_in()
    page.goto(f"/weekly-brief/{date.fromisoformat(str(NEWEST))}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Before")
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Before")
    expect(page.locator("#said")).to_contain_text("newest version")
