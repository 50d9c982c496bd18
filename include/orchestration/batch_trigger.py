"""Wait for message batches without a worker's slot."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from typing import Any

from airflow.triggers.base import BaseTrigger, TriggerEvent

from include.orchestration.resources import async_anthropic

FIRST_LOOK_S, LONGEST_BREAK_S = 2.0, 60.0


class BatchEnded(BaseTrigger):
    """Fires when one of the batches has ended, or when it is time to look at everything again.

    It only looks. Killed, restarted or started twice, it changes nothing at the provider: a batch is
    never cancelled because somebody stopped waiting for it.
    """

    def __init__(self, provider_ids: Sequence[str], seconds: float) -> None:
        super().__init__()
        self.provider_ids, self.seconds = list(provider_ids), seconds

    def serialize(self) -> tuple[str, dict[str, Any]]:
        return (
            f"{type(self).__module__}.{type(self).__qualname__}",
            {"provider_ids": self.provider_ids, "seconds": self.seconds},
        )

    async def run(self) -> AsyncIterator[TriggerEvent]:
        until, pause = time.monotonic() + self.seconds, FIRST_LOOK_S
        client = (await async_anthropic()).with_options(max_retries=0)
        ended = False
        while not ended and time.monotonic() < until:
            await asyncio.sleep(min(pause, max(until - time.monotonic(), 0.0)))
            pause = min(pause * 1.5, LONGEST_BREAK_S)
            ended = await self._any_ended(client)
            if not self.provider_ids:
                break  # nothing runs: what failed may be tried again
        yield TriggerEvent({"ended": ended})

    async def _any_ended(self, client: Any) -> bool:
        from include.llm.client import trouble

        for provider_id in self.provider_ids:
            try:
                batch = await client.messages.batches.retrieve(provider_id)
            except trouble():
                continue  # looked at again after the break
            if batch.processing_status == "ended":
                return True
        return False
