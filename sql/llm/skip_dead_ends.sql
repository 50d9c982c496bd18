-- Waiting requests of a rung whose model is known to fail on them go down one, unpaid; grain: facts.
UPDATE llm.requests SET
    rung = rung + 1, reason = dead_ends.reason,
    status = CASE WHEN rung + 1 < %(rungs)s THEN 'pending' ELSE 'fallen' END
FROM llm.dead_ends
WHERE run_id = %(run_id)s AND status = 'pending' AND rung = %(rung)s AND attempt = 0
  AND dead_ends.facts_key = requests.facts_key AND dead_ends.model = %(model)s
  AND requests.facts_key = ANY (%(keys)s)
