"""What a careful visitor notices on a page: faults, hidden focus, small targets, foreign hosts."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response

MOST_STEPS = 80
# Only what is wrong comes back: all that axe can tell would cost more than the looking.
RUN_AXE = """
async (rules) => {
  const only = rules.length ? { runOnly: { type: 'rule', values: rules } } : {};
  const told = await axe.run(document, { ...only, resultTypes: ['violations'] });
  return told.violations.flatMap((rule) => rule.nodes.map((node) => {
    const [why] = [...node.any, ...node.all, ...node.none];
    return `axe ${rule.id}: ${node.html.slice(0, 160)} ${why?.message ?? ''}`;
  }));
}
"""
REPORT_VIOLATIONS = """
addEventListener('securitypolicyviolation', (event) =>
  console.error(`CSP ${event.effectiveDirective} ${event.blockedURI} ${event.sample}`))
"""
# What a page asks for later on (a board, each few seconds) is no part of its first visit.
WEIGHTS = """
(until) => {
  const [page] = performance.getEntriesByType('navigation');
  const parts = performance.getEntriesByType('resource')
    .filter((part) => until === 'quiet' || part.startTime < page.loadEventStart);
  return [page, ...parts].map((part) => part.encodedBodySize);
}
"""

# A link inside a sentence may be as small as the sentence (WCAG 2.5.8); all else is 44 px tall.
TOO_SMALL = """
() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
  .filter((part) => part.type !== 'hidden' && !part.disabled && part.checkVisibility())
  .map((part) => part.matches('[type=checkbox], [type=radio]') && part.closest('label') || part)
  .filter((part) => !(getComputedStyle(part).display === 'inline' && part.matches('a')
     && part.parentElement.textContent.trim().length > part.textContent.trim().length))
  .map((part) => [part, part.getBoundingClientRect()])
  .filter(([, box]) => box.bottom > 0 && box.width > 0 && (box.height < 43.5 || box.width < 43.5))
  .map(([part, box]) => `${Math.round(box.width)}x${Math.round(box.height)} ` +
     part.outerHTML.slice(0, 120))
"""
TOO_WIDE = """
() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const out = [...document.body.querySelectorAll('*')]
    .filter((part) => part.getBoundingClientRect().right > width + 1);
  return [`page is ${document.documentElement.scrollWidth} px on ${width} px`,
          ...out.slice(-3).map((part) => part.outerHTML.slice(0, 120))];
}
"""
# Null when the focus has left that part of the page; else what is wrong with where it is, or ''.
LOOK_AT_FOCUS = """
(within) => {
  const part = document.activeElement;
  if (!part || part === document.body || !part.closest(within)) return null;
  const frame = part.closest('.chip, .check') || part;
  const box = part.getBoundingClientRect();
  const name = part.outerHTML.slice(0, 120);
  const shown = [part, frame].some((it) => {
    const style = getComputedStyle(it);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  });
  if (!shown) return `no outline: ${name}`;
  const x = Math.min(Math.max(box.x + box.width / 2, 1), innerWidth - 2);
  const y = box.y + Math.min(box.height, innerHeight) / 2;
  if (y < 0 || y > innerHeight) return `out of sight: ${name}`;
  const top = document.elementFromPoint(x, y);
  const mine = top && (part.contains(top) || frame.contains(top) || top.contains(part));
  return mine ? '' : `under ${top?.outerHTML.slice(0, 60)}: ${name}`;
}
"""


@dataclass
class Visit:
    """One window of a fresh browser that keeps nothing, and what went wrong in it."""

    page: Page
    faults: list[str] = field(default_factory=list)

    def carry_axe(self) -> None:
        """Have axe at hand on all pages of this window, instead of bringing it to each."""
        self.page.context.add_init_script(AXE_SCRIPT)

    def open(self, url: str) -> None:
        """Open a page as if for the first time: nothing is kept, nothing was noted.

        Straight from the page before: by way of an empty one, Chromium would start a process twice.
        """
        self.faults.clear()
        self.page.goto(url)

    def weights(self) -> list[int]:
        """Return how many bytes each part of the page took, as they travelled.

        A map goes on asking after it has been loaded; the browser itself is asked for the list,
        since what is heard from it meanwhile comes late and not always.
        """
        until = "quiet" if self.page.locator(".map-canvas").count() else "loaded"
        if until == "quiet":
            self.page.wait_for_load_state("networkidle")
        told: list[int] = self.page.evaluate(WEIGHTS, until)
        return told


@contextmanager
def visiting(
    browser: Browser,
    home: str,
    cookies: dict[str, str],
    *,
    width: int = 390,
    height: int = 780,
    dark: bool = False,
    language: str = "it",
    script: bool = True,
) -> Iterator[Visit]:
    """Open a fresh browser window that reports CSP violations, script errors, foreign hosts."""
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        locale=language,
        java_script_enabled=script,
        extra_http_headers={"Accept-Language": language},
    )
    context.add_init_script(REPORT_VIOLATIONS)
    context.add_cookies([{"name": k, "value": v, "url": home} for k, v in cookies.items()])
    visit = Visit(context.new_page())
    forget = context.new_cdp_session(visit.page)
    forget.send("Network.enable")
    forget.send("Network.setCacheDisabled", {"cacheDisabled": True})
    watch(visit, home)
    try:
        yield visit
    finally:
        context.close()


def watch(visit: Visit, home: str) -> None:
    """Note every fault from now on."""
    host = urlsplit(home).netloc

    def told(message: ConsoleMessage) -> None:
        if message.type == "error" and "status of 4" not in message.text:
            visit.faults.append(f"console: {message.text}")

    def answered(response: Response) -> None:
        if urlsplit(response.url).netloc != host:
            visit.faults.append(f"another host: {response.url}")

    def failed(request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # the page was left while it was under way
            visit.faults.append(f"failed: {request.url} {request.failure}")

    visit.page.on("console", told)
    visit.page.on("pageerror", lambda error: visit.faults.append(f"script: {error}"))
    visit.page.on("requestfailed", failed)
    visit.page.on("response", answered)


def axe(page: Page, *rules: str) -> list[str]:
    """Return what axe finds by these rules, or by all, one sentence a node."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE_SCRIPT)
    found: list[str] = page.evaluate(RUN_AXE, list(rules))
    return found


def misfits(page: Page) -> list[str]:
    """Return what is too wide for the screen or too small for a thumb."""
    wide: list[str] = page.evaluate(TOO_WIDE)
    small: list[str] = page.evaluate(TOO_SMALL)
    return [f"too wide: {w}" for w in wide] + [f"too small: {s}" for s in small]


def walk_by_keyboard(
    page: Page, key: Literal["Tab", "Shift+Tab"] = "Tab", *, within: str = "body"
) -> list[str]:
    """Step through the page, or a part of it, and return where the focus can't be seen."""
    faults: list[str] = []
    page.evaluate("within => document.querySelector(within)?.focus()", within)
    for _ in range(MOST_STEPS):
        page.keyboard.press(key)
        fault: str | None = page.evaluate(LOOK_AT_FOCUS, within)
        if fault is None:
            break
        if fault:
            faults.append(f"focus {fault}")
    return faults
