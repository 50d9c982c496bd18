-- Who may see and change what, a second time behind the read API: a transaction says for whom it acts
-- (almanac.user_id, or almanac.external_id while the id is not known yet), and sees and changes nothing else.

-- ---------------------------------------------------------------- app: what followed from being shown
ALTER TABLE app.engagement_events
    ADD COLUMN event text NOT NULL DEFAULT 'intelligence_interaction' CHECK (event IN (
        'intelligence_interaction', 'brief_soft_dismissed', 'brief_permanently_disabled', 'brief_re_enabled')),
    ADD COLUMN reason text;                             -- of brief_re_enabled

-- How a user took the brief of a week: always what the events of that user and week say, however they came in.
-- Grain: user and week with an event. first_shown_at: the first event. impressions: views that report no time of
-- their own, and one at least where any does. engagement_time: seconds, the sum of what was reported.
CREATE TABLE app.notification_state (
    user_id          bigint NOT NULL REFERENCES app.users ON DELETE CASCADE,
    week_of          date NOT NULL,
    brief_id         uuid NOT NULL,
    generated_at     timestamptz NOT NULL,
    first_shown_at   timestamptz NOT NULL,
    dismissed_at     timestamptz,
    engagement_time  double precision NOT NULL,
    impressions      integer NOT NULL,
    PRIMARY KEY (user_id, week_of)
);

-- A brief keeps its id when it is made anew.
CREATE FUNCTION serving.brief_id(user_id bigint, week_of date) RETURNS uuid LANGUAGE sql IMMUTABLE
RETURN md5('brief:' || user_id || ':' || (week_of - DATE '2000-01-01'))::uuid;

-- History is kept of what a user decides. What is counted about them changes with every look at a page, and no
-- week is computed from it.
DROP TRIGGER keep_history ON app.user_preferences;
CREATE TRIGGER keep_history
    BEFORE DELETE OR UPDATE OF weekly_brief_enabled, weekly_brief_frequency, intelligence_generation_enabled,
        intelligence_generation_frequency, intelligence_notification_enabled
    ON app.user_preferences FOR EACH ROW EXECUTE FUNCTION app.keep_preferences_history();

-- The resources as that person was shown them, since the batch knows their country and the reader does not.
ALTER TABLE warehouse.coaching_safety ADD COLUMN shown text NOT NULL DEFAULT '';

-- ---------------------------------------------------------------- warehouse: engagement
-- How a brief's week was read. Grain: user and week with an event; a later event makes the row anew.
CREATE TABLE warehouse.intelligence_analytics (
    user_id                   bigint NOT NULL,
    week_of                   date NOT NULL,
    brief_view_time           double precision NOT NULL,   -- seconds
    brief_scroll_depth        double precision CHECK (brief_scroll_depth BETWEEN 0 AND 1),  -- deepest; NULL = unknown
    patterns_clicked          integer NOT NULL,
    recommendations_actioned  integer NOT NULL,
    velocity_interactions     integer NOT NULL,
    total_page_time           double precision NOT NULL,   -- seconds
    run_id                    bigint NOT NULL,
    created_at                timestamptz NOT NULL DEFAULT now(),
    engaged     boolean NOT NULL GENERATED ALWAYS AS (brief_view_time > 3) STORED,
    meaningful  boolean NOT NULL GENERATED ALWAYS AS (coalesce(brief_scroll_depth, 0) > 0.5) STORED,
    PRIMARY KEY (user_id, week_of)
);
CREATE INDEX intelligence_analytics_week ON warehouse.intelligence_analytics (week_of);

-- ---------------------------------------------------------------- for whom a transaction acts
-- NULL where it does not say, and then it sees nobody.
CREATE FUNCTION serving.acting_user() RETURNS bigint LANGUAGE sql STABLE
RETURN nullif(current_setting('almanac.user_id', true), '')::bigint;

DO $$
DECLARE
    guarded text;
BEGIN
    FOREACH guarded IN ARRAY ARRAY[
        'app.user_preferences', 'app.coaching_config', 'app.notification_state', 'warehouse.weekly_health_briefs',
        'warehouse.monthly_learner_reports', 'warehouse.coaching_messages', 'warehouse.coaching_safety']
    LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', guarded);
        EXECUTE format('CREATE POLICY own_rows ON %s FOR SELECT TO almanac_reader '
                       'USING (user_id = serving.acting_user())', guarded);
    END LOOP;
END $$;

ALTER TABLE app.users ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON app.users FOR SELECT TO almanac_reader
    USING (user_id = serving.acting_user() OR external_id = current_setting('almanac.external_id', true));

-- ---------------------------------------------------------------- serving
-- A person's rows are read with the reader's own rights, so the rules above hold. The boards are the same for
-- everybody and are read with the rights of their owner.
ALTER VIEW serving.users_v1 SET (security_invoker = true);
ALTER VIEW serving.weekly_briefs_v1 SET (security_invoker = true);
ALTER VIEW serving.monthly_learner_reports_v1 SET (security_invoker = true);
ALTER VIEW serving.coaching_messages_v1 SET (security_invoker = true);
CREATE OR REPLACE VIEW serving.coaching_support_v1 WITH (security_invoker = true) AS
    SELECT user_id, resources, max(screened_at) AS shown_at, (array_agg(shown ORDER BY screened_at DESC))[1] AS text
    FROM warehouse.coaching_safety GROUP BY user_id, resources;

-- The parts of a brief, each the very text that it has in the brief. Grain: brief.
CREATE VIEW serving.brief_components_v1 WITH (security_invoker = true) AS
    SELECT user_id, week_of, outcome, generated_at, brief -> 'velocity' AS velocity,
           brief -> 'body_systems' AS systems, brief -> 'timeline' AS timeline, brief -> 'patterns' AS patterns,
           brief -> 'comparative' AS comparative, brief -> 'insights' AS insights
    FROM warehouse.weekly_health_briefs;

-- Grain: user; who never chose anything has what holds without a choice.
CREATE VIEW serving.preferences_v1 WITH (security_invoker = true) AS
    SELECT user_id,
           coalesce(weekly_brief_enabled, true) AS weekly_brief_enabled,
           coalesce(weekly_brief_frequency, 'weekly') AS weekly_brief_frequency,
           coalesce(intelligence_generation_enabled, true) AS intelligence_generation_enabled,
           coalesce(intelligence_generation_frequency, 'weekly') AS intelligence_generation_frequency,
           coalesce(intelligence_notification_enabled, true) AS intelligence_notification_enabled,
           last_brief_dismissed_at, coalesce(total_briefs_dismissed, 0) AS total_briefs_dismissed,
           avg_engagement_time, re_enabled_reason,
           (SELECT generated_at FROM warehouse.weekly_health_briefs AS brief
            WHERE brief.user_id = users.user_id ORDER BY week_of DESC LIMIT 1) AS last_intelligence_generated_at,
           coalesce(enable_coaching_messages, false) AS enable_coaching_messages,
           coalesce(frequency, 'daily') AS coaching_frequency,
           coalesce(time_preference, 'morning') AS coaching_time_preference,
           greatest(chosen.updated_at, coached.updated_at) AS updated_at
    FROM app.users
    LEFT JOIN app.user_preferences AS chosen USING (user_id)
    LEFT JOIN app.coaching_config AS coached USING (user_id);

-- Grain: brief. overlay_due: its turn by the chosen delivery, and never shown yet; dismissed for good = never.
CREATE VIEW serving.notification_state_v1 WITH (security_invoker = true) AS
    SELECT user_id, week_of, serving.brief_id(user_id, week_of) AS brief_id, brief.generated_at,
           state.first_shown_at, state.dismissed_at, coalesce(state.engagement_time, 0) AS engagement_time,
           coalesce(state.impressions, 0) AS impressions, coalesce(weekly_brief_enabled, true) AS weekly_brief_enabled,
           state.first_shown_at IS NULL AND coalesce(weekly_brief_enabled, true)
           AND CASE coalesce(weekly_brief_frequency, 'weekly')
                 WHEN 'weekly' THEN true
                 WHEN 'biweekly' THEN user_id % 2 = (week_of - DATE '0001-01-01' + 1) / 7 % 2
                 WHEN 'monthly' THEN extract(day FROM week_of) <= 7
                 ELSE false END AS overlay_due
    FROM warehouse.weekly_health_briefs AS brief
    LEFT JOIN app.notification_state AS state USING (user_id, week_of)
    LEFT JOIN app.user_preferences USING (user_id);

-- Briefs of many readers in one question, each looked up as that reader, so that the rules above hold for each alone.
-- A week NULL = the newest. place: of the reader in the array; no row where there is no brief.
CREATE FUNCTION serving.briefs_of(readers bigint[], weeks date[])
RETURNS TABLE (place integer, week_of date, body text, generated_at double precision) LANGUAGE plpgsql AS $$
BEGIN
    FOR number IN 1 .. cardinality(readers) LOOP
        PERFORM set_config('almanac.user_id', readers[number]::text, true);
        RETURN QUERY
            SELECT number, brief.week_of, brief.brief::text, extract(epoch FROM brief.generated_at)::double precision
            FROM serving.weekly_briefs_v1 AS brief
            WHERE brief.user_id = readers[number] AND (weeks[number] IS NULL OR brief.week_of = weeks[number])
            ORDER BY brief.week_of DESC
            LIMIT 1;
    END LOOP;
    PERFORM set_config('almanac.user_id', '', true);
END $$;

-- The same for who is only known by an external id.
CREATE FUNCTION serving.users_of(external_ids text[]) RETURNS TABLE (place integer, user_id bigint)
LANGUAGE plpgsql AS $$
BEGIN
    FOR number IN 1 .. cardinality(external_ids) LOOP
        PERFORM set_config('almanac.external_id', external_ids[number], true);
        RETURN QUERY
            SELECT number, person.user_id FROM serving.users_v1 AS person
            WHERE person.external_id = external_ids[number];
    END LOOP;
    PERFORM set_config('almanac.external_id', '', true);
END $$;

GRANT SELECT ON serving.brief_components_v1, serving.preferences_v1, serving.notification_state_v1 TO almanac_reader;

-- What the views show and no more; the schemas stay closed, so the role cannot even name these tables.
GRANT SELECT (user_id, external_id) ON app.users TO almanac_reader;
GRANT SELECT ON app.user_preferences, app.notification_state TO almanac_reader;
GRANT SELECT (user_id, enable_coaching_messages, frequency, time_preference, updated_at)
    ON app.coaching_config TO almanac_reader;
GRANT SELECT (user_id, week_of, outcome, headline, brief, generated_at)
    ON warehouse.weekly_health_briefs TO almanac_reader;
GRANT SELECT (user_id, month, outcome, report, chart, generated_at)
    ON warehouse.monthly_learner_reports TO almanac_reader;
GRANT SELECT (user_id, message_id, created_at, message_type, message_content, push_notification_text, scheduled_for,
              was_sent)
    ON warehouse.coaching_messages TO almanac_reader;
GRANT SELECT (user_id, resources, screened_at, shown) ON warehouse.coaching_safety TO almanac_reader;

-- ---------------------------------------------------------------- writing: events
-- Why an event is not taken, or NULL: each field's form by a path expression, then what hangs together.
CREATE FUNCTION app.event_problem(acting bigint, event jsonb) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce(CASE WHEN jsonb_typeof(event) <> 'object' THEN 'an event is a JSON object' END, (
        SELECT advice FROM (VALUES
            ('event_id', true,
             'strict $.event_id ? (@ like_regex "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$" flag "i")'::jsonpath,
             'event_id is a UUID that the device makes, one an event'),
            ('event', true,
             'strict $.event ? (@ == "intelligence_interaction" || @ == "brief_soft_dismissed" ||
              @ == "brief_permanently_disabled" || @ == "brief_re_enabled")',
             'event is one of intelligence_interaction, brief_soft_dismissed, brief_permanently_disabled, '
             'brief_re_enabled'),
            ('component', event ->> 'event' = 'intelligence_interaction',
             'strict $.component ? (@ like_regex "^[a-z][a-z_]{0,63}$")',
             'component is a name like weekly_brief: small letters and underscores, 64 at most'),
            ('action', event ->> 'event' = 'intelligence_interaction',
             'strict $.action ? (@ == "view" || @ == "dismiss" || @ == "expand" || @ == "action_taken")',
             'action is one of view, dismiss, expand, action_taken'),
            ('insight_key', false, 'strict $.insight_key ? (@ like_regex "^.{1,200}$")',
             'insight_key has 1 to 200 characters'),
            ('coaching_message_id', false,
             'strict $.coaching_message_id ? (@ like_regex "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$" flag "i")',
             'coaching_message_id is the message_id of a coaching message'),
            ('engagement_time', false, 'strict $.engagement_time ? (@ >= 0 && @ <= 86400)',
             'engagement_time is in seconds, 0 to 86400'),
            ('scroll_depth', false, 'strict $.scroll_depth ? (@ >= 0 && @ <= 1)', 'scroll_depth is a share, 0 to 1'),
            ('brief_week', event ->> 'event' IN ('brief_soft_dismissed', 'brief_permanently_disabled')
                           OR event ->> 'component' = 'weekly_brief',
             'strict $.brief_week ? (@ like_regex "^[0-9]{4}-[0-9]{2}-[0-9]{2}$")',
             'brief_week is the Monday of the brief, e.g. 2016-05-02'),
            ('user_segment', false, 'strict $.user_segment ? (@ == "power" || @ == "regular" || @ == "new")',
             'user_segment is one of power, regular, new'),
            ('occurred_at', false,
             'strict $.occurred_at ?
              (@ like_regex "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{5,15}(Z|[+-][0-9]{2}:?[0-9]{2})$")',
             'occurred_at is a moment with its offset, e.g. 2016-05-02T08:30:00Z'),
            ('reason', false, 'strict $.reason ? (@ like_regex "^.{1,200}$")', 'reason has 1 to 200 characters')
        ) AS rule (field, needed, form, advice)
        WHERE CASE WHEN event ? field THEN NOT event @? form ELSE coalesce(needed, false) END
        LIMIT 1
    ), CASE
        WHEN NOT pg_input_is_valid(event ->> 'brief_week', 'date') THEN 'brief_week is not a date'
        WHEN extract(isodow FROM (event ->> 'brief_week')::date) <> 1 THEN 'brief_week is not a Monday'
        WHEN NOT pg_input_is_valid(event ->> 'occurred_at', 'timestamptz') THEN 'occurred_at is not a moment'
        WHEN event ? 'coaching_message_id' AND NOT EXISTS (
            SELECT FROM warehouse.coaching_messages
            WHERE message_id = (event ->> 'coaching_message_id')::uuid AND user_id = acting AND was_sent)
            THEN 'coaching_message_id names no message of yours'
    END)
$$;

-- What new events of a user change; part of record_events, which holds the user's lock.
CREATE FUNCTION app.follow_events(acting bigint, fresh uuid[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    weeks CONSTANT date[] := ARRAY(
        SELECT DISTINCT brief_week FROM app.engagement_events
        WHERE user_id = acting AND event_id = ANY (fresh) AND component = 'weekly_brief' AND brief_week IS NOT NULL);
    before CONSTANT integer := (
        SELECT count(dismissed_at) FROM app.notification_state WHERE user_id = acting AND week_of = ANY (weeks));
    newly integer;
    switch app.engagement_events;
BEGIN
    INSERT INTO app.notification_state (
        user_id, week_of, brief_id, generated_at, first_shown_at, dismissed_at, engagement_time, impressions)
    SELECT acting, week_of, serving.brief_id(acting, week_of), min(generated_at), min(occurred_at),
           min(occurred_at) FILTER (WHERE action = 'dismiss' AND insight_key IS NULL),
           coalesce(sum(engagement_time), 0),
           greatest(count(*) FILTER (WHERE action = 'view' AND coalesce(engagement_time, 0) = 0),
                    least(count(*) FILTER (WHERE action = 'view'), 1))
    FROM app.engagement_events AS event
    JOIN warehouse.weekly_health_briefs AS brief ON brief.week_of = event.brief_week AND brief.user_id = acting
    WHERE event.user_id = acting AND component = 'weekly_brief' AND brief_week = ANY (weeks)
    GROUP BY week_of
    ON CONFLICT (user_id, week_of) DO UPDATE
    SET first_shown_at = excluded.first_shown_at, dismissed_at = excluded.dismissed_at,
        engagement_time = excluded.engagement_time, impressions = excluded.impressions;

    SELECT count(dismissed_at) - before INTO newly
    FROM app.notification_state WHERE user_id = acting AND week_of = ANY (weeks);
    IF newly > 0 THEN
        INSERT INTO app.user_preferences AS chosen (user_id, total_briefs_dismissed, last_brief_dismissed_at)
        SELECT acting, newly, max(dismissed_at)
        FROM app.notification_state WHERE user_id = acting AND week_of = ANY (weeks)
        ON CONFLICT (user_id) DO UPDATE
        SET total_briefs_dismissed = chosen.total_briefs_dismissed + newly,
            last_brief_dismissed_at = greatest(chosen.last_brief_dismissed_at, excluded.last_brief_dismissed_at);
    END IF;

    -- Dismissed when we learn of it: a week that was computed without it is computed so again.
    INSERT INTO app.insight_dismissals (user_id, insight_key)
    SELECT DISTINCT acting, insight_key FROM app.engagement_events
    WHERE user_id = acting AND event_id = ANY (fresh) AND action = 'dismiss' AND insight_key IS NOT NULL
    ON CONFLICT DO NOTHING;

    -- Of switching off and on, the latest on the user's clock holds, whichever came in first.
    SELECT * INTO switch FROM app.engagement_events
    WHERE user_id = acting AND event IN ('brief_permanently_disabled', 'brief_re_enabled')
    ORDER BY occurred_at DESC, received_at DESC, event_id LIMIT 1;
    IF switch.event_id = ANY (fresh) THEN
        PERFORM app.switch_brief(acting, switch.event = 'brief_re_enabled', coalesce(switch.reason, 'page_visit'));
    END IF;
END $$;

CREATE FUNCTION app.switch_brief(acting bigint, wanted boolean, reason text) RETURNS void LANGUAGE sql AS $$
    INSERT INTO app.user_preferences (user_id) VALUES (acting) ON CONFLICT DO NOTHING;
    UPDATE app.user_preferences
    SET weekly_brief_enabled = wanted, re_enabled_reason = CASE WHEN wanted THEN reason ELSE re_enabled_reason END
    WHERE user_id = acting AND weekly_brief_enabled <> wanted;
$$;

-- Takes 1 to 100 events of the acting user, each once, with all that follows from the new ones, or nothing at all.
-- Gives {"accepted": [event_id …], "known": [event_id …], "refused": [{"index", "event_id", "reason"} …]}.
CREATE FUNCTION app.record_events(events jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    acting CONSTANT bigint := serving.acting_user();
    fresh uuid[];
    answer jsonb;
BEGIN
    IF acting IS NULL THEN
        RAISE insufficient_privilege USING MESSAGE = 'almanac.user_id does not say whose events these are';
    ELSIF jsonb_typeof(events) IS DISTINCT FROM 'array' OR jsonb_array_length(events) NOT BETWEEN 1 AND 100 THEN
        RAISE invalid_parameter_value USING MESSAGE = 'events is a JSON array of 1 to 100 events';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('engagement'), hashint8(acting));  -- so that no count misses an event
    WITH sent AS (
        SELECT place - 1 AS index, '{"event": "intelligence_interaction"}' || jsonb_strip_nulls(event) AS event
        FROM jsonb_array_elements(events) WITH ORDINALITY AS listed (event, place)
    ), judged AS MATERIALIZED (
        SELECT index, event, app.event_problem(acting, event) AS problem FROM sent
    ), stored AS (
        INSERT INTO app.engagement_events (
            user_id, event_id, event, component, action, insight_key, coaching_message_id, engagement_time,
            scroll_depth, brief_week, user_segment, occurred_at, reason)
        SELECT acting, sound.* FROM judged CROSS JOIN LATERAL app.event_row(event) AS sound
        WHERE problem IS NULL ORDER BY index
        ON CONFLICT DO NOTHING
        RETURNING event_id
    ), taken AS (
        SELECT min(index) AS index, judged.event ->> 'event_id' AS event_id, stored.event_id IS NOT NULL AS is_new
        FROM judged LEFT JOIN stored ON stored.event_id::text = lower(judged.event ->> 'event_id')
        WHERE problem IS NULL GROUP BY 2, 3
    )
    SELECT (SELECT array_agg(event_id) FROM stored), jsonb_build_object(
        'accepted', (SELECT coalesce(jsonb_agg(event_id ORDER BY index) FILTER (WHERE is_new), '[]') FROM taken),
        'known', (SELECT coalesce(jsonb_agg(event_id ORDER BY index) FILTER (WHERE NOT is_new), '[]') FROM taken),
        'refused', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                        'index', index, 'event_id', event -> 'event_id', 'reason', problem) ORDER BY index), '[]')
                    FROM judged WHERE problem IS NOT NULL))
    INTO fresh, answer;
    PERFORM app.follow_events(acting, fresh) WHERE fresh IS NOT NULL;
    RETURN answer;
END $$;

-- A sound event as it is stored. A clock that runs ahead is taken back to the moment of arrival.
CREATE FUNCTION app.event_row(
    sent jsonb, OUT event_id uuid, OUT event text, OUT component text, OUT action text, OUT insight_key text,
    OUT coaching_message_id uuid, OUT engagement_time double precision, OUT scroll_depth double precision,
    OUT brief_week date, OUT user_segment text, OUT occurred_at timestamptz, OUT reason text
) LANGUAGE sql STABLE AS $$
    SELECT (sent ->> 'event_id')::uuid, kind,
           CASE WHEN of_brief THEN 'weekly_brief' ELSE sent ->> 'component' END,
           CASE WHEN NOT of_brief THEN sent ->> 'action' WHEN kind = 'brief_re_enabled' THEN 'action_taken'
                ELSE 'dismiss' END,
           CASE WHEN NOT of_brief THEN sent ->> 'insight_key' END,
           (sent ->> 'coaching_message_id')::uuid,
           round((sent ->> 'engagement_time')::numeric, 3)::double precision,
           round((sent ->> 'scroll_depth')::numeric, 4)::double precision,
           (sent ->> 'brief_week')::date, sent ->> 'user_segment',
           least((sent ->> 'occurred_at')::timestamptz, now()), sent ->> 'reason'
    FROM (SELECT sent ->> 'event', sent ->> 'event' <> 'intelligence_interaction') AS one (kind, of_brief)
$$;

-- ---------------------------------------------------------------- writing: preferences
-- Why a change is not taken; NULL = it is. Grain: name in the changes.
CREATE FUNCTION app.preference_problems(changes jsonb) RETURNS TABLE (name text, problem text)
LANGUAGE sql STABLE AS $$
    SELECT wanted.key,
           CASE WHEN form IS NULL THEN 'there is no such preference, or it is not for you to set'
                WHEN NOT wanted.value @? format('strict $ ? (%s)', form)::jsonpath THEN advice END
    FROM jsonb_each(changes) AS wanted LEFT JOIN (
        SELECT unnest(names), form, advice FROM (VALUES
            (ARRAY['weekly_brief_enabled', 'intelligence_generation_enabled', 'intelligence_notification_enabled',
                   'enable_coaching_messages'],
             '@ == true || @ == false', 'true or false'),
            (ARRAY['weekly_brief_frequency', 'intelligence_generation_frequency'],
             '@ == "weekly" || @ == "biweekly" || @ == "monthly" || @ == "never"',
             'one of weekly, biweekly, monthly, never'),
            (ARRAY['coaching_frequency'],
             '@ == "daily" || @ == "multipleTimesPerWeek" || @ == "onceAWeek"',
             'one of daily, multipleTimesPerWeek, onceAWeek'),
            (ARRAY['coaching_time_preference'], '@ == "morning" || @ == "afternoon" || @ == "evening"',
             'one of morning, afternoon, evening')
        ) AS listed (names, form, advice)
    ) AS known (name, form, advice) ON known.name = wanted.key
$$;

-- Sets what the acting user chose, all of it or nothing; names and values are those of serving.preferences_v1.
-- Gives {"changed": [name …], "refused": [{"name", "reason"} …]}: nothing is set where anything is refused.
CREATE FUNCTION app.set_preferences(changes jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    acting CONSTANT bigint := serving.acting_user();
    refused jsonb;
BEGIN
    IF acting IS NULL THEN
        RAISE insufficient_privilege USING MESSAGE = 'almanac.user_id does not say whose preferences these are';
    ELSIF jsonb_typeof(changes) IS DISTINCT FROM 'object' THEN
        RAISE invalid_parameter_value USING MESSAGE = 'changes is a JSON object of preferences';
    END IF;
    SELECT jsonb_agg(jsonb_build_object('name', name, 'reason', problem) ORDER BY name) INTO refused
    FROM app.preference_problems(changes) WHERE problem IS NOT NULL;
    IF refused IS NULL THEN
        PERFORM app.choose_briefs(acting, changes)
            WHERE changes ?| ARRAY['weekly_brief_enabled', 'weekly_brief_frequency', 'intelligence_generation_enabled',
                                   'intelligence_generation_frequency', 'intelligence_notification_enabled'];
        PERFORM app.choose_coaching(acting, changes)
            WHERE changes ?| ARRAY['enable_coaching_messages', 'coaching_frequency', 'coaching_time_preference'];
    END IF;
    RETURN jsonb_build_object(
        'changed', CASE WHEN refused IS NULL THEN to_jsonb(ARRAY(SELECT jsonb_object_keys(changes))) ELSE '[]' END,
        'refused', coalesce(refused, '[]'));
END $$;

-- A choice that changes nothing leaves no history.
CREATE FUNCTION app.choose_briefs(acting bigint, changes jsonb) RETURNS void LANGUAGE sql AS $$
    INSERT INTO app.user_preferences (user_id) VALUES (acting) ON CONFLICT DO NOTHING;
    UPDATE app.user_preferences AS chosen
    SET weekly_brief_enabled = wanted.weekly_brief_enabled,
        weekly_brief_frequency = wanted.weekly_brief_frequency,
        intelligence_generation_enabled = wanted.intelligence_generation_enabled,
        intelligence_generation_frequency = wanted.intelligence_generation_frequency,
        intelligence_notification_enabled = wanted.intelligence_notification_enabled,
        re_enabled_reason = CASE WHEN wanted.weekly_brief_enabled AND NOT chosen.weekly_brief_enabled
                                 THEN 'preferences' ELSE chosen.re_enabled_reason END
    FROM app.user_preferences AS stands CROSS JOIN LATERAL jsonb_populate_record(stands, changes) AS wanted
    WHERE chosen.user_id = acting AND stands.user_id = acting AND wanted IS DISTINCT FROM stands;
$$;

-- Who only says when, and was never coached, is not coached for that.
CREATE FUNCTION app.choose_coaching(acting bigint, changes jsonb) RETURNS void LANGUAGE sql AS $$
    INSERT INTO app.coaching_config AS chosen (user_id, enable_coaching_messages, frequency, time_preference)
    SELECT acting, coalesce((changes ->> 'enable_coaching_messages')::boolean, enable_coaching_messages, false),
           coalesce(changes ->> 'coaching_frequency', frequency, 'daily'),
           coalesce(changes ->> 'coaching_time_preference', time_preference, 'morning')
    FROM (SELECT) AS always LEFT JOIN app.coaching_config ON user_id = acting
    ON CONFLICT (user_id) DO UPDATE
    SET enable_coaching_messages = excluded.enable_coaching_messages, frequency = excluded.frequency,
        time_preference = excluded.time_preference, updated_at = now();
$$;

-- ---------------------------------------------------------------- who may call them
-- As almanac_reader in 0002: the role may be there already.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'almanac_app_writer') THEN
        CREATE ROLE almanac_app_writer NOLOGIN;
    END IF;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;
END $$;

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA app FROM PUBLIC;
GRANT USAGE ON SCHEMA app TO almanac_app_writer;
GRANT EXECUTE ON FUNCTION app.record_events, app.set_preferences TO almanac_app_writer;
