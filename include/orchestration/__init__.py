"""The only Airflow glue: resources from connections, periods from contexts, the tasks of a batch."""
