-- Readers act as almanac_reader (SET ROLE), whatever login they were given; the login must be a
-- member: GRANT almanac_reader TO <login>. The views run with their owner's rights, so the role
-- needs none on the tables behind them.
--
-- Roles belong to the whole server: another database of it, or another migration at this very
-- moment, may have made this one.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'almanac_reader') THEN
        CREATE ROLE almanac_reader NOLOGIN;
    END IF;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;
END $$;

GRANT USAGE ON SCHEMA serving TO almanac_reader;
GRANT SELECT ON serving.users_v1, serving.weekly_briefs_v1 TO almanac_reader;
