"""What the member space needs to be told."""

from pydantic import Field, field_validator

from member_space.questions.topics import TOPICS, parse
from shared.security.key_ring import KeyRing
from shared.security.sealing import SealingKey
from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """Keys of forms, where ``activation`` publishes those of its assertions, and the notifier's."""

    port: int = 8105
    amc_number: str = Field(default="", pattern=r"^[0-9A-Z]{0,10}$")
    """*Numéro AMC* on the card; none is printed until the mutual gives its own."""
    form_keys: KeyRing = Field(repr=False)
    activation_keys_url: str = Field(pattern=r"^https?://\S+( +https?://\S+)*$")
    """As for every service; here nobody is let in without it."""
    notifier_public_key: SealingKey
    """The token of an invitation is sealed to it: only ``notifier`` writes it down, in the mail."""
    more_situations: str = ""
    """Changes of situation that can be reported besides the guide's: ``key:words;key:words``."""
    service_addresses: str = Field(default="", pattern=r"^([a-z-]+=https?://\S+( +[a-z-]+=https?://\S+)*)?$")
    """``name=http://host:port`` of every service, member-space too, with spaces between; a replica each, if there are
    several: what the desk asks of them (decisions 0028 and 0029)."""
    question_topics: str = TOPICS
    """What a question can be about: ``key=words|key=words``. Keys are kept with questions, words are chosen from."""

    @field_validator("question_topics")
    @classmethod
    def _topics_can_be_read(cls, value: str) -> str:
        parse(value)
        return value
