"""How many calls at once, and when to stop calling: the provider's headers and a circuit breaker."""

from dataclasses import dataclass, field

from include.llm.ladder import SIGNS_OF_OUTAGE
from include.llm.models import Outcome, Result

OPENS_AFTER = 25  # failures in a row; with 30 % failing by chance that happens once in 10¹³ calls
LEAST_PAUSE_S = 1.0


@dataclass
class Pace:
    """Room for calls: halved when the provider says too many, then one more for each full round that went well."""

    most: int
    limit: float = field(init=False)
    quiet_until: float = 0.0  # monotonic seconds

    def __post_init__(self) -> None:
        self.limit = float(self.most)

    def room(self, in_flight: int, now: float) -> int:
        """How many more may be sent at this moment."""
        return 0 if now < self.quiet_until else max(int(self.limit) - in_flight, 0)

    def learn(self, result: Result, now: float) -> None:
        """Take in what the provider said."""
        if result.outcome is Outcome.RATE_LIMITED:
            if now >= self.quiet_until:  # the calls of one burst are one lesson
                self.limit = max(self.limit / 2, 1.0)
            self.be_quiet(now + max(result.retry_after_s or 0.0, LEAST_PAUSE_S))
        else:
            self.limit = min(self.limit + 1.0 / self.limit, float(self.most))
            if result.retry_after_s:
                self.be_quiet(now + result.retry_after_s)

    def be_quiet(self, until: float) -> None:
        """Send nothing before this moment."""
        self.quiet_until = max(self.quiet_until, until)


@dataclass
class Breaker:
    """Opens for the rest of the run when a model does nothing but fail."""

    in_a_row: int = 0
    is_open: bool = False  # and stays so: a late answer of a call on the way does not close it

    def learn(self, outcome: Outcome) -> None:
        """Count failures; anything that the model answered starts the count anew."""
        if outcome in SIGNS_OF_OUTAGE:
            self.in_a_row += 1
            self.is_open = self.is_open or self.in_a_row >= OPENS_AFTER
        elif outcome is not Outcome.RATE_LIMITED:
            self.in_a_row = 0
