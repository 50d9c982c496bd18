-- All waiting requests of a rung go to the next, or to the template after the last; grain: facts.
UPDATE llm.requests SET
    rung = rung + 1, attempt = 0, failures = 0, refused_text = NULL, problems = NULL, reason = %(reason)s,
    not_before = 'epoch', status = CASE WHEN rung + 1 < %(rungs)s THEN 'pending' ELSE 'fallen' END
WHERE run_id = %(run_id)s AND status = 'pending' AND rung = %(rung)s
