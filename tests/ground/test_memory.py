"""Promises about the memory that the threads of a process share."""

import platform

import pytest

from nucleus.ground.serving.memory import share_memory


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library shares by itself")
def test_all_threads_take_memory_from_a_few_heaps() -> None:
    assert share_memory()
