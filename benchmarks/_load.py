"""Requests a second of a server: ``python _load.py PORT SECONDS CONNECTIONS < paths``.

Each connection stays open and asks for the next path when it has the answer. Prints JSON:
requests a second, median and p95 in milliseconds, bytes of the last body. Plain sockets, so that
the client is not what is measured.
"""

from __future__ import annotations

import itertools
import json
import socket
import statistics
import sys
import threading
import time


class Connection:
    """One connection that stays open."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def get(self, path: str) -> tuple[int, bytes]:
        """Status and body."""
        self.socket.sendall(
            f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n\r\n".encode()
        )
        data = b""
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += self._more()
        head = data[:end].lower()
        at = head.index(b"content-length:") + 15
        length = int(head[at : (head + b"\r\n").index(b"\r\n", at)])
        pieces, got = [data[end + 4 :]], len(data) - end - 4
        while got < length:
            pieces.append(self._more())
            got += len(pieces[-1])
        return int(data[9:12]), b"".join(pieces)

    def _more(self) -> bytes:
        data = self.socket.recv(262_144)
        if not data:
            raise ConnectionError("the server closed the connection")
        return data


def run(port: int, seconds: float, connections: int, paths: list[str]) -> dict[str, float]:
    """Ask for the paths one after the other, over and over, for so many seconds."""
    waiting = itertools.cycle(paths)
    times: list[float] = []
    sizes: list[int] = []
    wrong: list[str] = []
    until = time.perf_counter() + seconds

    def ask() -> None:
        connection = Connection(port)
        while (start := time.perf_counter()) < until:
            path = next(waiting)
            status, body = connection.get(path)
            times.append((time.perf_counter() - start) * 1000)
            sizes.append(len(body))
            if status != 200:
                wrong.append(f"{status} {path}")

    threads = [threading.Thread(target=ask) for _ in range(connections)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong, wrong[0]
    spent = time.perf_counter() - start
    return {
        "rate": len(times) / spent,
        "median": statistics.median(times),
        "p95": statistics.quantiles(times, n=20)[-1],
        "bytes": sizes[-1],
    }


if __name__ == "__main__":
    asked = sys.stdin.read().split()
    port, seconds, connections = int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])
    print(json.dumps(run(port, seconds, connections, asked)))
