"""A visit to the console in a real browser: where it goes, and what the page complained of meanwhile."""

from dataclasses import dataclass, field

from playwright.sync_api import ConsoleMessage, Page, Request

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-unsafe-swiftshader",
]
# A page that is an answer to a fault says so with its status, and browsers note that of their own accord.
STATUS_NOTED = "Failed to load resource: the server responded with a status of"
WATCH_POLICY = (
    "window.violations = [];"
    "document.addEventListener('securitypolicyviolation', (event) => window.violations.push(event.violatedDirective));"
)


@dataclass
class Visit:
    """A page under watch: what it complained of, beside what it shows."""

    page: Page
    address: str
    numbers: dict[str, int]
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        """Opens a screen and waits until it is quiet."""
        self.page.goto(self.address + path)
        self.page.wait_for_load_state("networkidle")

    def violations(self) -> list[str]:
        """What the content policy barred on the page now open."""
        barred: list[str] = self.page.evaluate("window.violations")
        return barred


def watch(visit: Visit) -> None:
    """Notes every error, failed request and request to elsewhere in the visit's complaints."""

    def hear(said: ConsoleMessage) -> None:
        if said.type == "error" and not said.text.startswith(STATUS_NOTED):
            visit.complaints.append(said.text)

    def see(asked: Request) -> None:
        if not asked.url.startswith(("http://127.0.0.1:", "data:", "blob:http://127.0.0.1:")):
            visit.complaints.append(f"left us: {asked.url}")

    def fail(asked: Request) -> None:
        # Going on to another page breaks off what the page before was still reading.
        if asked.failure != "net::ERR_ABORTED":
            visit.complaints.append(f"failed: {asked.url}")

    visit.page.add_init_script(WATCH_POLICY)
    visit.page.on("console", hear)
    visit.page.on("request", see)
    visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    visit.page.on("requestfailed", fail)
