-- Grain: one row per source row; the highest position of a user's day and test wins.
CREATE TEMPORARY TABLE incoming_lab_results (
    position     bigint GENERATED ALWAYS AS IDENTITY,
    external_id  text NOT NULL,
    taken_on     date NOT NULL,
    test         text NOT NULL,
    value        double precision NOT NULL,
    unit         text NOT NULL,
    ref_low      double precision,
    ref_high     double precision
) ON COMMIT DROP
