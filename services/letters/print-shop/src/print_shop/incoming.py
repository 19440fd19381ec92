"""What comes from the queue: a signed manifest, or one of before an upgrade."""

from aio_pika.abc import AbstractIncomingMessage
from pydantic import ValidationError

from shared.contracts.print_batch import PrintBatch, PrintBatchV1
from shared.contracts.print_manifest import PrintManifest
from shared.messaging.envelope import Envelope, UndecodableError, open_envelope, read_data, unknown_type
from shared.messaging.origin import check_said_by_its_source
from shared.security.key_ring import KeyRing
from shared.security.signing import SignatureRefusedError, signed_text

QUEUE = "print-shop.batches"


class ForeignManifestError(Exception):
    """It is not ``letters`` who says so. ``serial``: as the message has it."""

    def __init__(self, serial: str, reason: str) -> None:
        super().__init__(reason)
        self.serial = serial


def read(message: AbstractIncomingMessage) -> tuple[Envelope, PrintBatch | PrintBatchV1]:
    """The message in its envelope.

    Raises:
        UndecodableError: it is none, or of another type, or said by another service.
    """
    envelope = open_envelope(message.body)
    kinds: dict[str, type[PrintBatch | PrintBatchV1]] = {kind.type(): kind for kind in (PrintBatch, PrintBatchV1)}
    if (kind := kinds.get(envelope.type)) is None:
        raise unknown_type(envelope)
    check_said_by_its_source(kind, message.routing_key, QUEUE)
    return envelope, read_data(kind, envelope)


def manifest_of(batch: PrintBatch, verifying_keys: KeyRing) -> PrintManifest:
    """The manifest that ``letters`` signed, of the batch and run that the message is about.

    Raises:
        ForeignManifestError: not signed by one of these keys, or signed for another batch or run.
        UndecodableError: signed, and not a manifest.
    """
    try:
        text = signed_text(verifying_keys, batch.signed_manifest)
    except SignatureRefusedError as error:
        raise ForeignManifestError(batch.serial, str(error)) from None
    try:
        manifest = PrintManifest.model_validate_json(text)
    except ValidationError as error:
        fields = sorted({".".join(map(str, mistake["loc"])) for mistake in error.errors(include_input=False)})
        raise UndecodableError(f"not a manifest: {', '.join(fields)}") from None
    said = (batch.batch_id, batch.serial, batch.run)
    if said != (manifest.batch_id, manifest.serial, manifest.run):
        raise ForeignManifestError(batch.serial, "the signed manifest is of another batch or run than its message")
    return manifest
