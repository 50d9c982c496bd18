-- Reserve in all scopes or in none; grain: scope. No row back: not enough is left in one of them.
WITH locked AS (
    SELECT scope, spent_usd + reserved_usd + %(usd)s::numeric <= cap_usd AS enough
    FROM llm.budgets WHERE scope = ANY (%(scopes)s) ORDER BY scope FOR UPDATE
)
UPDATE llm.budgets SET reserved_usd = reserved_usd + %(usd)s::numeric
WHERE scope = ANY (%(scopes)s) AND (SELECT bool_and(enough) FROM locked)
RETURNING scope
