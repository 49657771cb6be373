"""A FastAPI backend that keeps its tenants' uploads with triflow_storage.

Run it against the local AWS: see docs/storage-client.md. Bodies stream through in both directions;
nothing here holds a file, blocks the event loop or builds a key.

Left alone: who is signed in. `signed_in` stands where the backend's login stands.
"""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse, StreamingResponse

from triflow_storage import Connection, StorageError, TenantStorage
from triflow_storage.errors import InvalidKeyError, LimitError, ObjectMissingError
from triflow_storage.keys import DataClass, Upload

log = logging.getLogger(__name__)

# What the one who asks can do something about; all else is the backend's own trouble.
STATUS = {InvalidKeyError: 422, LimitError: 413, ObjectMissingError: 404}


@asynccontextmanager
async def _connected(app: FastAPI) -> AsyncIterator[None]:
    """One connection for the life of the process, and so one pool of threads and sessions."""
    app.state.connection = Connection.from_environment()
    yield
    app.state.connection.close()


app = FastAPI(title="TriFlow AI files", lifespan=_connected)


def signed_in() -> UUID:
    """The tenant of whoever is signed in: from the login's token, never from the request."""
    raise HTTPException(401, "Nobody is signed in.")


def _storage(request: Request, tenant_id: Annotated[UUID, Depends(signed_in)]) -> TenantStorage:
    return TenantStorage(tenant_id, request.app.state.connection)


Storage = Annotated[TenantStorage, Depends(_storage)]


@app.exception_handler(StorageError)
async def failed(_: Request, error: StorageError) -> JSONResponse:
    """Tell the caller what the caller can mend; keep roles and buckets to the log."""
    if (status := STATUS.get(type(error))) is None:
        log.error("%s", error)
        return JSONResponse({"detail": "Files cannot be reached just now."}, 503)
    return JSONResponse({"detail": error.cause}, status)


@app.put("/uploads/{file_id}.{ext}", status_code=201)
async def send(file_id: str, ext: str, request: Request, storage: Storage) -> dict[str, str]:
    """Keep the body as it comes in; over 5 MB it goes on by parts, and a broken one leaves none."""
    stored = await storage.put(
        Upload(file_id, ext), request.stream(), content_type=request.headers.get("content-type")
    )
    return {"key": stored.key, "version": stored.version_id or ""}


@app.get("/uploads/{file_id}.{ext}")
async def fetch(file_id: str, ext: str, storage: Storage) -> StreamingResponse:
    """Hand the file on as it comes out."""
    stream = await storage.open(Upload(file_id, ext))
    return StreamingResponse(
        stream,
        media_type=stream.info.content_type,
        headers={"Content-Length": str(stream.info.size), "ETag": stream.info.etag},
    )


@app.get("/uploads")
async def entries(storage: Storage, cursor: str | None = None) -> dict[str, object]:
    """A page of what the tenant has sent."""
    page = await storage.page(DataClass.UPLOAD, cursor=cursor, limit=100)
    return {
        "files": [{"key": entry.key, "size": entry.size} for entry in page.entries],
        "cursor": page.cursor,
    }


@app.delete("/uploads/{file_id}.{ext}", status_code=204)
async def remove(file_id: str, ext: str, storage: Storage) -> None:
    """Hide the file; for 30 days it can be brought back."""
    await storage.delete(Upload(file_id, ext))


@app.post("/uploads/{file_id}.{ext}/restore")
async def restore(file_id: str, ext: str, storage: Storage) -> dict[str, str]:
    """Bring back the newest version that is not a delete's marker."""
    upload = Upload(file_id, ext)
    versions = [each for each in await storage.versions(upload) if not each.deleted]
    if not versions:
        raise HTTPException(404, "There is no version of this file.")
    stored = await storage.restore(upload, versions[0].version_id)
    return {"key": stored.key, "version": stored.version_id or ""}


@app.post("/uploads/{file_id}.{ext}/link")
async def link(file_id: str, ext: str, size: int, storage: Storage) -> dict[str, object]:
    """A URL to which the browser sends exactly so many bytes itself, for five minutes."""
    made = await storage.presigned_put(
        Upload(file_id, ext), size=size, lifetime=timedelta(minutes=5)
    )
    return {"method": made.method, "url": made.url, "headers": dict(made.headers)}
