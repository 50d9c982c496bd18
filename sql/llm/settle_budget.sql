-- A reservation becomes what was really spent; grain: scope.
UPDATE llm.budgets SET reserved_usd = reserved_usd - %(reserved)s::numeric, spent_usd = spent_usd + %(spent)s::numeric
WHERE scope = %(scope)s
