"""Leaderboards: who answered most in a week or a month, fairly ranked, frozen and rebuildable.

Grain: learner and board. Tables: warehouse.weekly_leaderboard, warehouse.monthly_leaderboard, and their
headers in warehouse.leaderboards. DAGs: weekly_leaderboard with its closing and restating runs,
monthly_leaderboard, refresh_leaderboards.
"""
