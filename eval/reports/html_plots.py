"""Drawing by numbers: axes, lines, dots and whiskers as inline SVG. Pure, knows no metric.

Colours come from the page's style by class, so that a drawing follows light and dark.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from eval.reports.html_markup import escape, tag

WIDTH, HEIGHT = 340, 250
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 14, 12, 44
_TICKS = 5

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Axis:
    """What an axis shows, and from where to where."""

    name: str
    low: float = 0.0
    high: float = 1.0

    def part(self, value: float) -> float:
        """Return where a value lies between the ends, 0 to 1; what is beyond lies at an end."""
        if self.high <= self.low:
            return 0.5
        return min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))

    @property
    def ticks(self) -> list[float]:
        """Evenly spaced values, both ends among them."""
        return [self.low + (self.high - self.low) * i / _TICKS for i in range(_TICKS + 1)]

    def label(self, value: float) -> str:
        """Return a value as short as the range allows."""
        return f"{round(value, 6):g}"


@dataclass(frozen=True, slots=True)
class Plot:
    """A rectangle with two axes; its methods return marks in it."""

    x: Axis
    y: Axis

    def place(self, point: Point) -> Point:
        """Return where in the drawing a point of the axes is."""
        across, up = self.x.part(point[0]), self.y.part(point[1])
        return (
            _LEFT + across * (WIDTH - _LEFT - _RIGHT),
            HEIGHT - _BOTTOM - up * (HEIGHT - _TOP - _BOTTOM),
        )

    def frame(self) -> str:
        """Return grid, ticks and names of the axes."""
        grid = [self.line([(self.x.low, y), (self.x.high, y)], "grid") for y in self.y.ticks]
        across = [
            label(self.place((x, 0))[0], HEIGHT - _BOTTOM + 18, self.x.label(x), "middle")
            for x in self.x.ticks
        ]
        up = [
            label(_LEFT - 8, self.place((0, y))[1] + 4, self.y.label(y), "end")
            for y in self.y.ticks
        ]
        middle = (_TOP + HEIGHT - _BOTTOM) / 2
        turned = tag(
            "text",
            escape(self.y.name),
            {"transform": f"translate(13 {middle:.0f}) rotate(-90)", "text-anchor": "middle"},
        )
        centre = (_LEFT + WIDTH - _RIGHT) / 2
        return "".join([*grid, *across, *up, label(centre, HEIGHT - 6, self.x.name, "middle")]) + (
            turned
        )

    def line(self, points: Sequence[Point], classes: str = "curve") -> str:
        """Return a line through points."""
        placed = " ".join("{:.1f},{:.1f}".format(*self.place(point)) for point in points)
        return tag("polyline", "", {"points": placed, "class": classes})

    def dot(self, point: Point, radius: float = 4.5) -> str:
        """Return a dot."""
        x, y = self.place(point)
        return dot(x, y, radius)

    def note(self, point: Point, words: str) -> str:
        """Return words to the right of a point."""
        x, y = self.place(point)
        return label(x + 8, y + 4, words, "start", "note")


def dot(x: float, y: float, radius: float = 4.5, classes: str = "dot") -> str:
    """Return a dot in the drawing's own units."""
    place = {"cx": f"{x:.1f}", "cy": f"{y:.1f}", "r": f"{radius:g}", "class": classes}
    return tag("circle", "", place)


def stroke(start: Point, end: Point, classes: str) -> str:
    """Return a straight line in the drawing's own units."""
    names = ("x1", "y1", "x2", "y2")
    ends = {name: f"{v:.1f}" for name, v in zip(names, (*start, *end), strict=True)}
    return tag("line", "", {**ends, "class": classes})


def label(x: float, y: float, words: str, anchor: str = "start", classes: str = "") -> str:
    """Return words in the drawing's own units."""
    place = {"x": f"{x:.1f}", "y": f"{y:.1f}", "text-anchor": anchor}
    return tag("text", escape(words), {**place, "class": classes} if classes else place)


def drawing(
    name: str, title: str, told: str, marks: Iterable[str], size: tuple[float, float]
) -> str:
    """Return an SVG that says in words what it shows, for who can't see it.

    Args:
        name: an id of its own on the page.
        title: what it is.
        told: what can be seen in it.
        marks: SVG already.
        size: width and height of its own units.
    """
    words = tag("title", escape(title), {"id": f"{name}-t"}) + tag(
        "desc", escape(told), {"id": f"{name}-d"}
    )
    attributes = {
        "viewBox": "0 0 {:g} {:g}".format(*size),
        "role": "img",
        "aria-labelledby": f"{name}-t {name}-d",
    }
    return tag("svg", words + "".join(marks), attributes)
