-- Terms of one learner or more that may be a shared term misspelt; grain: pair of (shared term, other term).
-- By edit distance (Levenshtein 1966), a letter in five to eight, two in longer ones: with the first letter
-- and every digit alike, since people rarely miss the first, and since 'chapter 1' is not 'chapter 2'.
SELECT heads.term, others.term
FROM unnest(%(shared)s::text[], %(slips)s::int[]) AS heads (term, slips)
JOIN unnest(%(terms)s::text[]) AS others (term)
  ON left(heads.term, 1) = left(others.term, 1)
 AND heads.term <> others.term
 AND abs(length(heads.term) - length(others.term)) <= heads.slips
 AND regexp_replace(heads.term, '\D', '', 'g') = regexp_replace(others.term, '\D', '', 'g')
 AND levenshtein_less_equal(heads.term, others.term, heads.slips) <= heads.slips
WHERE heads.slips > 0
