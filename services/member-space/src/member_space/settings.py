"""What the member space needs to be told."""

from pydantic import Field

from shared.security.key_ring import KeyRing
from shared.security.sealing import SealingKey
from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """Keys of forms, where ``activation`` publishes those of its assertions, and the notifier's."""

    port: int = 8105
    form_keys: KeyRing = Field(repr=False)
    activation_keys_url: str = Field(pattern=r"^https?://\S+( +https?://\S+)*$")
    """JSON Web Key Set at activation's internal address; of several replicas, their addresses with spaces between."""
    notifier_public_key: SealingKey
    """The token of an invitation is sealed to it: only ``notifier`` writes it down, in the mail."""
