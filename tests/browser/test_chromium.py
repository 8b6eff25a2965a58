"""Which browser is driven: one that draws, not one that only starts."""

import stat
import sys
from pathlib import Path

import pytest

from tests.browser import chromium

BROWSER = """#!{python}
import http.server, json, sys

class Page(http.server.BaseHTTPRequestHandler):
    asked = 0

    def do_GET(self):
        Page.asked += 1
        if {dies_at_the_page}:
            self.server.socket.close()
            raise SystemExit
        body = json.dumps([{{"title": "not yet" if Page.asked < 3 else "drawn"}}]).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words):
        pass

server = http.server.HTTPServer(("127.0.0.1", 0), Page)
print(f"DevTools listening on ws://127.0.0.1:{{server.server_port}}/devtools/browser/1", file=sys.stderr, flush=True)
while True:
    server.handle_request()
"""


def browser(folder: Path, *, dies_at_the_page: bool) -> str:
    program = folder / "browser"
    program.write_text(BROWSER.format(python=sys.executable, dies_at_the_page=dies_at_the_page))
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return str(program)


def test_a_browser_that_draws_its_page_is_one(tmp_path: Path) -> None:
    """It is waited for until it says so."""
    assert chromium.why_not(browser(tmp_path, dies_at_the_page=False)) is None


def test_a_browser_that_starts_and_dies_at_its_first_page_is_none(tmp_path: Path) -> None:
    """As one does that finds no font, at the first field to write in."""
    assert chromium.why_not(browser(tmp_path, dies_at_the_page=True)) == "it starts, but draws no page"


def test_the_packaged_browser_is_told_where_its_own_fonts_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An earlier unpacking is mended, too: its list named places of another machine."""
    home = tmp_path / "node_modules" / ".chromium"
    (home / "fonts" / "fonts").mkdir(parents=True)
    (home / "start").touch()
    (home / "fonts" / "fonts.conf").write_text("<fontconfig><dir>/opt/fonts</dir></fontconfig>")
    monkeypatch.setattr(chromium, "HERE", tmp_path)
    monkeypatch.setattr(chromium, "install", lambda folder: None)
    assert chromium.packaged() == str(home / "start")
    assert f"<dir>{home / 'fonts' / 'fonts'}</dir>" in (home / "fonts" / "fonts.conf").read_text()
