"""A demonstration site of our own on a free port, and a Chromium that visits it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from gongkai.demo.accounts import PASSWORD
from tests.journeys.people import Visitor

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
QUIET = [
    "--no-sandbox",  # Chromium refuses to run as root with it, and containers are often root
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = {"width": 1280, "height": 900}
#: A phone 390 pixels wide.
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[str]:
    """The address of a freshly seeded demonstration site.

    JOURNEYS_AT: addresses of some that run, one for each process of pytest.
    """
    if running := os.environ.get("JOURNEYS_AT", "").split():
        yield running[int(worker_id.removeprefix("gw")) if worker_id != "master" else 0]
        return
    folder = tmp_path_factory.mktemp("site")
    env = {k: v for k, v in os.environ.items() if not k.startswith("GONGKAI_")}
    env |= {"GONGKAI_DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "gongkai.settings.demo"}
    for command in ("prepare", "seed_demo"):
        subprocess.run([sys.executable, "manage.py", command], cwd=ROOT, env=env, check=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = (folder / "server.log").open("wb")
    server = subprocess.Popen(
        [sys.executable, "-m", "gongkai.demo.serve", "--port", str(port)],
        cwd=ROOT,
        env=env,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address, server, folder / "server.log")
        yield address
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(15)
        log.close()
        shutil.rmtree(folder, ignore_errors=True)


def _wait(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 90
    while time.monotonic() < until:
        assert server.poll() is None, log.read_text("utf-8", "replace")
        try:
            urllib.request.urlopen(address + "/robots.txt", timeout=10).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise AssertionError(log.read_text("utf-8", "replace"))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    assert Path(CHROMIUM).exists(), f"{CHROMIUM} is missing: apt install chromium fonts-noto-cjk"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


def context(chromium: Browser, site: str, **options: object) -> BrowserContext:
    settings = {"viewport": DESKTOP, "locale": "zh-CN", "base_url": site, **options}
    opened = chromium.new_context(**settings)  # type: ignore[arg-type]
    opened.set_default_timeout(60_000)
    return opened


@pytest.fixture
def page(chromium: Browser, site: str) -> Iterator[Page]:
    """A visitor's page. An error in the page's script or a refused resource fails the journey."""
    opened = context(chromium, site)
    page = opened.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    # A page that says no (400, 404, 422) is an answer, not a trouble.
    page.on(
        "console",
        lambda m: (
            troubles.append(m.text) if m.type == "error" and "status of 4" not in m.text else None
        ),
    )
    yield page
    opened.close()
    assert not troubles


@pytest.fixture
def plain_page(chromium: Browser, site: str) -> Iterator[Page]:
    """A browser in which JavaScript is off."""
    opened = context(chromium, site, java_script_enabled=False)
    yield opened.new_page()
    opened.close()


@pytest.fixture
def phone(chromium: Browser, site: str) -> Iterator[Page]:
    """A phone 390 pixels wide."""
    opened = context(chromium, site, **PHONE)
    yield opened.new_page()
    opened.close()


@pytest.fixture
def visitor(page: Page) -> Visitor:
    return Visitor(page)


@pytest.fixture(scope="session")
def _cookies() -> dict[str, Any]:
    """What the browser keeps of those who have signed in: each does so once."""
    return {}


@pytest.fixture
def signed_in(chromium: Browser, site: str, _cookies: dict[str, Any]) -> Iterator[object]:
    """``signed_in("jingban")`` gives a page of the office on which that person has signed in.

    More options are those of the browser: ``signed_in("jingban", **PHONE)``.
    """
    contexts = []

    def sign_in(username: str, **options: object) -> Page:
        known = username in _cookies
        opened = context(chromium, site, storage_state=_cookies.get(username), **options)
        contexts.append(opened)
        page = opened.new_page()
        page.goto("/office/" if known else "/office/login/")
        if not known:
            page.fill("input[name=username]", username)
            page.fill("input[name=password]", PASSWORD)
            page.click("button[type=submit]")
            page.wait_for_url("**/office/")
            _cookies[username] = opened.storage_state()
        return page

    yield sign_in
    for opened in contexts:
        opened.close()


@pytest.fixture
def chromium_page(chromium: Browser, site: str) -> Iterator[Page]:
    """A visitor's page on which the console may complain (a 404 page does)."""
    opened = context(chromium, site)
    yield opened.new_page()
    opened.close()
