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
    journal_kept_days: int = Field(default=365, ge=361, le=1096)
    """Lines of the journal of a space (as all below: design §5, *retention*). The database lets none younger than 360 days
    go."""
    timeline_kept_days: int = Field(default=365, ge=90, le=1826)
    """What the desk sees of the way of requests, letters and mails."""
    evidence_kept_days: int = Field(default=1826, ge=365, le=3653)
    """Five years: answered requests, questions, mandates and closings, as evidence of what was said (CNIL, insurance)."""
    contract_data_kept_days: int = Field(default=1826, ge=731, le=3653)
    """Five years: contracts and whom they cover after their end, reimbursements after their payment. Claims end after two
    years (*code de la mutualité*, L. 221-11), evidence is kept as long as that of cases."""
    closed_spaces_kept_days: int = Field(default=30, ge=1, le=365)
    """How long an e-mail address stays after the closing of its space, and an invitation that nobody accepted."""

    @field_validator("question_topics")
    @classmethod
    def _topics_can_be_read(cls, value: str) -> str:
        parse(value)
        return value
