"""A picture in SVG: boxes and text, readable on light and on dark pages."""

from __future__ import annotations

from html import escape

# The card has a ground of its own: a page may be dark while the reader's system is light.
_HEAD = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">
<title>{title}</title>
<style>
text {{ font: 13px system-ui, "Noto Sans", sans-serif; fill: #1f2328; text-anchor: middle }}
.said {{ text-anchor: start; fill: #59636e }}
.han {{ font: 17px "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "Source Han Sans SC", sans-serif }}
.byte {{ font: 11px ui-monospace, "DejaVu Sans Mono", monospace }}
.card {{ fill: #ffffff; stroke: #d1d9e0 }}
.plain {{ fill: #f6f8fa; stroke: #d1d9e0 }}
.put {{ fill: #fff1cc; stroke: #bf8700 }}
.lost {{ fill: #ffdcd7; stroke: #cf222e }}
.off {{ fill: #f3e3ff; stroke: #8250df }}
.mapped {{ fill: #ddf4ff; stroke: #54aeff }}
.good {{ fill: #d6f5dd; stroke: #1a7f37 }}
@media (prefers-color-scheme: dark) {{
text {{ fill: #e6edf3 }} .said {{ fill: #9198a1 }}
.card {{ fill: #0d1117; stroke: #3d444d }}
.plain {{ fill: #151b23; stroke: #3d444d }}
.put {{ fill: #4b3600; stroke: #d29922 }}
.lost {{ fill: #5c1a1a; stroke: #f85149 }}
.off {{ fill: #3c1e70; stroke: #ab7df8 }}
.mapped {{ fill: #0c2d6b; stroke: #388bfd }}
.good {{ fill: #0f3d1e; stroke: #3fb950 }}
}}
</style>
<rect class="card" x="0.5" y="0.5" width="{inner_width}" height="{inner_height}" rx="8"/>
"""
MARGIN = 20
BOX = 30
"""How high a box is."""


class Drawing:
    """Grows downwards, row by row. All lengths are in pixels."""

    def __init__(self, title: str, width: int) -> None:
        self._title, self._width = title, width
        self._parts: list[str] = []
        self.y = MARGIN

    def say(self, text: str) -> None:
        """A line of explanation."""
        self.y += 14
        self.text(text, MARGIN, "said")
        self.y += 8

    def text(self, text: str, x: float, kind: str, dy: float = 0) -> None:
        """Text `dy` below the top of the row; x is its middle, for `said` its beginning."""
        self._parts.append(f'<text class="{kind}" x="{x:g}" y="{self.y + dy:g}">{escape(text)}</text>\n')

    def box(self, text: str, x: float, width: float, kind: str, *, letters: str = "han", dy: float = 0) -> None:
        """A box of the row, or `dy` below it, with text in its middle."""
        self._parts.append(
            f'<rect class="{kind}" x="{x:g}" y="{self.y + dy:g}" width="{width:g}" height="{BOX}" rx="3"/>\n'
        )
        self.text(text, x + width / 2, letters, dy + BOX * 0.69)

    def end_row(self, gap: int = 4) -> None:
        """Go on below the boxes."""
        self.y += BOX + gap

    def svg(self) -> str:
        """The whole file."""
        size = {"width": self._width, "height": self.y + MARGIN - 8}
        inner = {"inner_width": self._width - 1, "inner_height": size["height"] - 1}
        return _HEAD.format(title=escape(self._title), **size, **inner) + "".join(self._parts) + "</svg>\n"
