import base64

import pytest

from server.auth.sealing import Sealer, Unsealable, sealing_context
from server.errors import Misconfigured

OLD = base64.b64encode(b"o" * 32).decode()
NEW = base64.b64encode(b"n" * 32).decode()
HERE = sealing_context("tenant-a", "ana", "graph")
SECRET = b"canary refresh token"


def test_a_sealed_secret_opens_in_its_own_place() -> None:
    sealer = Sealer([NEW])
    assert sealer.open(sealer.seal(SECRET, HERE), HERE) == SECRET


def test_a_sealed_secret_does_not_show_the_secret() -> None:
    assert SECRET not in Sealer([NEW]).seal(SECRET, HERE)


@pytest.mark.parametrize(
    "place", [("tenant-b", "ana", "graph"), ("tenant-a", "ben", "graph"), ("tenant-a", "ana", "x")]
)
def test_a_row_moved_to_another_tenant_person_or_purpose_does_not_open(place: tuple[str, str, str]) -> None:
    sealer = Sealer([NEW])
    with pytest.raises(Unsealable):
        sealer.open(sealer.seal(SECRET, HERE), sealing_context(*place))


def test_two_places_never_spell_the_same_context() -> None:
    with pytest.raises(ValueError, match="separator"):
        sealing_context("a|b", "c", "d")


def test_no_changed_bit_goes_unnoticed() -> None:
    sealer = Sealer([NEW])
    sealed = sealer.seal(SECRET, HERE)
    for position in range(len(sealed)):
        changed = bytearray(sealed)
        changed[position] ^= 1
        with pytest.raises(Unsealable):
            sealer.open(bytes(changed), HERE)


@pytest.mark.parametrize("length", [0, 7, 20, 35])
def test_a_truncated_secret_does_not_open(length: int) -> None:
    sealer = Sealer([NEW])
    with pytest.raises(Unsealable):
        sealer.open(sealer.seal(SECRET, HERE)[:length], HERE)


def test_old_rows_stay_readable_after_a_new_key_and_are_to_be_resealed() -> None:
    before, after = Sealer([OLD]), Sealer([NEW, OLD])
    sealed = before.seal(SECRET, HERE)
    assert after.open(sealed, HERE) == SECRET
    assert after.needs_resealing(sealed)
    assert not after.needs_resealing(after.seal(SECRET, HERE))


def test_without_its_key_a_row_is_worth_nothing() -> None:
    with pytest.raises(Unsealable) as error:
        Sealer([NEW]).open(Sealer([OLD]).seal(SECRET, HERE), HERE)
    assert SECRET.decode() not in repr(error.value)
    assert error.value.__cause__ is None


def test_a_nonce_is_never_used_twice() -> None:
    sealer = Sealer([NEW])
    count = 100_000
    assert len({sealer.seal(b"", HERE)[8:20] for _ in range(count)}) == count


@pytest.mark.parametrize("key", ["", "not base64!", base64.b64encode(b"short").decode()])
def test_it_demands_keys_of_32_bytes_and_does_not_repeat_a_wrong_one(key: str) -> None:
    with pytest.raises(Misconfigured) as error:
        Sealer([key])
    assert not key or key not in str(error.value)


def test_it_demands_a_key() -> None:
    with pytest.raises(Misconfigured):
        Sealer([])
