"""The tables of rules of thumb: one row per rule, with every case it was compared in."""

from collections.abc import Sequence

from vram_atlas import claim_words as words
from vram_atlas.claims import Checked, Outcome
from vram_atlas.markup import Row, anchor, blocks, items, small, source_link, table_region, text
from vram_atlas.schema.claim import ClaimGroup, Ruling
from vram_atlas.verdict import Verdict

_ICON = {
    Ruling.HOLDS: Verdict.FITS,
    Ruling.CONDITIONS: Verdict.TIGHT,
    Ruling.FAILS: Verdict.NO,
    Ruling.UNKNOWN: Verdict.UNKNOWN,
}
"""The style sheet has an icon and a colour for each verdict on a board; rulings wear the same."""


def ruling(value: Ruling) -> str:
    """A ruling as a word with its icon."""
    return f'<span class="v v-{_ICON[value]}">{words.RULING_WORD[value]}</span>'


def claims(checked: Sequence[Checked]) -> str:
    """Every rule, in sections."""
    parts: list[str] = []
    for group in ClaimGroup:
        own = [item for item in checked if item.claim.group is group]
        title = words.GROUP_TITLE[group]
        parts.append(f"## {title} {{ #{anchor(title)} }}")
        parts.append(table_region(words.caption(group), words.HEAD, map(_row, own), "atlas-claims"))
    return blocks(*parts)


def _row(item: Checked) -> Row:
    claim = item.claim
    said = item.said_by
    origin = small(f"{words.SAID_BY}{source_link(said)}") if said is not None else ""
    evidence = ", ".join(source_link(source) for source in item.evidence)
    because = f"<p>{text(claim.judged.because)}</p>" if claim.judged is not None else ""
    return (
        f"{text(claim.says)}<br>{ruling(item.ruling)}{origin}",
        because
        + (items(map(_case, item.outcomes)) if item.outcomes else "")
        + f"<p><b>{words.BETTER}</b>{text(claim.better)}</p>"
        + small(f"{words.EVIDENCE}{evidence}"),
    )


def _case(outcome: Outcome) -> str:
    mark = words.RIGHT if outcome.agrees else words.WRONG
    icon = Verdict.FITS if outcome.agrees else Verdict.NO
    compared = outcome.compared
    ours = f"<b>{text(words.figure(outcome))}</b>"
    said = text(words.said(compared))
    return (
        f"{text(compared.label)}: {ours}, {words.RULE_SAYS} {said}: "
        f'<span class="v v-{icon}">{mark}</span>{small(text(words.case(outcome)))}'
    )
