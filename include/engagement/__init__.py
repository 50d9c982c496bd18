"""Engagement: how each week's brief and its pages were read.

Grain: user and week of the brief. Source: app.engagement_events, which app.record_events writes for the read API
together with what follows at once (notification state, dismissals, switching off and on). Tables:
warehouse.intelligence_analytics, and avg_engagement_time of app.user_preferences. DAG: engagement_analytics
(Monday 00:30 UTC). A row is always made from all events of its user and week, so late ones only complete it.
"""
