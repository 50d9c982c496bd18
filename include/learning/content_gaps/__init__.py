"""Content gaps: what learners looked for in a week and did not find, by term.

Grain: (week_of, term), the seven days (UTC) before that Monday. Source: app.searches with no result.
Table: warehouse.content_gaps. DAG: content_gaps (Monday 03:30 UTC). A week's rows are replaced in one
transaction.

A single person's search may be personal. So nothing that only one learner wrote is ever kept: a term is
what at least two learners wrote (once its spelling is made plain), and so is its example. Near spellings
are added to such a term's counts, but not shown.
"""
