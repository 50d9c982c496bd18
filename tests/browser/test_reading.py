"""What a person does with the pages, and what is known of it afterwards."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.api.pages.world import NEWEST, WORLD, publish_next_week, user_id
from tests.browser.conftest import SignIn, Site, until

HEADLINE = "SELECT headline FROM warehouse.weekly_health_briefs WHERE user_id = %s AND week_of = %s"
STATE = "SELECT * FROM (SELECT week_of, impressions, dismissed_at IS NOT NULL AS dismissed, engagement_time "
STATE += "FROM app.notification_state WHERE user_id = %s ORDER BY week_of) AS found"
ENABLED = "SELECT weekly_brief_enabled, re_enabled_reason FROM app.user_preferences WHERE user_id = %s"


@pytest.fixture
def me(site: Site) -> int:
    return user_id(site.world, WORLD.full)


def state(site: Site, me: int) -> list[tuple[Any, ...]]:
    return site.query(STATE, me)


def overlay(page: Page) -> Any:
    return page.locator("dialog[open]")


def test_the_brief_comes_up_once_per_cycle(site: Site, sign_in: SignIn, me: int) -> None:
    page = sign_in()
    page.goto("/dashboard")
    expect(overlay(page)).to_contain_text(site.query(HEADLINE, me, NEWEST)[0][0])
    page.keyboard.press("Escape")
    expect(overlay(page)).to_have_count(0)
    assert until(lambda: state(site, me)) == [(NEWEST, 1, False, 0.0)]
    page.reload()
    page.evaluate("localStorage.clear()")
    page.reload()
    other = sign_in()
    other.goto("/dashboard")
    for each in (page, other):
        expect(each.get_by_role("link", name="Read the brief")).to_be_visible()
        expect(overlay(each)).to_have_count(0)
    assert [row[1] for row in state(site, me)] == [1]

    week = publish_next_week(site.world)
    site.redis().flushall()
    fresh = sign_in()
    until(lambda: fresh.goto("/dashboard") and overlay(fresh).count())
    assert until(lambda: [row[0] for row in state(site, me)] == [NEWEST, week])


def test_dismissed_softly_it_is_gone_for_the_week(site: Site, sign_in: SignIn, me: int) -> None:
    page = sign_in()
    page.goto("/dashboard")
    overlay(page).get_by_role("button", name="Not this week").click()
    expect(overlay(page)).to_have_count(0)
    expect(page.get_by_role("status").last).to_contain_text("Monday")
    until(lambda: state(site, me) and state(site, me)[0][2])
    assert site.query(ENABLED, me) in ([], [(True, None)])
    page.goto("/weekly-brief")
    expect(page.locator("[data-re-enable]")).to_have_count(0)


def test_dismissed_for_good_it_stays_away_until_it_is_read(site: Site, sign_in: SignIn, me: int) -> None:
    page = sign_in()
    page.goto("/dashboard")
    overlay(page).get_by_role("button", name="Do not show it here again").click()
    until(lambda: site.query(ENABLED, me) == [(False, None)])
    publish_next_week(site.world)
    site.redis().flushall()
    fresh = sign_in()
    fresh.goto("/dashboard")
    expect(fresh.get_by_role("link", name="Read the brief")).to_be_visible()
    expect(overlay(fresh)).to_have_count(0)

    fresh.goto("/weekly-brief")
    expect(fresh.locator("[data-re-enable]")).to_contain_text("comes up on Mondays again")
    until(lambda: site.query(ENABLED, me) == [(True, "page_visit")])
    fresh.get_by_role("button", name="Keep it off").click()
    until(lambda: site.query(ENABLED, me)[0][0] is False)


def test_asking_for_the_page_alone_switches_nothing_on(site: Site, sign_in: SignIn, me: int) -> None:
    site.query(
        "INSERT INTO app.user_preferences (user_id, weekly_brief_enabled) VALUES (%s, false) "
        "ON CONFLICT (user_id) DO UPDATE SET weekly_brief_enabled = false RETURNING 1",
        me,
    )
    page = sign_in(java_script_enabled=False)
    page.goto("/weekly-brief")
    expect(page.locator("[data-re-enable]")).to_be_visible()
    assert site.query(ENABLED, me)[0][0] is False


def test_how_long_and_how_far_it_was_read(site: Site, sign_in: SignIn, me: int) -> None:
    page = sign_in()
    page.clock.install()
    page.goto("/weekly-brief")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.clock.fast_forward(7000)
    page.goto("/login")
    seconds, depth = until(
        lambda: (
            site.query(
                "SELECT engagement_time, scroll_depth FROM app.engagement_events WHERE user_id = %s "
                "AND component = 'weekly_brief' AND engagement_time IS NOT NULL",
                me,
            )
            or (page.goto("/report") and None)
        )  # what could not leave with its page leaves with the next
    )[0]
    assert 7 <= seconds < 20
    assert depth > 0.95
    assert state(site, me)[0][1] == 1


def test_a_glance_is_an_impression_and_no_more(site: Site, sign_in: SignIn, me: int) -> None:
    page = sign_in()
    page.clock.install()
    page.goto("/weekly-brief")
    page.clock.fast_forward(2000)
    page.goto("/report")
    until(lambda: state(site, me))
    assert state(site, me) == [(NEWEST, 1, False, 0.0)]


def test_a_dismissed_finding_is_kept_for_the_next_week(site: Site, sign_in: SignIn, me: int) -> None:
    page = sign_in()
    page.goto("/weekly-brief")
    button = page.get_by_role("button", name="Do not repeat").first
    key = button.get_attribute("data-insight")
    button.click()
    expect(page.get_by_role("button", name="Do not repeat").first).to_be_disabled()
    until(
        lambda: site.query(
            "SELECT 1 FROM app.insight_dismissals WHERE user_id = %s AND insight_key = %s", me, key
        )
    )


def test_what_could_not_be_sent_is_sent_later_and_counted_once(site: Site, sign_in: SignIn, me: int) -> None:
    page = sign_in()
    page.goto("/weekly-brief")
    until(lambda: state(site, me))
    page.context.set_offline(True)
    page.get_by_role("button", name="I will try this").first.click()
    expect(page.locator("#said")).to_contain_text("sent as soon as")
    page.context.set_offline(False)
    for _ in range(2):
        page.reload()
    taken = "SELECT count(*) FROM app.engagement_events WHERE user_id = %s AND component = 'recommendations'"
    until(lambda: site.query(taken, me) == [(1,)])
    until(lambda: page.evaluate("outbox().length") == 0)


def test_what_postgresql_does_not_take_is_kept_by_the_device(site: Site, sign_in: SignIn, me: int) -> None:
    page = sign_in()
    page.goto("/weekly-brief")
    until(lambda: page.evaluate("outbox().length") == 0)
    site.take_away()
    page.get_by_role("button", name="I will try this").first.click()
    expect(page.locator("#said")).to_contain_text("sent as soon as")
    assert page.evaluate("outbox().length") == 1
    site.bring_back()
    until(lambda: page.evaluate("deliver()"), 20)
    taken = "SELECT count(*) FROM app.engagement_events WHERE user_id = %s AND component = 'recommendations'"
    assert site.query(taken, me) == [(1,)]


def test_a_coaching_message_that_was_seen_counts_as_opened(site: Site, sign_in: SignIn, me: int) -> None:
    page = sign_in()
    page.goto("/coaching")
    page.get_by_role("button", name="This helps").first.click()
    told = "SELECT action FROM app.engagement_events WHERE user_id = %s AND component = 'coaching_message' "
    told += "AND coaching_message_id IS NOT NULL"
    until(lambda: {("view",), ("action_taken",)} <= set(site.query(told, me)))


def test_signing_in_and_out(site: Site, sign_in: SignIn) -> None:
    page = sign_in()
    page.context.clear_cookies()
    page.goto("/intelligence/velocity?range=90")
    page.get_by_role("button", name="Look around").click()
    expect(page).to_have_url(f"{site.base}/intelligence/velocity?range=90")
    assert page.evaluate("document.cookie") == ""
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(f"{site.base}/login")
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.includes('outbox'))") == []
    page.go_back()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.goto("/dashboard")
    expect(page).to_have_url(f"{site.base}/login?next=%2Fdashboard")
    page.get_by_label("Your token").fill("nonsense")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("That did not work")
