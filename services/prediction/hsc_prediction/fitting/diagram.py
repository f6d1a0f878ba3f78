"""The reliability diagram, as SVG: how often candidates of a confidence were meant."""

from collections.abc import Mapping, Sequence

Bin = tuple[float, float, int]
Pairs = Sequence[tuple[float, bool]]  # how sure of a candidate, and whether it was meant
_SIZE, _EDGE = 320, 40
_COLOURS = ("#2563eb", "#ea580c", "#15803d")


def reliability(pairs: Pairs, bins: int = 10) -> list[Bin]:
    """(mean confidence, share that was meant, count) of each tenth that has candidates."""
    out = []
    for at in range(bins):
        inside = [(p, y) for p, y in pairs if at / bins <= p < (at + 1) / bins or (at == bins - 1 and p == 1)]
        if inside:
            out.append((sum(p for p, _ in inside) / len(inside), sum(y for _, y in inside) / len(inside), len(inside)))
    return out


def calibration_error(pairs: Pairs) -> float:
    """Expected calibration error over ten bins (Naeini et al., AAAI 2015)."""
    return sum(abs(mean - share) * count for mean, share, count in reliability(pairs)) / max(1, len(pairs))


def svg(judged: Mapping[str, Pairs], title: str) -> str:
    """The diagram, a colour for each kind of questions."""
    span = _SIZE - 2 * _EDGE

    def place(x: float, y: float) -> tuple[str, str]:
        return f"{_EDGE + x * span:.1f}", f"{_SIZE - _EDGE - y * span:.1f}"

    (x0, y0), (x1, y1) = place(0, 0), place(1, 1)
    dots, labels = [], []
    for nth, ((what, pairs), colour) in enumerate(zip(judged.items(), _COLOURS, strict=False)):
        labels.append(f'<text x="{_EDGE + 10}" y="{_EDGE + 12 + 13 * nth}" fill="{colour}">{what}</text>')
        for mean, share, count in reliability(pairs):
            x, y = place(mean, share)
            dots.append(
                f'<circle cx="{x}" cy="{y}" r="{3 + min(9, count**0.5 / 10):.1f}" fill="{colour}" fill-opacity=".6"/>'
            )
    for tick in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0):
        x, y = place(tick, tick)
        labels.append(f'<text x="{x}" y="{_SIZE - _EDGE + 16}" text-anchor="middle">{tick:.1f}</text>')
        labels.append(f'<text x="{_EDGE - 6}" y="{y}" text-anchor="end">{tick:.1f}</text>')
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_SIZE} {_SIZE}" font-family="sans-serif"',
            ' font-size="10">',
            f"<title>{title}</title>",
            f'<rect width="{_SIZE}" height="{_SIZE}" fill="#fff"/>',
            f'<text x="{_SIZE / 2}" y="20" text-anchor="middle">{title}</text>',
            f'<path d="M{x0} {y1}V{y0}H{x1}" fill="none" stroke="#111"/>',
            f'<path d="M{x0} {y0}L{x1} {y1}" stroke="#999" stroke-dasharray="4"/>',
            *dots,
            *labels,
            f'<text x="{_SIZE / 2}" y="{_SIZE - 8}" text-anchor="middle">confidence</text>',
            f'<text x="12" y="{_SIZE / 2}" text-anchor="middle" transform="rotate(-90 12 {_SIZE / 2})">meant</text>',
            "</svg>\n",
        )
    )
