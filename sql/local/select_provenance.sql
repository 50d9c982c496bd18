-- Grain: one row, how one published brief was made: its run, its code, its newest import.
SELECT brief.user_id, brief.facts_hash, brief.writer, brief.prompt_version, brief.writer_reason,
       brief.variant, run.metadata ->> 'provider' AS provider, brief.code_version,
       brief.run_id, run.job_id, run.started_at AS run_started_at, brief.generated_at,
       brief.cost_usd::float8 AS cost_usd, brief.components_ok, brief.days_since_data,
       brief.data_through AS import_id, imported.source AS import_source,
       imported.file_name AS import_file, imported.finished_at AS imported_at
FROM warehouse.weekly_health_briefs AS brief
JOIN app.users AS person USING (user_id)
LEFT JOIN ops.job_execution_log AS run ON run.id = brief.run_id
LEFT JOIN app.imports AS imported ON imported.import_id = brief.data_through
WHERE person.external_id = %(external_id)s AND brief.week_of = %(week_of)s
