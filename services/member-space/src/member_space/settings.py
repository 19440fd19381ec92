"""What the member space needs to be told."""

from typing import Annotated

from pydantic import Field, StringConstraints

from member_space.questions.topics import TOPICS
from shared.security.key_ring import KeyRing
from shared.settings import ServiceSettings

TopicKey = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
TopicWords = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]


class Settings(ServiceSettings):
    """Keys of forms, and where ``activation`` publishes those of its assertions."""

    port: int = 8105
    form_keys: KeyRing = Field(repr=False)
    activation_keys_url: str = Field(pattern=r"^https?://\S+( +https?://\S+)*$")
    """JSON Web Key Set at activation's internal address; of several replicas, their addresses with spaces between."""
    question_topics: dict[TopicKey, TopicWords] = Field(default_factory=lambda: dict(TOPICS), min_length=1)
    """What a question can be about: a JSON object of keys, which are kept, and the words that people choose from."""
