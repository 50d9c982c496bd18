"""Every page for every kind of person, as HTML: it stands, it is theirs alone, and nothing in it runs by accident."""

import json
from html.parser import HTMLParser

import psycopg
import pytest
from starlette.testclient import TestClient

from tests.api.pages.test_session import OURS, cookie
from tests.api.pages.world import BEFORE, MONTH, NEWEST, WORLD, user_id

PAGES = [
    "/dashboard",
    "/weekly-brief",
    f"/weekly-brief/{BEFORE}",
    "/intelligence",
    "/intelligence/velocity",
    "/intelligence/velocity?range=7",
    "/intelligence/velocity?range=90",
    "/intelligence/patterns",
    "/leaderboard",
    "/leaderboard?board=monthly",
    "/coaching",
    "/report",
]
VOID = {"meta", "link", "input", "br", "hr", "img"}


class Checked(HTMLParser):
    """Tags that do not close, ids that occur twice, and what a label or a script stands for."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.wanted: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if named.get("id"):
            self.ids.append(str(named["id"]))
        self.wanted += str(named.get("aria-labelledby") or named.get("aria-describedby") or "").split()
        assert not any(name.startswith("on") or name == "style" for name in named), f"{tag} has inline code"
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def check(text: str) -> None:
    page = Checked(text)
    assert not page.open
    assert len(set(page.ids)) == len(page.ids)
    assert set(page.wanted) <= set(page.ids)


@pytest.mark.parametrize("person", [*WORLD, "gen-000003", "gen-000009", "gen-000021"])
def test_every_page_stands_for_every_person(site: TestClient, person: str) -> None:
    for path in PAGES:
        answer = site.get(path, headers=cookie(person))
        assert answer.status_code in (200, 404), path
        check(answer.text)
        assert "None" not in answer.text, path
        assert answer.headers["cache-control"] == "private, no-cache", path


def test_a_page_is_sent_once(site: TestClient) -> None:
    first = site.get("/weekly-brief", headers=cookie())
    assert first.headers["vary"].startswith("Cookie")
    again = site.get("/weekly-brief", headers={**cookie(), "If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_what_is_the_same_for_everybody_is_kept_for_good(site: TestClient) -> None:
    page = site.get("/login").text
    for address in (part.split('"')[0] for part in page.split('"/static/')[1:]):
        answer = site.get(f"/static/{address}")
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]


def test_text_of_others_stays_text(own_site: TestClient, world: str) -> None:
    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    with psycopg.connect(world) as connection:
        row = connection.execute(
            "SELECT brief::text FROM warehouse.weekly_health_briefs WHERE user_id = %s AND week_of = %s",
            (user_id(world, WORLD.full), NEWEST),
        ).fetchone()
        assert row is not None
        brief = json.loads(row[0])
        brief["main_story"] = {"headline": evil, "narrative": evil}
        brief["insights"] = [{"insight_key": evil, "text": evil, "confidence": 0.5}]
        brief["recommendations"], brief["watch"] = [evil], [evil]
        brief["week_stats"] = {evil: {"this_week": 1.0, "baseline": 2.0, "change": -1.0, "days": 3}}
        brief["timeline"] = [{"days_ago": 1, "kind": "lab", "metric": evil, "value": 2.5}]
        connection.execute(
            "UPDATE warehouse.weekly_health_briefs SET brief = %s WHERE user_id = %s AND week_of = %s",
            (json.dumps(brief), user_id(world, WORLD.full), NEWEST),
        )
    for path in ("/weekly-brief", "/dashboard", "/intelligence"):
        text = own_site.get(path, headers=cookie()).text
        assert "alert(1)" in text
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        check(text)


def test_nobody_sees_anybody_else(site: TestClient) -> None:
    own = {
        person: site.get("/weekly-brief", headers=cookie(person)) for person in (WORLD.full, WORLD.partial)
    }
    again = {person: site.get("/weekly-brief", headers=cookie(person)) for person in own}
    for person, answer in own.items():
        assert again[person].content == answer.content
    assert own[WORLD.full].content != own[WORLD.partial].content


@pytest.mark.parametrize(
    ("person", "path", "words"),
    [
        (WORLD.partial, "/weekly-brief", "A partial brief."),
        (WORLD.thin, "/weekly-brief", "A short brief."),
        (WORLD.nobody, "/weekly-brief", "Your first brief comes on a Monday"),
        (WORLD.nobody, "/dashboard", "Your first brief comes on a Monday"),
        (WORLD.nobody, "/intelligence", "There is nothing to look behind yet"),
        (WORLD.nobody, "/intelligence/velocity", "No velocity yet"),
        (WORLD.nobody, "/leaderboard", "You are not on this board"),
        (WORLD.nobody, "/leaderboard?board=monthly", "No board has been published yet"),
        (WORLD.nobody, "/coaching", "No message yet"),
        (WORLD.nobody, "/report", "Reports come on the 1st"),
        (WORLD.full, "/weekly-brief/2024-01-01", "Read your newest"),
        (WORLD.full, "/report/2019-01", "You have none of that month"),
        (WORLD.full, "/weekly-brief/2025-12-23", "is a Tuesday"),
        (WORLD.full, "/intelligence/velocity?range=8", "is one of 7, 28, 90"),
        (WORLD.helped, "/coaching", 'href="https://example.org/help"'),
    ],
)
def test_what_is_not_there_is_told(site: TestClient, person: str, path: str, words: str) -> None:
    text = site.get(path, headers=cookie(person)).text
    assert words in text
    check(text)


def test_who_needs_help_reads_no_coaching(site: TestClient) -> None:
    text = site.get("/coaching", headers=cookie(WORLD.helped)).text
    assert "This helps" not in text
    assert "something for you to read" in site.get("/dashboard", headers=cookie(WORLD.helped)).text


def test_the_reports_picture_can_do_nothing(site: TestClient) -> None:
    answer = site.get(f"/report/{MONTH}/chart.svg", headers=cookie())
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.text.startswith("<svg")
    assert site.get(f"/report/{MONTH}/chart.svg").status_code == 303


def test_events_of_a_page_are_taken_in_the_name_of_the_cookie(own_site: TestClient, world: str) -> None:
    event = {
        "event_id": "00000000-0000-4000-8000-000000000001",
        "component": "insights",
        "action": "dismiss",
        "insight_key": "change:steps:up",
        "brief_week": str(NEWEST),
    }
    answer = own_site.post("/events", json={"events": [event]}, headers={**OURS, **cookie()})
    assert answer.json()["accepted"] == [event["event_id"]]
    assert own_site.post("/events", json={"events": [event]}, headers=OURS).status_code == 401
    with psycopg.connect(world) as connection:
        found = connection.execute(
            "SELECT 1 FROM app.insight_dismissals WHERE insight_key = 'change:steps:up' AND user_id = %s",
            (user_id(world, WORLD.full),),
        ).fetchone()
    assert found
