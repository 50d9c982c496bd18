"""The read API: serves the bytes that the batches have published. Computes nothing; of its readers it takes
events and preferences.

A process and an image of its own, without Airflow: `uvicorn api.main:app`.
"""
