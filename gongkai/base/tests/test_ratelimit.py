"""The limiter counts by address and thing, in the database, and forgets."""

import pytest
from django.test import RequestFactory

from gongkai.base import ratelimit
from gongkai.base.models import RateWindow
from gongkai.base.ratelimit import TooMany, forgive, hit

pytestmark = pytest.mark.django_db


def from_address(address: str, **headers: str):
    return RequestFactory().get("/", REMOTE_ADDR=address, headers=headers)


def test_uses_up_to_the_limit_pass_and_the_next_is_refused_with_the_seconds_left() -> None:
    for _ in range(3):
        hit(from_address("10.0.0.1"), "check", limit=3, seconds=600)
    with pytest.raises(TooMany) as refused:
        hit(from_address("10.0.0.1"), "check", limit=3, seconds=600)
    assert 0 < refused.value.seconds <= 600


def test_addresses_and_things_are_counted_apart() -> None:
    hit(from_address("10.0.0.1"), "check", limit=1, seconds=600)
    hit(from_address("10.0.0.2"), "check", limit=1, seconds=600)
    hit(from_address("10.0.0.1"), "download", limit=1, seconds=600)
    assert list(RateWindow.objects.values_list("count", flat=True)) == [1, 1, 1]


def test_a_forged_header_does_not_buy_another_count() -> None:
    hit(from_address("10.0.0.1"), "check", limit=1, seconds=600)
    with pytest.raises(TooMany):
        forged = from_address("10.0.0.1", x_forwarded_for="8.8.8.8", x_real_ip="8.8.8.8")
        hit(forged, "check", limit=1, seconds=600)


def test_the_address_itself_is_not_kept() -> None:
    hit(from_address("10.0.0.1"), "check", limit=1, seconds=600)
    assert "10.0.0.1" not in RateWindow.objects.get().key


def test_a_new_window_counts_from_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ratelimit.time, "time", lambda: 1_000_000)
    hit(from_address("10.0.0.1"), "check", limit=1, seconds=600)
    monkeypatch.setattr(ratelimit.time, "time", lambda: 1_000_600)
    hit(from_address("10.0.0.1"), "check", limit=1, seconds=600)
    assert RateWindow.objects.count() == 2


def test_windows_older_than_a_day_are_swept() -> None:
    RateWindow.objects.create(key="old", window=1_000, count=5)
    hit(from_address("10.0.0.1"), "check", limit=1, seconds=600)
    assert ratelimit.sweep() == 1
    assert RateWindow.objects.count() == 1


def test_a_thing_is_counted_for_each_address_apart() -> None:
    hit(from_address("10.0.0.1"), "track", limit=1, seconds=600, of="1")
    hit(from_address("10.0.0.2"), "track", limit=1, seconds=600, of="1")
    hit(from_address("10.0.0.1"), "track", limit=1, seconds=600, of="2")
    with pytest.raises(TooMany):
        hit(from_address("10.0.0.1"), "track", limit=1, seconds=600, of="1")


def test_a_use_forgiven_is_not_counted_and_never_below_nothing() -> None:
    someone = from_address("10.0.0.1")
    for _ in range(3):
        hit(someone, "track", limit=1, seconds=600)
        forgive(someone, "track", seconds=600)
    forgive(someone, "track", seconds=600)
    assert RateWindow.objects.get().count == 0
