-- Words at most two edits from a word that is taken for right (Levenshtein 1966); grain: pair of words, with
-- their distance. Only among words with the first or the last letter in common, since few slips change both.
WITH rights AS (
    SELECT word, ends FROM unnest(%(right)s::text[]) AS words (word)
    CROSS JOIN LATERAL (VALUES (left(word, 1) || '-'), ('-' || right(word, 1))) AS keys (ends)
), others AS (
    SELECT word, ends FROM unnest(%(every)s::text[]) AS words (word)
    CROSS JOIN LATERAL (VALUES (left(word, 1) || '-'), ('-' || right(word, 1))) AS keys (ends)
)
SELECT DISTINCT rights.word, others.word, levenshtein_less_equal(rights.word, others.word, 2)
FROM rights JOIN others USING (ends)
WHERE rights.word <> others.word
  AND abs(length(rights.word) - length(others.word)) <= 2
  AND levenshtein_less_equal(rights.word, others.word, 2) <= 2
