"""The connection: what a process has once, for all tenants (ADR S9).

Two pools of threads keep the event loop free: a few long transfers, and many short calls that
need not wait behind them.
"""

import asyncio
import contextvars
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Self, TypeVar
from uuid import UUID

from triflow_storage.errors import MisconfiguredError
from triflow_storage.explain import explained
from triflow_storage.keys import Environment
from triflow_storage.objects import Objects
from triflow_storage.sessions import TenantSessions
from triflow_storage.urls import Signer, check_lifetime

Answer = TypeVar("Answer")

REGION = "ap-northeast-2"
CALLS = 16
# An upload of unknown size holds up to about 60 MB, so four hold 240 of a task's 1,536 MB.
TRANSFERS = 4
BUCKET, ROLE, ENVIRONMENT = (
    "TRIFLOW_STORAGE_BUCKET",
    "TRIFLOW_STORAGE_TENANT_ROLE_ARN",
    "TRIFLOW_STORAGE_ENVIRONMENT",
)


class Connection:
    """The bucket, the tenant role and the threads; make one per process, close it at the end."""

    def __init__(
        self,
        bucket: str,
        tenant_role_arn: str,
        environment: Environment | str,
        *,
        region: str = REGION,
        sessions: TenantSessions | None = None,
    ) -> None:
        self.environment = Environment(environment)
        self.sessions = sessions or TenantSessions(tenant_role_arn, region)
        self._bucket = bucket
        self._role = tenant_role_arn.rpartition("/")[2]
        self._calls = ThreadPoolExecutor(CALLS, "storage-call")
        self._transfers = ThreadPoolExecutor(TRANSFERS, "storage-transfer")

    @classmethod
    def from_environment(cls) -> Self:
        """The connection that the three TRIFLOW_STORAGE_ variables describe."""
        missing = [name for name in (BUCKET, ROLE, ENVIRONMENT) if not os.environ.get(name)]
        if missing:
            raise MisconfiguredError(
                f"{', '.join(missing)} is not set.",
                "Set it in the task definition; the values are outputs of the stack.",
            )
        if os.environ[ENVIRONMENT] not in set(Environment):
            raise MisconfiguredError(
                f"{ENVIRONMENT} is {os.environ[ENVIRONMENT]!r}.", "Set it to prod, staging or dev."
            )
        return cls(os.environ[BUCKET], os.environ[ROLE], os.environ[ENVIRONMENT])

    def tenant(self, tenant_id: UUID) -> Objects:
        """The bucket as this tenant's role sees it; its first call assumes the role. Blocks."""
        return Objects(self.sessions.session(tenant_id).client, self._bucket, self._role)

    def signer(self, tenant_id: UUID, lifetime: timedelta) -> Signer:
        """What signs the tenant's URLs, with a session that lasts as long. Blocks."""
        check_lifetime(lifetime)
        with explained("a URL", self._role):
            session = self.sessions.lasting(tenant_id, lifetime)
        objects = Objects(session.client, self._bucket, self._role)
        return Signer(objects, lifetime, min(self.sessions.clock() + lifetime, session.ends_at))

    def shared(self) -> Objects:
        """The bucket as this process's own role sees it."""
        return Objects(self.sessions.own_client(), self._bucket, "this process's role")

    async def call(self, work: Callable[[], Answer]) -> Answer:
        """Run a short blocking call in a thread; the caller's context variables go with it."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._calls, contextvars.copy_context().run, work)

    async def transfer(self, work: Callable[[], Answer], stop: Callable[[], None]) -> Answer:
        """Run a long transfer in a thread; cancelled, `stop` it and wait until it has ended."""
        job = self._transfers.submit(contextvars.copy_context().run, work)
        running = asyncio.wrap_future(job)
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            stop()
            # Whoever goes on sooner could meet the parts that are still being aborted.
            if not job.cancel():
                await asyncio.gather(running, return_exceptions=True)
            raise

    def close(self) -> None:
        """Wait for what runs, drop what waits; calls after this fail."""
        for pool in (self._calls, self._transfers):
            pool.shutdown(cancel_futures=True)
