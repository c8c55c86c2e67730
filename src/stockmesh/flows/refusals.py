"""What asking for events is refused for."""

from dataclasses import dataclass

from stockmesh.domain.kernel.refusals import Refusal


@dataclass(eq=False)
class UnknownTopic(Refusal):
    topic: str
    topics: tuple[str, ...]
    code = "unknown_topic"
    text = "There is no topic {topic!r}. Name a group such as `order` or one of: {topics}."
