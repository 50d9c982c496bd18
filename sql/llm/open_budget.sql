-- A cap that may be reserved from; grain: scope. Its newest amount counts.
INSERT INTO llm.budgets (scope, cap_usd) VALUES (%(scope)s, %(cap_usd)s)
ON CONFLICT (scope) DO UPDATE SET cap_usd = excluded.cap_usd
