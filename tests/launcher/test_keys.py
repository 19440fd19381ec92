from launcher.keys import HOLDERS, Keys
from shared.security.key_ring import KeyRing
from shared.security.sealing import SealingKey, unseal


def _files(folder):
    return {file.relative_to(folder): file for file in folder.rglob("*") if file.is_file()}


def test_secrets_are_made_once_and_read_by_their_owner_alone(tmp_path):
    Keys(tmp_path).make()
    Keys(tmp_path).password("letters-database")
    first = {name: file.read_text() for name, file in _files(tmp_path).items()}

    Keys(tmp_path).make()
    Keys(tmp_path).password("letters-database")

    assert {name: file.read_text() for name, file in _files(tmp_path).items()} == first
    assert {file.stat().st_mode & 0o777 for file in _files(tmp_path).values()} == {0o600}
    assert {file.parent.stat().st_mode & 0o777 for file in _files(tmp_path).values()} == {0o700}


def test_a_service_gets_what_it_needs_and_no_more(tmp_path):
    keys = Keys(tmp_path)
    keys.make()

    for service in ("registration", "activation", "letters", "notifier", "member-space", "print-shop"):
        given = {file.name for file in keys.of(service).iterdir()}
        assert given == {name for name, services in HOLDERS.items() if service in services}, service
    assert "notifier_private_keys" not in {file.name for file in keys.of("activation").iterdir()}


def test_shared_rings_are_the_same_and_all_are_marked_as_demonstration(tmp_path):
    keys = Keys(tmp_path)
    keys.make()

    for name, services in HOLDERS.items():
        contents = {(keys.of(service) / name).read_text() for service in services}
        assert len(contents) == 1, name
        content = contents.pop()
        if name != "print_shop_token":
            kid, key = KeyRing.parse(content).current
            assert len(key) == 32
            content = kid
        assert content.startswith("demo-")


def test_public_keys_belong_to_the_private_ones(tmp_path):
    keys = Keys(tmp_path)
    keys.make()

    for public, private in (
        (keys.of("activation") / "notifier_public_key", keys.of("notifier") / "notifier_private_keys"),
        (keys.of("letters") / "print_shop_public_key", keys.of("print-shop") / "print_shop_private_keys"),
    ):
        to = SealingKey.parse(public.read_text())
        assert unseal(KeyRing.parse(private.read_text()), to.kid, to.seal(b"hello")) == b"hello"


def test_an_address_that_changes_is_written_again(tmp_path):
    keys = Keys(tmp_path)
    keys.give("letters", "database_url", "postgresql://old")
    keys.give("letters", "database_url", "postgresql://new")

    assert (keys.of("letters") / "database_url").read_text() == "postgresql://new"
