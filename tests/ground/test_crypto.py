"""What is sealed opens in its own place only, with every key that is on the ring."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nucleus.ground.crypto import (
    BadRing,
    CantOpen,
    KeyRing,
    new_data_key,
    new_ring_line,
    read_ring,
)

OLD, NEW = read_ring(new_ring_line()), read_ring(new_ring_line())
BOTH = KeyRing(NEW.keys + OLD.keys)


@given(st.text())
def test_any_text_comes_back_as_it_was(text: str) -> None:
    assert OLD.open(OLD.seal(text, "t.c", "1"), "t.c", "1") == text


@pytest.mark.parametrize(("where", "row"), [("t.c", "2"), ("t.d", "1"), ("u.c", "1")])
def test_a_value_moved_to_another_row_or_column_does_not_open(where: str, row: str) -> None:
    with pytest.raises(CantOpen):
        OLD.open(OLD.seal("via Roma 8", "t.c", "1"), where, row)


@given(st.integers(min_value=0, max_value=90))
def test_a_changed_byte_is_noticed(position: int) -> None:
    key = new_data_key()
    sealed = bytearray(key.seal("a word", "t.c", "1"))
    sealed[1 + position % (len(sealed) - 1)] ^= 1
    with pytest.raises(CantOpen):
        key.open(bytes(sealed), "t.c", "1")


def test_equal_texts_look_different_and_short_ones_equally_long() -> None:
    first, second = OLD.seal("sì", "t.c", "1"), OLD.seal("sì", "t.c", "1")
    assert first != second
    assert len(first) == len(OLD.seal("no, grazie, non serve", "t.c", "1"))


def test_after_a_rotation_old_words_open_and_new_ones_use_the_new_key() -> None:
    sealed = OLD.seal("Anna", "t.c", "1")
    assert BOTH.open(sealed, "t.c", "1") == "Anna"
    with pytest.raises(CantOpen):
        OLD.open(BOTH.seal("Anna", "t.c", "1"), "t.c", "1")


def test_a_key_taken_off_the_ring_opens_nothing_any_more() -> None:
    with pytest.raises(CantOpen):
        NEW.open(OLD.seal("Anna", "t.c", "1"), "t.c", "1")


def test_a_wrapped_key_belongs_to_its_owner() -> None:
    key = new_data_key()
    wrapped = OLD.wrap(key, "plan:1")
    assert OLD.unwrap(wrapped, "plan:1") == key
    with pytest.raises(CantOpen):
        OLD.unwrap(wrapped, "plan:2")


def test_an_equal_address_is_found_again_after_a_rotation() -> None:
    assert OLD.fingerprint("address", "a@b.it") == BOTH.fingerprint("address", "a@b.it")
    assert OLD.fingerprint("address", "a@b.it") != NEW.fingerprint("address", "a@b.it")


@pytest.mark.parametrize("text", ["", "# only a remark", "k1:short", "k1:!!!!", "k-1:" + "A" * 43])
def test_a_broken_ring_is_refused_in_words(text: str) -> None:
    with pytest.raises(BadRing):
        read_ring(text)


def test_two_keys_of_one_name_are_refused() -> None:
    line = new_ring_line()
    with pytest.raises(BadRing):
        read_ring(f"{line},{line}")
