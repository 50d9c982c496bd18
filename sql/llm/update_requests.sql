-- Where requests go on; grain: facts. A second try keeps what it has to mend however often it is sent:
-- without that it would be the first question again, paid twice.
UPDATE llm.requests SET
    status = s.status, rung = s.rung, attempt = s.attempt, failures = s.failures,
    refused_text = CASE WHEN s.attempt > 0 THEN coalesce(s.refused_text, requests.refused_text) END,
    problems = CASE WHEN s.attempt > 0 THEN coalesce(s.problems, requests.problems) END,
    reason = coalesce(s.reason, requests.reason),
    not_before = s.not_before
FROM unnest(%(keys)s::text[], %(statuses)s::text[], %(rungs)s::smallint[], %(attempts)s::smallint[],
            %(failures)s::smallint[], %(texts)s::text[], %(problems)s::json[], %(reasons)s::text[],
            %(not_before)s::timestamptz[])
    AS s (facts_key, status, rung, attempt, failures, refused_text, problems, reason, not_before)
WHERE requests.run_id = %(run_id)s AND requests.facts_key = s.facts_key
