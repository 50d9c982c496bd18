"""The judging of a board's run in a process that has imported nothing else, as its task does.

python -m benchmarks.judging URL RUN_ID
"""

import sys

from include.batch import runs, stages
from include.core.db import connect
from include.leaderboard.job import WEEKLY_JOB


def main() -> None:
    url, run_id = sys.argv[1:]
    with connect(url) as connection:
        run = runs.load_run(connection, int(run_id))
        judged = stages.judge(connection, url, WEEKLY_JOB, run, runs.request_of(run))
    assert not judged.blocked, judged


if __name__ == "__main__":
    main()
