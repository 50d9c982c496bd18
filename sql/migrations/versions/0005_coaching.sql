-- Whether a batch is switched on for a user: one rule for every statement. No flag = everybody. Buckets as in
-- include/batch/flags.py.
CREATE FUNCTION ops.is_rolled_out(job text, id bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce((
        SELECT CASE state
            WHEN 'all' THEN true
            WHEN 'listed' THEN id = ANY (listed)
            WHEN 'percent' THEN ('x' || substr(md5(flag || ':' || id), 1, 8))::bit(32)::bigint % 100 < percent
            ELSE false END
        FROM ops.feature_flags WHERE flag = job), true)
$$;

-- ---------------------------------------------------------------- app: the source
-- A user's coaching settings, as the app has them (coachingConfig). Opting out is enable_coaching_messages = false.
CREATE TABLE app.coaching_config (
    user_id                   bigint PRIMARY KEY REFERENCES app.users,
    enable_coaching_messages  boolean NOT NULL DEFAULT true,
    frequency                 text NOT NULL DEFAULT 'daily'
        CHECK (frequency IN ('daily', 'multipleTimesPerWeek', 'onceAWeek')),
    time_preference           text NOT NULL DEFAULT 'morning'
        CHECK (time_preference IN ('morning', 'afternoon', 'evening')),
    updated_at                timestamptz NOT NULL DEFAULT now()
);

-- Dated free text of a user, and the coaching messages among it. Grain: entry. The app gives entry_id, so an
-- entry that is sent again is the same row.
CREATE TABLE app.journal_entries (
    user_id              bigint NOT NULL REFERENCES app.users,
    entry_id             uuid NOT NULL,
    written_at           timestamptz NOT NULL,
    local_day            date NOT NULL,                 -- the writer's own calendar
    source               text NOT NULL DEFAULT 'user' CHECK (source IN ('user', 'coaching')),
    body                 text NOT NULL,
    coaching_message_id  uuid UNIQUE,                   -- the message that this entry is, or NULL
    import_id            bigint,
    stored_at            timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, entry_id),
    CHECK ((source = 'coaching') = (coaching_message_id IS NOT NULL))
);
CREATE INDEX journal_entries_user_time ON app.journal_entries (user_id, written_at DESC);

-- What users did with what they were shown. Grain: event of a device; a resent event is the same row.
CREATE TABLE app.engagement_events (
    user_id              bigint NOT NULL REFERENCES app.users,
    event_id             uuid NOT NULL,
    component            text NOT NULL,                 -- e.g. weekly_brief, patterns, coaching_message
    action               text NOT NULL CHECK (action IN ('view', 'dismiss', 'expand', 'action_taken')),
    insight_key          text,
    coaching_message_id  uuid,
    engagement_time      double precision,              -- seconds
    scroll_depth         double precision CHECK (scroll_depth BETWEEN 0 AND 1),
    brief_week           date,
    user_segment         text CHECK (user_segment IN ('power', 'regular', 'new')),
    occurred_at          timestamptz NOT NULL,
    received_at          timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, event_id)
);
CREATE INDEX engagement_events_message ON app.engagement_events (coaching_message_id)
    WHERE coaching_message_id IS NOT NULL;
CREATE INDEX engagement_events_arrival ON app.engagement_events USING brin (received_at);

-- ---------------------------------------------------------------- warehouse: coaching
-- When a user's next message is due. Grain: user who ever had coaching settings. Written by the coaching batch;
-- only `enabled` follows the settings by itself, at once, and a changed plan empties next_due_at, so that the next
-- tick plans anew. tick = the one that planned last.
CREATE TABLE warehouse.coaching_schedule (
    user_id           bigint PRIMARY KEY,
    enabled           boolean NOT NULL,
    next_due_at       timestamptz,          -- nextCoachingMessageDue; NULL = to be planned (bootstrap)
    last_message_day  date,                 -- local day of the last message: never two on one
    failures          smallint NOT NULL DEFAULT 0,  -- in a row
    tries             smallint NOT NULL DEFAULT 0,  -- on tries_day
    tries_day         date,                 -- local
    outcome           text,                 -- of the last tick: see include/coaching/models.py
    tick              timestamptz,
    run_id            bigint,
    claimed_by        bigint                -- the run that works for the user now; void when its lease is
) WITH (fillfactor = 80);
-- What makes a tick cost what is due, however many users there are.
CREATE INDEX coaching_schedule_due ON warehouse.coaching_schedule (next_due_at) WHERE enabled;
CREATE INDEX coaching_schedule_unplanned ON warehouse.coaching_schedule (user_id)
    WHERE enabled AND next_due_at IS NULL;

CREATE FUNCTION app.follow_new_coaching_config() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO warehouse.coaching_schedule (user_id, enabled)
    SELECT user_id, enable_coaching_messages FROM changed
    ON CONFLICT (user_id) DO UPDATE SET enabled = excluded.enabled, next_due_at = NULL, claimed_by = NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER follow_new AFTER INSERT ON app.coaching_config
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION app.follow_new_coaching_config();

-- An update that changes nothing plans nothing anew.
CREATE FUNCTION app.follow_changed_coaching_config() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE warehouse.coaching_schedule AS plan
    SET enabled = changed.enable_coaching_messages, next_due_at = NULL, claimed_by = NULL
    FROM changed JOIN before USING (user_id)
    WHERE plan.user_id = changed.user_id
      AND (changed.enable_coaching_messages, changed.frequency, changed.time_preference)
          IS DISTINCT FROM (before.enable_coaching_messages, before.frequency, before.time_preference);
    RETURN NULL;
END $$;
CREATE TRIGGER follow_change AFTER UPDATE ON app.coaching_config
    REFERENCING OLD TABLE AS before NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION app.follow_changed_coaching_config();

-- Every attempt at a message, sent or not. Grain: user, tick and attempt (1 = first, 2 = revised).
CREATE TABLE warehouse.coaching_messages (
    user_id                 bigint NOT NULL,          -- uid
    tick                    timestamptz NOT NULL,
    generation_attempt      smallint NOT NULL,
    message_id              uuid NOT NULL,            -- follows from the key: a re-run names it the same
    message_type            text NOT NULL CHECK (message_type IN (
        'check_in', 'encouragement', 'challenge', 'reminder', 'alignment_reflection', 'general_reflection',
        'personal_insight', 'relevant_lesson')),
    type_reason             text NOT NULL,            -- why this type: a code of include/coaching
    subject                 text,                     -- what it is about: an insight_key or 'theme:…'; for variety
    message_content         text NOT NULL,
    push_notification_text  text NOT NULL CHECK (length(push_notification_text) BETWEEN 1 AND 120),
    effectiveness_rating    smallint CHECK (effectiveness_rating BETWEEN 1 AND 10),
    recommended_action      text CHECK (recommended_action IN ('SEND_MESSAGE', 'SKIP_MESSAGE', 'REVISE_MESSAGE')),
    was_sent                boolean NOT NULL,
    failure_reason          text,                     -- NULL where sent
    journal_entry_id        uuid,                     -- the entry that shows it, where sent
    context_used            json NOT NULL,            -- what was looked at: ids, counts and sizes, no text
    user_timezone           text NOT NULL,
    user_time_preference    text NOT NULL,
    scheduled_for           timestamptz NOT NULL,     -- when it was due
    send_before             timestamptz NOT NULL,     -- end of the window: a notice after it is worth nothing
    local_day               date NOT NULL,
    writer                  text NOT NULL,            -- template, or the model
    writer_reason           text,                     -- why not the first model; NULL = it is
    simulator               text NOT NULL,            -- rules, or the model
    prompt_version          text NOT NULL,
    variant                 text,
    cost_usd                numeric(12, 6) NOT NULL DEFAULT 0,
    code_version            text NOT NULL,
    run_id                  bigint NOT NULL,
    created_at              timestamptz NOT NULL,
    updated_at              timestamptz NOT NULL,
    PRIMARY KEY (user_id, tick, generation_attempt),
    CHECK (was_sent = (failure_reason IS NULL)),
    CHECK (was_sent = (journal_entry_id IS NOT NULL))
);
CREATE UNIQUE INDEX coaching_messages_once_a_day ON warehouse.coaching_messages (user_id, local_day) WHERE was_sent;
CREATE INDEX coaching_messages_newest ON warehouse.coaching_messages (user_id, created_at DESC);
CREATE UNIQUE INDEX coaching_messages_id ON warehouse.coaching_messages (message_id);
CREATE INDEX coaching_messages_tick ON warehouse.coaching_messages USING brin (tick);  -- a week of all users

-- What the screen held back, and that resources were shown instead. Grain: user, tick and place. No text is kept.
CREATE TABLE warehouse.coaching_safety (
    user_id         bigint NOT NULL,
    tick            timestamptz NOT NULL,
    place           text NOT NULL,                    -- 'entry:<id>' before the writing, 'message:<attempt>' after
    category        text NOT NULL,
    local_day       date NOT NULL,
    resources       text NOT NULL,                    -- the version of the list that was shown
    screen_version  text NOT NULL,
    run_id          bigint NOT NULL,
    screened_at     timestamptz NOT NULL,
    PRIMARY KEY (user_id, tick, place)
);

-- Predicted effectiveness against what followed. Grain: week of the messages and predicted rating.
CREATE TABLE warehouse.coaching_calibration (
    week_of          date NOT NULL,                   -- the Monday after
    rating           smallint NOT NULL,
    messages         integer NOT NULL,
    opened           integer NOT NULL,
    answered         integer NOT NULL,
    dismissed        integer NOT NULL,
    run_id           bigint NOT NULL,
    PRIMARY KEY (week_of, rating)
);

-- ---------------------------------------------------------------- serving
CREATE VIEW serving.coaching_messages_v1 AS
    SELECT user_id, message_id, created_at, message_type, message_content, push_notification_text, scheduled_for
    FROM warehouse.coaching_messages WHERE was_sent;

CREATE VIEW serving.coaching_support_v1 AS
    SELECT user_id, resources, max(screened_at) AS shown_at FROM warehouse.coaching_safety
    GROUP BY user_id, resources;

GRANT SELECT ON serving.coaching_messages_v1, serving.coaching_support_v1 TO almanac_reader;

INSERT INTO ops.feature_flags (flag, state) VALUES ('hourly_coaching', 'all');
