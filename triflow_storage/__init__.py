"""The files of TriFlow AI's tenants in S3 (ADR S1 to S9): typed keys, scoped roles, streams."""

from triflow_storage.connection import Connection
from triflow_storage.errors import StorageError
from triflow_storage.storage import SharedStorage, TenantStorage

__all__ = ["Connection", "SharedStorage", "StorageError", "TenantStorage"]
