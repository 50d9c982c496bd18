-- Waiting requests whose text came into the ledger meanwhile, by another run; grain: facts.
UPDATE llm.requests SET status = 'answered'
WHERE run_id = %(run_id)s AND status = 'pending'
  AND EXISTS (SELECT 1 FROM llm.answers
              WHERE answers.facts_key = requests.facts_key AND answers.model = ANY (%(models)s))
RETURNING facts_key, user_id, prompt_version, CASE WHEN %(with_facts)s THEN facts ELSE '' END
