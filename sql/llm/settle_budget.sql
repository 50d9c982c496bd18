-- A reservation becomes what was really spent; grain: scope.
UPDATE llm.budgets SET reserved_usd = reserved_usd - round(%(reserved)s::numeric, 9),
                       spent_usd = spent_usd + round(%(spent)s::numeric, 9)
WHERE scope = %(scope)s
