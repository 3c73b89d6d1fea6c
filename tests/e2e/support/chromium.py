"""A real browser, driven by the WebDriver protocol (W3C) over plain HTTP."""
import json
import pathlib
import shutil
import subprocess
import urllib.request

from .ports import free_port
from .waiting import wait_until

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the key that the protocol gives to references of elements
TIMEOUT_SECONDS = 60


class Chromium:
    """A browser without a window, with a profile of its own that goes with it. It can be told to take any certificate."""

    def __init__(self, folder, accept_insecure_certificates=False):
        driver = shutil.which("chromedriver") or "/usr/lib/chromium-browser/chromedriver"
        assert pathlib.Path(driver).exists(), "there is no chromedriver; tools/packages names the package"
        self.port = free_port()
        self.log = folder / "chromedriver.log"
        self.driver = subprocess.Popen([driver, f"--port={self.port}", f"--log-path={self.log}"],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.session = None
        try:
            wait_until(self._is_up, "chromedriver")
            arguments = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                         f"--user-data-dir={folder / 'profile'}"]
            made = self._call("POST", "/session", {"capabilities": {"alwaysMatch": {
                "browserName": "chrome", "acceptInsecureCerts": accept_insecure_certificates, "goog:chromeOptions": {"args": arguments}}}})
            self.session = made["sessionId"]
        except BaseException:
            self.close()
            raise

    def _is_up(self):
        try:
            return self._call("GET", "/status")["ready"]
        except OSError:
            return False

    def _call(self, method, path, body=None):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", method=method,
                                         data=None if body is None else json.dumps(body).encode(),
                                         headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as refused:
            raise AssertionError(f"{method} {path}: {refused.read()[:1000]!r}") from None

    def _in_session(self, method, path, body=None):
        return self._call(method, f"/session/{self.session}{path}", body)

    def open(self, url):
        """Until the page has loaded, redirects followed."""
        self._in_session("POST", "/url", {"url": url})

    @property
    def url(self):
        return self._in_session("GET", "/url")

    def arrive(self, prefix):
        """Waits for a page whose address begins so: a click returns before what it leads to is there. Its address."""
        wait_until(lambda: self.url.startswith(prefix) and self._run("return document.readyState") == "complete",
                   lambda: f"a page at {prefix}; the browser is at {self.url}")
        return self.url

    def _run(self, script):
        return self._in_session("POST", "/execute/sync", {"script": script, "args": []})

    @property
    def title(self):
        return self._in_session("GET", "/title")

    def find(self, selector):
        """The first element of a CSS selector."""
        return self._in_session("POST", "/element", {"using": "css selector", "value": selector})[ELEMENT]

    def text(self, selector):
        return self._in_session("GET", f"/element/{self.find(selector)}/text")

    def write(self, selector, text):
        """Types into a field in place of what is there."""
        element = self.find(selector)
        self._in_session("POST", f"/element/{element}/clear", {})
        self._in_session("POST", f"/element/{element}/value", {"text": text})

    def click(self, selector):
        self._in_session("POST", f"/element/{self.find(selector)}/click", {})

    def complaints(self):
        """What the browser held against pages: refused styles, blocked forms, failed loads."""
        return self._in_session("POST", "/se/log", {"type": "browser"})

    def close(self):
        if self.session:
            self._in_session("DELETE", "")
            self.session = None
        self.driver.terminate()
        self.driver.wait(TIMEOUT_SECONDS)
