-- Caps and what is left of them; grain: scope.
SELECT scope, cap_usd::float8, reserved_usd::float8, spent_usd::float8
FROM llm.budgets
WHERE scope = ANY (%(scopes)s)
ORDER BY scope
