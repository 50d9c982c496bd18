"""Parts of benchmarks/api.py: the peers, the load, the people and their briefs."""
