-- Grain: one row per source row; of several copies of an event the one that was received first counts.
CREATE TEMPORARY TABLE incoming_engagement_events (
    position             bigint GENERATED ALWAYS AS IDENTITY,
    external_id          text NOT NULL,
    event_id             uuid NOT NULL,
    component            text NOT NULL,
    action               text NOT NULL,
    insight_key          text,
    coaching_message_id  uuid,
    engagement_time      double precision,
    scroll_depth         double precision,
    brief_week           date,
    user_segment         text,
    occurred_at          timestamptz NOT NULL,
    received_at          timestamptz NOT NULL
) ON COMMIT DROP
