# Airflow with the project in it, in the layout that Astro's tools expect. The local demo does not use
# this image: it runs from wheels. The read API has its own, much smaller one in api/.
FROM apache/airflow:3.3.2-python3.11
COPY requirements.txt /
RUN pip install --no-cache-dir -r /requirements.txt
COPY --chown=airflow:root . /opt/airflow/
ENV PYTHONPATH=/opt/airflow \
    AIRFLOW__CORE__LOAD_EXAMPLES=False \
    AIRFLOW__CORE__MP_FORKSERVER_PRELOAD=include.orchestration.preload \
    AIRFLOW__SCHEDULER__MP_START_METHOD=forkserver \
    AIRFLOW__USAGE_DATA_COLLECTION__ENABLED=False
