"""What happens to one resource: made, read, changed, deleted, by the calls of its row."""

# ruff: noqa: ANN401 - a property is of any JSON kind

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from local.aws import answers, assets, schema
from local.aws.catalogue import ROWS
from local.aws.client import Aws, models
from local.aws.errors import AwsError, InputError, LostAnswerError, PartlyDoneError
from local.aws.journal import Journal
from local.aws.requests import OF_THE_ENGINE, carried, request, service_of, wanted
from local.aws.row import Call, Read, Row
from local.aws.shapes import Problems
from local.aws.store import Store
from local.aws.templates import Absent, Text, find, render
from local.aws.values import Asset, Secret, is_empty, plain, same

GLOBAL_REGION = "us-east-1"


@dataclass(frozen=True)
class Made:
    """A resource as it is now."""

    identity: str
    inputs: dict[str, Any]
    outputs: dict[str, Any]


@dataclass(frozen=True)
class Lifecycle:
    """The calls of one local AWS, and what remembers across them."""

    aws: Aws
    journal: Journal
    store: Store
    account: str
    region: str

    def create(self, token: str, urn: str, inputs: dict[str, Any]) -> Made:
        """Make a resource; PartlyDoneError if it exists but a later step failed."""
        left = self.journal.left(urn)
        if left and left.identity:
            self._delete_left(token, urn, left.identity, inputs)
        self.journal.intend(urn, token)
        scope = self._scope(token, inputs)
        scope["live"] = {}
        first = ROWS[token].create
        try:
            twin = self._twin(token, inputs, scope) if left and not left.identity else None
            identity = twin or self._make(token, first, inputs, scope)
        except (AwsError, InputError):
            self.journal.forget(urn)
            raise
        self.journal.created(urn, identity)
        done = {"__defaults", "region", *carried(token, first)}
        return self._follow_up(
            token, identity, olds={}, inputs=inputs, done=done, scope=scope, creating=True
        )

    def _delete_left(self, token: str, urn: str, identity: str, inputs: Mapping[str, Any]) -> None:
        """Delete what an interrupted run made: by its own inputs, the new ones may differ."""
        found = self.read(token, identity, {})
        if found is not None:
            self.delete(token, urn, identity, {**inputs, **found.inputs})

    def _make(
        self, token: str, call: Call, inputs: Mapping[str, Any], scope: dict[str, Any]
    ) -> str:
        """Make the create call and return the id; an answer that got lost is looked for."""
        row = ROWS[token]
        try:
            answer = self._call(token, call, scope)
        except LostAnswerError:
            twin = self._twin(token, inputs, scope)
            if twin is None:
                raise
            return twin
        scope["live"] = answer
        identity = render(row.id, scope) if isinstance(row.id, Text) else find(row.id, answer)
        if row.held:
            request_held = self._held_request(token, call, inputs, scope)
            self.store.put(token, str(identity), request_held)
        return str(identity)

    def _held_request(
        self, token: str, call: Call, inputs: Mapping[str, Any], scope: dict[str, Any]
    ) -> dict[str, Any]:
        """Return what the store keeps of a create call: the request, without its secrets."""
        hidden = {name: "[secret]" for name, value in inputs.items() if isinstance(value, Secret)}
        return request(token, call, {**scope, **hidden}, Problems())

    def _follow_up(
        self,
        token: str,
        identity: str,
        *,
        olds: Mapping[str, Any],
        inputs: dict[str, Any],
        done: set[str],
        scope: dict[str, Any],
        creating: bool,
    ) -> Made:
        """Make the calls which bring what the first one did not, then read."""
        scope["id"] = identity
        live: dict[str, Any] | None = None
        changed = {n for n in olds.keys() | inputs.keys() if not same(olds.get(n), inputs.get(n))}
        try:
            if creating and ROWS[token].tags:
                scope["live"] = self.read_live(token, identity, inputs) or {}
            self._change(token, changed, done, scope, creating=creating)
            self._change_tags(token, changed, done, scope)
            live = self._read_made(token, identity, inputs)
        except Exception as error:  # whatever it is: the engine must learn what exists now
            settled = {n: v for n, v in inputs.items() if n in done or n not in changed}
            settled |= {n: v for n, v in olds.items() if n in changed and n not in done}
            found = answers.outputs(token, inputs, identity, live or {}, self.account)
            raise PartlyDoneError(error, identity, settled, found) from error
        return Made(identity, inputs, answers.outputs(token, inputs, identity, live, self.account))

    def _read_made(self, token: str, identity: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Return what AWS says of a resource that must be there."""
        live = self.read_live(token, identity, inputs)
        if live is None:
            operation = ROWS[token].create.operation
            raise AwsError(operation, "NotFound", "gone as soon as it was made")
        return live

    def _change(
        self,
        token: str,
        changed: set[str],
        done: set[str],
        scope: dict[str, Any],
        *,
        creating: bool,
    ) -> None:
        """Make the update calls that carry something changed and not yet done."""
        row, before = ROWS[token], set(done)
        for call in row.updates if creating else row.changing_calls():
            # Tags have calls of their own; a put call takes them at creation only.
            takes = carried(token, call) - (set() if creating else {"tags"})
            if creating and not call.on_create:
                continue
            if not takes & changed - before and not (creating and call.always):
                continue
            if call.held:
                done |= takes
                continue
            if wanted(call, scope) is True:
                self._call(
                    token, call, scope, only=None if call.whole or call is row.create else changed
                )
            done |= takes

    def _change_tags(
        self, token: str, changed: set[str], done: set[str], scope: dict[str, Any]
    ) -> None:
        tags = ROWS[token].tags
        if not tags or "tags" not in changed or "tags" in done or ROWS[token].held:
            return
        if scope.get("tags"):
            self._call(token, tags.add, scope)
        if scope["tagKeysGone"] and tags.remove:
            self._call(token, tags.remove, scope)
        done.add("tags")

    def update(
        self, token: str, identity: str, olds: Mapping[str, Any], inputs: dict[str, Any]
    ) -> Made:
        """Change a resource in place; PartlyDoneError if only some of the changes were made."""
        row = ROWS[token]
        scope = self._scope(token, inputs, plain(dict(olds)))
        removed = {n: v for n, v in row.reset.items() if n in olds and is_empty(inputs.get(n))}
        scope |= removed
        scope["live"] = self.read_live(token, identity, inputs) or {}
        if row.held:
            self.store.put(token, identity, self._held_request(token, row.create, inputs, scope))
        return self._follow_up(
            token, identity, olds=olds, inputs=inputs, done=set(), scope=scope, creating=False
        )

    def read(self, token: str, identity: str, inputs: dict[str, Any]) -> Made | None:
        """Look at a resource; None if it is gone. Without inputs it is one to import."""
        row = ROWS[token]
        known = inputs or {**answers.from_identity(row, identity)}
        live = self.read_live(token, identity, known)
        if live is None:
            return None
        live = self._with_tags(token, identity, known, live)
        if inputs:
            now = answers.drifted(token, inputs, identity, live, self.account)
        else:
            now = answers.imported(token, identity, live, self.region, self.account)
        return Made(identity, now, answers.outputs(token, now, identity, live, self.account))

    def _with_tags(
        self, token: str, identity: str, inputs: Mapping[str, Any], live: dict[str, Any]
    ) -> dict[str, Any]:
        tags = ROWS[token].tags
        if not tags or not tags.read or ROWS[token].held:
            return live
        scope = {**self._scope(token, inputs), "id": identity, "live": live}
        return {**live, "Tags": self._look(ROWS[token], tags.read, scope) or []}

    def read_live(
        self, token: str, identity: str, inputs: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        """Return what AWS says of a resource; None if it is gone."""
        row = ROWS[token]
        if row.held:
            return self.store.get(token, identity)
        if row.read is None:
            return {}
        scope = {**self._scope(token, inputs), "id": identity, "live": {}}
        live = self._look(row, row.read, scope)
        if not live:
            return None
        live = dict(live) if isinstance(live, Mapping) else {"value": live}
        for name, also in row.read.also.items():
            live[name] = self._look(row, also, {**scope, "live": live})
        return live

    def _look(self, row: Row, how: Read, scope: dict[str, Any]) -> Any:
        """Make one reading call; None if AWS says that the thing is not there."""
        args = render(how.args, scope)
        path = render(how.path, scope) if isinstance(how.path, Text) else how.path
        try:
            answer = self.aws.perform(
                how.service or row.service,
                scope["region"],
                how.operation,
                {} if isinstance(args, Absent) else args,
            )
        except AwsError as error:
            if error.means_gone(row.gone):
                return None
            raise
        if how.pick:
            return how.pick(answer, scope)
        return find(path, answer) if not isinstance(path, Absent) else None

    def delete(self, token: str, urn: str, identity: str, inputs: Mapping[str, Any]) -> None:
        """Delete a resource; one that is gone already counts as deleted."""
        row = ROWS[token]
        scope = {**self._scope(token, inputs), "id": identity}
        if row.held:
            self.store.drop(token, identity)
        else:
            self._delete_in_aws(token, row, identity, inputs, scope)
        self.journal.forget(urn)

    def _delete_in_aws(
        self,
        token: str,
        row: Row,
        identity: str,
        inputs: Mapping[str, Any],
        scope: dict[str, Any],
    ) -> None:
        if any("live." in str(call) for call in row.delete):
            scope["live"] = self.read_live(token, identity, inputs)
            if scope["live"] is None:
                return
        try:
            for call in row.delete:
                if wanted(call, scope) is True:
                    self._call(token, call, scope)
        except (AwsError, LostAnswerError):
            if row.indelible or self.read_live(token, identity, inputs) is not None:
                raise

    def _call(
        self, token: str, call: Call, scope: dict[str, Any], only: set[str] | None = None
    ) -> Any:
        """Make one call of a row; a held one is only checked."""
        row = ROWS[token]
        problems = Problems()
        built = request(token, call, scope, problems, only)
        if problems.found:
            raise InputError(problems.found)
        if row.held or call.held or (call.needs and call.needs not in built):
            return built
        sent = _with_content(built)
        answer = self.aws.perform(service_of(row, call), scope["region"], call.operation, sent)
        if call.answered:
            call.answered(answer)
        return answer

    def _scope(
        self, token: str, inputs: Mapping[str, Any], olds: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Return what templates may read."""
        known = plain(dict(inputs))
        regional = "region" in schema.resource(token).inputs
        gone = (olds or {}).get("tags", {}) or {}
        return {
            **known,
            "region": known.get("region") or (self.region if regional else GLOBAL_REGION),
            "account": self.account,
            "seed": uuid.uuid4().hex,
            "old": dict(olds or {}),
            "tagKeysGone": sorted(set(gone) - set(known.get("tags") or {})),
            "ask": self._ask_in(str(known.get("region") or self.region)),
        }

    def _ask_in(self, region: str) -> Callable[[str, str, dict[str, Any]], Any]:
        """Return what a hook may use to look something up: service, operation, request."""
        return lambda service, name, request_: self.aws.perform(service, region, name, request_)

    def _twin(self, token: str, inputs: Mapping[str, Any], scope: dict[str, Any]) -> str | None:
        """Return the id of what a lost create call made; None if it made nothing.

        Only what has every property that was asked for, and which no create has returned to this
        provider, can be it.
        """
        row = ROWS[token]
        if isinstance(row.id, Text) and "seed" not in row.id.template:
            identity = render(row.id, {**scope, "live": {}})
            if isinstance(identity, str):
                return identity if self.read_live(token, identity, inputs) is not None else None
        known = self.journal.known()
        for live in self._candidates(row, scope):
            identity = _id_in_list(row, live)
            if identity not in known and self._is_as_wanted(token, inputs, live):
                return identity
        return None

    def _candidates(self, row: Row, scope: dict[str, Any]) -> list[Any]:
        """Return all resources of the kind; none where AWS cannot list them without a name."""
        how = row.listing or listing_of(row)
        listed = self._look(row, how, scope) if how and not row.held else None
        return [live for live in listed or [] if isinstance(live, Mapping)]

    def _is_as_wanted(self, token: str, inputs: Mapping[str, Any], live: Mapping[str, Any]) -> bool:
        """Return whether AWS tells at least one input, and none that differs."""
        kind = schema.resource(token)
        scope = {**plain(dict(inputs)), "id": "", "account": self.account, "live": live}
        told = {
            name: answers.answer(ROWS[token], name, kind.inputs[name], scope)
            for name in inputs.keys() & kind.inputs.keys()
            if name not in OF_THE_ENGINE and not is_empty(inputs[name])
        }
        known = {name: value for name, value in told.items() if value is not None}
        return bool(known) and all(
            answers.agree(plain(inputs[name]), value) for name, value in known.items()
        )


def listing_of(row: Row) -> Read | None:
    """Return the reading call without what names one resource, if AWS allows that."""
    how = row.read
    if how is None or not isinstance(how.path, str) or not how.path.endswith("[0]"):
        return None
    args = {name: value for name, value in how.args.items() if "{id}" not in str(value)}
    shape = models().input_shape(how.service or row.service, how.operation)
    if set(shape.required_members) - set(args):
        return None
    path = how.path.removesuffix("[0]").removesuffix(" | ")
    return Read(how.operation, args, path, service=how.service)


def _id_in_list(row: Row, live: Mapping[str, Any]) -> str:
    """Return the id of a listed resource: its VpcId, where the create call answers Vpc.VpcId."""
    path = str(row.id) if row.listing else str(row.id).rpartition(".")[2]
    return str(find(path, live))


def _with_content(built: Any) -> Any:
    """Return a request with the bytes of its assets; only a call that sends them reads them.

    The state keeps an asset's hash, and for what is only deleted the file may be gone.
    """
    if isinstance(built, Asset):
        return assets.content(built)
    if isinstance(built, dict):
        return {name: _with_content(value) for name, value in built.items()}
    return [_with_content(item) for item in built] if isinstance(built, list) else built
