"""How often a password may be tried: a token bucket for each client, and one for all clients together.

Memory is constant: only the clients that failed last have a bucket of their own, and one that falls out of the list
starts afresh, but is still limited by the common bucket.
"""

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

CLIENTS: Final = 1024
BURST: Final = 5
PER_S: Final = 1 / 30
"""After BURST wrong passwords, a client may try one in 30 s: 3,000 a day."""
BURST_OF_ALL: Final = 50
PER_S_OF_ALL: Final = 1 / 3


class _Bucket:
    def __init__(self, burst: int, per_s: float, now: float) -> None:
        self._burst, self._per_s = burst, per_s
        self._left, self._at = float(burst), now

    def wait(self, now: float) -> float:
        """Seconds until the next attempt."""
        self._left = min(self._burst, self._left + (now - self._at) * self._per_s)
        self._at = now
        return 0.0 if self._left >= 1 else (1 - self._left) / self._per_s

    def take(self) -> None:
        self._left -= 1

    def give_back(self) -> None:
        self._left = min(self._burst, self._left + 1)


class Attempts:
    """An attempt is paid for before the password is compared, so that parallel requests can't outrun the count; a
    right password gives it back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._all = _Bucket(BURST_OF_ALL, PER_S_OF_ALL, clock())
        self._clients: OrderedDict[tuple[str, str], _Bucket] = OrderedDict()

    def begin(self, address: str, what: str = "") -> float:
        """0: go on. Otherwise the seconds to wait, and nothing was counted. `what`: whose password it is; each is
        counted apart, so that who knows one gets no further attempts at another."""
        now, name = self._clock(), (what, client(address))
        bucket = self._clients.get(name) or _Bucket(BURST, PER_S, now)
        if wait := max(bucket.wait(now), self._all.wait(now)):
            return wait
        for one in (bucket, self._all):
            one.take()
        self._clients[name] = bucket
        self._clients.move_to_end(name)
        if len(self._clients) > CLIENTS:
            self._clients.popitem(last=False)
        return 0.0

    def succeeded(self, address: str, what: str = "") -> None:
        self._clients.pop((what, client(address)), None)
        self._all.give_back()


def client(address: str) -> str:
    """Who counts as one: an IPv4 address, or an IPv6 /64, which a single subscriber has."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address[:64]
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.IPv6Network((parsed, 64), strict=False).network_address)
    return str(parsed)
