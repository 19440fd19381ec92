"""What the member space needs to be told."""

from pydantic import Field

from shared.security.key_ring import KeyRing
from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """Keys of forms, and where ``activation`` publishes those of its assertions."""

    port: int = 8105
    amc_number: str = Field(default="", pattern=r"^[0-9A-Z]{0,10}$")
    """*Numéro AMC* on the card; none is printed until the mutual gives its own."""
    form_keys: KeyRing = Field(repr=False)
    activation_keys_url: str = Field(pattern=r"^https?://\S+( +https?://\S+)*$")
    """JSON Web Key Set at activation's internal address; of several replicas, their addresses with spaces between."""
