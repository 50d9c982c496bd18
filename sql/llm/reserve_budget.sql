-- Reserve in all scopes or in none; grain: scope. No row back: not enough is left in one, or one is not open.
-- Amounts have nine decimals, whatever the last digits of a sum of floats are.
WITH locked AS (
    SELECT scope, spent_usd + reserved_usd + round(%(usd)s::numeric, 9) <= cap_usd AS enough
    FROM llm.budgets WHERE scope = ANY (%(scopes)s) ORDER BY scope FOR UPDATE
)
UPDATE llm.budgets SET reserved_usd = reserved_usd + round(%(usd)s::numeric, 9)
WHERE scope = ANY (%(scopes)s)
  AND (SELECT count(*) = cardinality(%(scopes)s::text[]) AND bool_and(enough) FROM locked)
RETURNING scope
