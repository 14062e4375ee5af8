from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from intake import uid_plan

NOW = datetime(2019, 7, 1, tzinfo=UTC)


def test_a_small_folder_is_asked_for_in_one_range() -> None:
    assert list(uid_plan.search_windows(0, 4_000_000_000, 50_000)) == ["1:*"]
    assert list(uid_plan.search_windows(120, 121, 120)) == ["121:*"]


def test_a_big_folder_is_asked_for_in_windows_whose_answer_fits_a_line() -> None:
    windows = list(uid_plan.search_windows(0, 200_001, 200_000))
    assert windows == ["1:50000", "50001:100000", "100001:150000", "150001:*"]
    assert uid_plan.UIDS_PER_SEARCH * len("4294967295 ") < 1_000_000


def test_a_big_folder_with_little_new_is_asked_once() -> None:
    assert list(uid_plan.search_windows(199_990, 200_001, 200_000)) == ["199991:*"]


@given(st.lists(st.integers(0, 20 * 1024 * 1024), max_size=300))
def test_batches_keep_order_and_limits_and_lose_nothing(sizes: list[int]) -> None:
    mails = [uid_plan.Announced(uid, size, NOW) for uid, size in enumerate(sizes, 1)]
    groups = list(uid_plan.batches(mails))
    assert [mail for group in groups for mail in group] == mails
    for group in groups:
        assert 1 <= len(group) <= uid_plan.MAILS_PER_BATCH
        assert len(group) == 1 or sum(mail.size for mail in group) <= uid_plan.BYTES_PER_BATCH


@given(st.integers(0, 400_000), st.integers(1, 400_001), st.integers(0, 400_000))
def test_windows_leave_no_uid_out(after: int, uid_next: int, exists: int) -> None:
    first = after + 1
    for window in uid_plan.search_windows(after, uid_next, exists):
        low, high = window.split(":")
        assert int(low) == first
        first = 0 if high == "*" else int(high) + 1
    assert first == 0
