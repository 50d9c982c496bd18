-- All the tables of a job at once, so that the swap itself never waits.
LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE
