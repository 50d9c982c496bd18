"""Coaching messages: due by each user's own clock, worth sending, safe.

Grain: user and hourly tick. Tables: warehouse.coaching_schedule (whose message is due when),
warehouse.coaching_messages (every attempt), warehouse.coaching_safety (what the screen held back), and
app.journal_entries for the messages that were sent. DAG: hourly_coaching.
"""
