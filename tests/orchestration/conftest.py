"""Tests of the Airflow glue, with an Airflow home of their own."""

from tests.airflow_home import use_temporary_airflow

use_temporary_airflow()
