"""What every batch shares: runs and leases, shards, staging, verification, publication, retries.

A domain describes itself as a `BatchJob` (job.py); `stages.py` walks it through
plan → process → verify → repair → publish → warm → close. Tables: ops.*, staging.*.
"""
