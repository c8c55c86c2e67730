"""Bodies of requests: a route declares once what it takes, and is read and documented by that."""

from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

import msgspec
from starlette.requests import Request

from stockmesh.service.encoding import BODY_BYTES_MAX, read_json

T = TypeVar("T")
SCHEMA_OF: Final = "#/components/schemas/{name}"


@dataclass(frozen=True)
class Body(Generic[T]):
    """A body of JSON; with a `default` it may be left out. `largest` is in bytes."""

    kind: type[T]
    default: T | None = None
    largest: int = BODY_BYTES_MAX

    async def read(self, request: Request) -> T:
        """The body of a request. Raises what `read_json` does."""
        return await read_json(request, self.kind, self.default, largest=self.largest)

    @property
    def described(self) -> dict[str, Any]:
        """As an operation says it, with the definitions that its schema needs."""
        schema = msgspec.json.schema(self.kind, ref_template=SCHEMA_OF)
        content = {"application/json": {"schema": schema}}
        return {"requestBody": {"required": self.default is None, "content": content}}
