"""Credentials: one S3 client per tenant, signed by the tenant role (ADR S8, S9).

The task role assumes the tenant role with the session tag `tenant_id`; the role's policy reads the
tag. A client assumes on its first call and again a quarter of an hour before its session ends.

Left alone: closing the client that is pushed out, since another thread may still be using it;
its sockets close when the last of these threads lets go of it.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, cast
from uuid import UUID

import botocore.session
from botocore.client import BaseClient
from botocore.config import Config
from botocore.credentials import Credentials, DeferredRefreshableCredentials

# The task role is assumed itself, and AWS ends a session of a chain of roles after one hour.
SESSION = timedelta(hours=1)
# A session younger than this is not replaced for the sake of a longer URL.
YOUNG = timedelta(minutes=5)
# A client takes about 0.5 MB; a task has 1,536 MB for the application (ADR C10).
TENANT_CLIENTS = 128


class S3(Protocol):
    """The calls this package makes, and so the actions that its roles need."""

    def put_object(self, **request: object) -> dict[str, Any]:
        """s3:PutObject and, for the tag, s3:PutObjectTagging."""

    def create_multipart_upload(self, **request: object) -> dict[str, Any]:
        """s3:PutObject, s3:PutObjectTagging."""

    def complete_multipart_upload(self, **request: object) -> dict[str, Any]:
        """s3:PutObject; what is given up on needs s3:AbortMultipartUpload."""

    def copy_object(self, **request: object) -> dict[str, Any]:
        """s3:GetObject or s3:GetObjectVersion of the source, s3:PutObject, s3:PutObjectTagging."""

    def get_object(self, **request: object) -> dict[str, Any]:
        """s3:GetObject, or s3:GetObjectVersion with a version."""

    def head_object(self, **request: object) -> dict[str, Any]:
        """s3:GetObject, or s3:GetObjectVersion with a version."""

    def delete_object(self, **request: object) -> dict[str, Any]:
        """s3:DeleteObject; versions are never deleted here."""

    def list_objects_v2(self, **request: object) -> dict[str, Any]:
        """s3:ListBucket under the owner's prefix."""

    def list_object_versions(self, **request: object) -> dict[str, Any]:
        """s3:ListBucketVersions under the owner's prefix."""

    def generate_presigned_url(self, **request: object) -> str:
        """No action: the URL is signed here and judged when it is used."""


class Sts(Protocol):
    """What is asked of STS."""

    def assume_role(self, **request: object) -> dict[str, Any]:
        """sts:AssumeRole and sts:TagSession on the tenant role."""


def _settings(region: str) -> Config:
    return Config(
        region_name=region,
        # "standard" waits a random part of 1, 2, 4 ... seconds, and less often when much fails.
        retries={"mode": "standard", "total_max_attempts": 5},
        connect_timeout=5,
        read_timeout=60,
        max_pool_connections=20,
        user_agent_extra="triflow-storage",
        # Otherwise botocore signs URLs for the global endpoint, which answers with a redirect
        # that a browser does not follow for a PUT.
        s3={"addressing_style": "virtual"},
    )


class TenantSession:
    """One tenant's credentials and the S3 client that uses them; the first call assumes."""

    def __init__(
        self, tenant_id: UUID, role_arn: str, sts: Sts, clock: Callable[[], datetime]
    ) -> None:
        self._tenant_id = tenant_id
        self._role_arn = role_arn
        self._sts = sts
        self._clock = clock
        self.ends_at = clock()
        self.credentials = DeferredRefreshableCredentials(self._assume, "assume-role", clock)
        self.client: S3

    def lasts(self, time: timedelta) -> bool:
        """Whether the session outlives `time`; assumes the role if that has not happened yet."""
        self.credentials.get_frozen_credentials()
        return self.ends_at - self._clock() >= time

    def _assume(self) -> dict[str, str]:
        answer = self._sts.assume_role(
            RoleArn=self._role_arn,
            RoleSessionName=f"tenant-{self._tenant_id}",  # what CloudTrail shows
            Tags=[{"Key": "tenant_id", "Value": str(self._tenant_id)}],
            DurationSeconds=int(SESSION.total_seconds()),
        )["Credentials"]
        self.ends_at = answer["Expiration"].astimezone(UTC)
        return {
            "access_key": answer["AccessKeyId"],
            "secret_key": answer["SecretAccessKey"],
            "token": answer["SessionToken"],
            "expiry_time": self.ends_at.isoformat(),
        }


class TenantSessions:
    """The sessions of the tenants seen last, at most `limit`; safe to share between threads."""

    def __init__(
        self,
        role_arn: str,
        region: str,
        *,
        limit: int = TENANT_CLIENTS,
        sts: Sts | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.clock = clock
        self._role_arn = role_arn
        self._region = region
        self._limit = limit
        self._sts = sts
        self._home = _Home()
        self._own_client: S3 | None = None
        self._open: OrderedDict[UUID, TenantSession] = OrderedDict()
        self._lock = threading.Lock()  # _Home makes one client at a time

    def __len__(self) -> int:
        """How many tenants have a client now."""
        return len(self._open)

    def own_client(self) -> S3:
        """An S3 client with this process's own role, for what all tenants share."""
        with self._lock:
            if self._own_client is None:
                self._own_client = cast("S3", self._home.client("s3", self._region))
            return self._own_client

    def session(self, tenant_id: UUID) -> TenantSession:
        """The tenant's session; the one used longest ago makes room for a new one."""
        with self._lock:
            if tenant_id not in self._open:
                self._open[tenant_id] = self._begin(tenant_id)
            self._open.move_to_end(tenant_id)
            if len(self._open) > self._limit:
                self._open.popitem(last=False)
            return self._open[tenant_id]

    def lasting(self, tenant_id: UUID, time: timedelta) -> TenantSession:
        """A session that lasts `time` more, or the hour AWS allows less at most five minutes.

        A presigned URL dies with the session that signed it.
        """
        session = self.session(tenant_id)
        if session.lasts(min(time, SESSION - YOUNG)):
            return session
        with self._lock:
            if self._open.get(tenant_id) is session:
                del self._open[tenant_id]
        fresh = self.session(tenant_id)
        fresh.lasts(time)
        return fresh

    def _begin(self, tenant_id: UUID) -> TenantSession:
        if self._sts is None:
            self._sts = cast("Sts", self._home.client("sts", self._region))
        session = TenantSession(tenant_id, self._role_arn, self._sts, self.clock)
        session.client = cast("S3", self._home.client("s3", self._region, session.credentials))
        return session


class _Home(botocore.session.Session):
    """Makes every client of the process, so that AWS's description of S3 is read once.

    A second botocore session per tenant would double the 8 ms that a client takes.
    """

    _next: Credentials | None = None

    def client(
        self, service: str, region: str, credentials: Credentials | None = None
    ) -> BaseClient:
        """A client that signs with these credentials; without any, with the process's own."""
        # The older signature, botocore's choice for URLs, leaves size and type unsigned.
        version = Config(signature_version="s3v4") if service == "s3" else Config()
        self._next = credentials
        try:
            return self.create_client(service, config=_settings(region).merge(version))
        finally:
            self._next = None

    def get_credentials(self) -> Credentials | None:
        return self._next or super().get_credentials()
