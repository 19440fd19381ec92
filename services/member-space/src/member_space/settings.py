"""What the member space needs to be told."""

from pydantic import Field

from shared.security.key_ring import KeyRing
from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """Keys of forms, and where ``activation`` publishes those of its assertions."""

    port: int = 8105
    form_keys: KeyRing = Field(repr=False)
    activation_keys_url: str = Field(pattern=r"^https?://\S+( +https?://\S+)*$")
    """JSON Web Key Set at activation's internal address; of several replicas, their addresses with spaces between."""
    more_situations: str = ""
    """Changes of situation that can be reported besides the guide's: ``key:words;key:words``."""
