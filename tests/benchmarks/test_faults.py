"""Whatever one provider does, everybody else is told as ever and its people by the next channel."""

from pathlib import Path

import pytest

from tests.benchmarks.troubles import TROUBLES, Trouble, tell


@pytest.mark.parametrize("trouble", TROUBLES[1:], ids=lambda trouble: trouble.name)
def test_one_channel_in_trouble_harms_nobody_elses_and_its_people_get_the_next(
    tmp_path: Path, trouble: Trouble
) -> None:
    told = tell(f"sqlite:///{tmp_path}/n.db", trouble, tmp_path, step_seconds=1, group=8)
    assert (told.people, told.copies) == (16, 0)
