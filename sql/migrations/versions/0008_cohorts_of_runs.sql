-- Several runs of a week may have summaries side by side; a publication keeps its own.
ALTER TABLE ops.cohort_summaries DROP CONSTRAINT cohort_summaries_pkey;
ALTER TABLE ops.cohort_summaries ADD PRIMARY KEY (week_of, run_id, cohort, metric);
