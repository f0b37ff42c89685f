"""The switch between English and Chinese, as a reader meets it."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest
from playwright.sync_api import Browser, Page, expect

from language.instruments import find
from tools.browsing import Complaints, click_graph, new_page, open_explore, point_pixels, settle
from tools.running import RunningServer

#: What is called the same in both languages, beside the library's own names.
SAME = re.compile(
    r"MusicLatentVIS|EN|English|dim-\d+|AUC|ARI|NMI|t-SNE|PCA|UMAP|k-means|DBSCAN|eps|ward|SVG|PNG|CSV|FLAC|"
    r"Parquet|Python|MIDI|M3U8|VLC|WebGL|Shift|Alt|Ctrl|Esc|Viridis|kHz|dB|Hz|s"
)
#: Texts that can be seen, Plotly's too, and what is said on hovering.
_SEEN = """
() => {
  const seen = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    const shown = parent && parent.checkVisibility({ visibilityProperty: true });
    if (shown && !parent.closest("script, style"))
      seen.push(walker.currentNode.textContent);
  }
  document.querySelectorAll("[title], [aria-label], [placeholder]").forEach((element) => {
    if (!element.closest(".page") || element.closest(".page").checkVisibility())
      ["title", "aria-label", "placeholder"].forEach((name) =>
        seen.push(element.getAttribute(name) || ""));
  });
  /* Dash gives the steps of its number fields no other words. */
  return seen.filter((text) => text.trim() && !/^(In|De)crease value$/.test(text));
}
"""


@pytest.fixture
def names(server: RunningServer, explore: Page) -> list[str]:
    """What the library calls its recordings, and the page its encoders: longest first."""
    found = explore.evaluate(
        """async () => {
          const map = window.dash_component_api.getLayout("map-store").props.data.map;
          const rows = await (await fetch(`/listen/${map}/segments`)).json();
          const named = rows.flatMap((row) => [row.title, row.performer, row.instrument]);
          const { options } = window.dash_component_api.getLayout("map-encoder").props;
          const encoders = options.flatMap((one) => [one.label, one.title.split(",")[0]]);
          return [...new Set([...named, ...encoders])];
        }"""
    )
    pinyin = [known.pinyin for name in found if (known := find(name)) is not None]
    return sorted([*found, *pinyin], key=len, reverse=True)


def english(texts: Iterable[str], names: list[str]) -> list[str]:
    """Texts in which English words are left; figures cut a long name short."""
    left = []
    for text in texts:
        rest = text
        for name in names:
            rest = rest.replace(name, "")
        rest = re.sub(r"[^、，。：·]*…", "", rest) if "…" in rest else rest
        words = [word for word in re.findall(r"[A-Za-z][\w-]*", rest) if not SAME.fullmatch(word)]
        if any(len(word) > 1 for word in words):
            left.append(text)
    return left


def change_language(page: Page, language: str) -> None:
    page.click("#page-language")
    page.wait_for_selector(f'html[lang="{language}"][data-link="restored"]')
    settle(page)


def test_the_same_view_in_chinese_and_back(explore: Page, names: list[str]) -> None:
    explore.locator(".legend-entry button").nth(1).click()
    explore.click("#cluster-run")
    settle(explore)
    rows = explore.evaluate("() => window.musiclatentvis.map.rows()")
    assert rows
    assert english(explore.evaluate(_SEEN), names)

    change_language(explore, "zh")
    expect(explore.locator("nav")).to_have_text("探索音符评估曲库")
    expect(explore.locator("#cluster-run")).to_have_text("运行")
    expect(explore.locator("#selection-summary")).to_contain_text(f"{len(rows):,} / ")
    expect(explore.locator("#legend")).to_contain_text("第 1 类")
    assert explore.evaluate("() => window.musiclatentvis.map.rows()") == rows
    assert english(explore.evaluate(_SEEN), names) == []

    # What comes with a click: a segment to hear, a dimension's card, both workspaces of clusters.
    click_graph(explore, "map-graph", *point_pixels(explore, rows[:1])[0])
    explore.locator("#variance-list button").first.click()
    settle(explore)
    expect(explore.locator("#dimension-title")).to_contain_text("的含义")
    assert english(explore.evaluate(_SEEN), names) == []
    explore.keyboard.press("Escape")
    explore.locator("[data-open=clusters-workspace]").click()
    settle(explore)
    assert english(explore.evaluate(_SEEN), names) == []

    change_language(explore, "en")
    expect(explore.locator("#cluster-run")).to_have_text("Run")
    assert explore.evaluate("() => window.musiclatentvis.map.rows()") == rows


@pytest.mark.parametrize("path", ["notes", "evaluate"])
def test_other_pages_in_chinese(explore: Page, names: list[str], path: str) -> None:
    explore.click(f".nav-{path}")
    settle(explore)
    change_language(explore, "zh")
    expect(explore.locator(".frame")).to_have_attribute("data-current-page", path)
    expect(explore.locator(f".page-{path} h1").first).to_have_text(
        {"notes": "音符", "evaluate": "评估"}[path]
    )


def test_a_chinese_browser_needs_no_switch(browser: Browser, server: RunningServer) -> None:
    page = new_page(browser, reduced_motion="reduce", locale="zh-CN")
    complaints = Complaints()
    complaints.listen(page)
    open_explore(page, server.url)
    expect(page.locator("html")).to_have_attribute("lang", "zh")
    expect(page.locator("#page-language")).to_have_text("EN")
    page.context.close()
    assert complaints.lines == []
