-- The briefs of several readers, each the newest where no week is named; grain: reader who has one.
SELECT place, week_of, body, generated_at FROM serving.briefs_of(%(readers)s::bigint[], %(weeks)s::date[])
