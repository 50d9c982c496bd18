"""Calibration: how messages were taken, by the effectiveness that was predicted for them.

Grain: week (Monday to Sunday in UTC, named by the Monday after) and predicted rating. Source:
warehouse.coaching_messages that were sent, app.engagement_events of the component coaching_message within 72 hours.
Table: warehouse.coaching_calibration. DAG: coaching_calibration (Monday 04:00 UTC, for the week before the last).
"""
