-- Texts written by a model. Money is in US dollars.
CREATE SCHEMA llm;

-- Which writer a job uses, and what it may spend. No row = template, offline and free.
CREATE TABLE llm.writer_settings (
    job_name     text PRIMARY KEY,
    writer       text NOT NULL CHECK (writer IN ('template', 'messages', 'batches')),
    models       text[] NOT NULL CHECK (cardinality(models) > 0),  -- the ladder, the first is asked first
    run_cap_usd  numeric NOT NULL CHECK (run_cap_usd >= 0),
    day_cap_usd  numeric NOT NULL CHECK (day_cap_usd >= 0),        -- of all runs of one UTC day
    in_flight    integer NOT NULL CHECK (in_flight > 0),           -- calls at once, at most
    experiment   jsonb,          -- {"name": …, "variants": {variant: prompt version}}; NULL = none
    queue_limit  integer NOT NULL CHECK (queue_limit > 0),  -- requests in unfinished batches
    updated_at   timestamptz NOT NULL DEFAULT now()
);

-- What a run wants written. Grain: run and facts; users with equal facts share a text.
CREATE TABLE llm.requests (
    run_id          bigint NOT NULL,
    facts_key       text NOT NULL,           -- hash of the facts, the prompt and the schema
    user_id         bigint NOT NULL,         -- the first with these facts
    prompt_version  text NOT NULL,
    facts           text NOT NULL,           -- the document that the model is shown
    rung            smallint NOT NULL DEFAULT 0,     -- place in the ladder of models
    attempt         smallint NOT NULL DEFAULT 0,     -- 1 = asked once more, with the reason
    failures        smallint NOT NULL DEFAULT 0,     -- free failures on this rung (rate limits, outages)
    refused_text    text,                            -- the text that the second attempt has to mend
    problems        json,                            -- why it was refused
    status          text NOT NULL DEFAULT 'pending'
        CHECK (status IN ('pending', 'sent', 'answered', 'fallen')),
    reason          text,                            -- why it left its last rung
    not_before      timestamptz NOT NULL DEFAULT 'epoch',
    PRIMARY KEY (run_id, facts_key)
);
CREATE INDEX requests_pending ON llm.requests (run_id, rung, not_before) WHERE status = 'pending';

-- The ledger of answers: valid and grounded texts, kept for good. Grain: facts and model.
CREATE TABLE llm.answers (
    facts_key       text NOT NULL,
    model           text NOT NULL,
    prompt_version  text NOT NULL,
    answer          json NOT NULL,
    call_id         bigint NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (facts_key, model)
);

-- The other half of the ledger: facts on which a model failed with both its attempts, or which it refused.
-- A re-run does not pay to learn it again. Grain: facts and model.
CREATE TABLE llm.dead_ends (
    facts_key   text NOT NULL,
    model       text NOT NULL,
    reason      text NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (facts_key, model)
);

-- Batches of the provider. building: being written down, the provider knows nothing of it · sending: the
-- provider has been asked, nobody knows yet · never_created: it has been asked, and has no such batch.
CREATE TABLE llm.batches (
    batch_id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job_name      text NOT NULL,
    run_id        bigint NOT NULL,
    provider_id   text UNIQUE,
    status        text NOT NULL DEFAULT 'building'
        CHECK (status IN ('building', 'sending', 'submitted', 'collected', 'never_created')),
    requests      integer NOT NULL DEFAULT 0,
    bytes         bigint NOT NULL DEFAULT 0,
    created_at    timestamptz NOT NULL DEFAULT now(),
    sent_at       timestamptz,
    collected_at  timestamptz
);
CREATE INDEX batches_open ON llm.batches (run_id) WHERE status IN ('building', 'sending', 'submitted');

-- Every paid call, written down before it is made. Grain: call.
-- sent: nobody knows yet · answered: paid, good · refused: paid, of no use · free: failed, costs nothing ·
-- lost: the answer never came; counts as spent and is not asked again in the run.
CREATE TABLE llm.calls (
    call_id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id              bigint NOT NULL,
    facts_key           text NOT NULL,
    user_id             bigint NOT NULL,
    model               text NOT NULL,
    prompt_version      text NOT NULL,
    attempt             smallint NOT NULL,
    batch_id            bigint REFERENCES llm.batches,     -- NULL = a message of its own
    day                 date NOT NULL,                     -- whose cap it counts against
    status              text NOT NULL DEFAULT 'sent'
        CHECK (status IN ('sent', 'answered', 'refused', 'free', 'lost')),
    reason              text,
    reserved_usd        numeric NOT NULL,
    cost_usd            numeric NOT NULL DEFAULT 0,
    input_tokens        integer,
    output_tokens       integer,
    cache_read_tokens   integer,
    cache_write_tokens  integer,
    latency_ms          integer,
    created_at          timestamptz NOT NULL DEFAULT now(),
    settled_at          timestamptz
);
-- Nothing is sent twice in a run: the second wall behind the states of llm.requests.
CREATE UNIQUE INDEX calls_once ON llm.calls (run_id, facts_key, model, attempt) WHERE status <> 'free';
CREATE INDEX calls_batch ON llm.calls (batch_id) WHERE batch_id IS NOT NULL;
CREATE INDEX calls_unsettled ON llm.calls (run_id) WHERE status = 'sent';
CREATE INDEX calls_user ON llm.calls (user_id);

-- Caps. spent + reserved never exceeds cap. Grain: 'run:<id>' or 'day:<date>'.
CREATE TABLE llm.budgets (
    scope         text PRIMARY KEY,
    cap_usd       numeric NOT NULL,
    reserved_usd  numeric NOT NULL DEFAULT 0,
    spent_usd     numeric NOT NULL DEFAULT 0
);

ALTER TABLE warehouse.weekly_health_briefs
    ADD COLUMN writer_reason text,   -- why the first writer's text is not here; NULL = it is
    ADD COLUMN variant text;         -- of the experiment
