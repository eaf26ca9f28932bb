from concurrent.futures import ThreadPoolExecutor

from server.auth.recent import Recent


def test_it_remembers_up_to_its_size() -> None:
    recent: Recent[int, str] = Recent(3)
    for number in range(1_000):
        recent.put(number, str(number))
    assert len(recent) == 3
    assert [recent.get(number) for number in (996, 997, 998, 999)] == [None, "997", "998", "999"]


def test_what_is_used_stays() -> None:
    recent: Recent[str, int] = Recent(2)
    recent.put("old", 1)
    recent.put("new", 2)
    recent.get("old")
    recent.put("newest", 3)
    assert (recent.get("old"), recent.get("new")) == (1, None)


def test_what_is_dropped_is_gone_and_may_be_dropped_again() -> None:
    recent: Recent[str, int] = Recent(2)
    recent.put("one", 1)
    recent.drop("one")
    recent.drop("one")
    assert recent.get("one") is None


def test_many_threads_share_it() -> None:
    recent: Recent[int, int] = Recent(50)

    def use(start: int) -> None:
        for number in range(start, start + 2_000):
            recent.put(number % 100, number)
            recent.get((number * 7) % 100)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(use, range(8)))
    assert len(recent) == 50
