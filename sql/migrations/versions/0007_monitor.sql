-- How the last runs of every job went: newest completion, users, and the median seconds a user; grain: a job.
-- Of each of its last so many periods the newest whole run and the waves after it count. Holds nothing of a person.
CREATE FUNCTION serving.recent_runs_v1(periods integer, minimum_users integer)
RETURNS TABLE (job_name text, completed_at timestamptz, processed bigint, failed bigint, seconds_per_user float8)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH ended AS (
        SELECT *, max(started_at) FILTER (WHERE metadata #>> '{request,scope}' = 'all')
                      OVER (PARTITION BY job_name, period) AS begun_anew
        FROM ops.job_execution_log
        WHERE completed_at IS NOT NULL AND metadata #>> '{request,scope}' IN ('all', 'missing')
    ), current AS (
        SELECT * FROM ended WHERE begun_anew IS NULL OR started_at >= begun_anew
    ), newest AS (
        SELECT job_name, period, row_number() OVER (PARTITION BY job_name ORDER BY max(completed_at) DESC) AS place
        FROM current GROUP BY job_name, period
    ), recent AS (
        SELECT current.* FROM current JOIN newest USING (job_name, period) WHERE newest.place <= periods
    )
    SELECT job_name,
           (SELECT max(one.completed_at) FROM ended AS one
            WHERE one.job_name = recent.job_name AND one.status = 'completed' AND one.users_processed > 0),
           coalesce(sum(users_processed), 0), coalesce(sum(users_failed), 0),
           percentile_cont(0.5) WITHIN GROUP (ORDER BY duration_seconds / users_processed)
               FILTER (WHERE users_processed >= minimum_users)
    FROM recent GROUP BY job_name
$$;

-- As almanac_reader in 0002: the role may be there already.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'almanac_monitor') THEN
        CREATE ROLE almanac_monitor NOLOGIN;
    END IF;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;
END $$;

REVOKE EXECUTE ON FUNCTION serving.recent_runs_v1 FROM PUBLIC;
GRANT USAGE ON SCHEMA serving TO almanac_monitor;
GRANT EXECUTE ON FUNCTION serving.recent_runs_v1 TO almanac_monitor;
