"""Files that are whole or not there: when the disk fills up, and when somebody is in the way."""

import resource
from contextlib import contextmanager

import pytest

from instruments.problems import Refused
from reports.files import atomic_write

ROOM = 4096  # bytes that a file may have before the system says that there is no more room
LARGE = b"x" * (3 * ROOM)


@contextmanager
def a_full_disk():
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_where_the_disk_fills_up_nothing_is_left_and_what_was_there_stays(tmp_path):
    kept, other = tmp_path / "report.pdf", tmp_path / "contents.html"
    kept.write_bytes(b"the last one")
    with a_full_disk(), pytest.raises(Refused, match=r"output-unwritable.*place with room") as refused:
        atomic_write.write({other: b"small", kept: LARGE}, replace=True)
    assert refused.value.problems[0].place == str(kept)
    assert [path.name for path in tmp_path.iterdir()] == ["report.pdf"]
    assert kept.read_bytes() == b"the last one"


def test_a_file_too_large_for_memory_leaves_nothing_either(tmp_path):
    with a_full_disk(), pytest.raises(Refused, match="output-unwritable"):
        atomic_write.write_by(
            tmp_path / "slips.pdf", lambda file: [file.write(LARGE[:ROOM]) for _ in range(3)]
        )
    assert list(tmp_path.iterdir()) == []


def test_with_room_again_the_same_files_are_written_whole(tmp_path):
    first, second = tmp_path / "a", tmp_path / "b"
    with a_full_disk(), pytest.raises(Refused, match="output-unwritable"):
        atomic_write.write({first: LARGE, second: LARGE})
    atomic_write.write({first: LARGE, second: LARGE})
    assert first.read_bytes() == second.read_bytes() == LARGE
    assert len(list(tmp_path.iterdir())) == 2


def test_what_is_private_is_readable_by_nobody_else(tmp_path):
    atomic_write.write({tmp_path / "slips.pdf": b"codes"})
    assert (tmp_path / "slips.pdf").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("place", "code"),
    [("missing/report.pdf", "output-directory"), ("folder", "output-directory"), ("there", "output-exists")],
)
def test_a_place_that_will_not_do_is_refused_before_anything_is_written(tmp_path, place, code):
    (tmp_path / "folder").mkdir()
    (tmp_path / "there").write_bytes(b"older")
    with pytest.raises(Refused, match=code):
        atomic_write.write({tmp_path / "new": b"n", tmp_path / place: b"n"})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "there"]
    assert (tmp_path / "there").read_bytes() == b"older"
