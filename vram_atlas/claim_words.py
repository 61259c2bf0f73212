"""The words of the page of rules of thumb. Translate it with sentences.py."""

from collections.abc import Iterable
from typing import Final

from vram_atlas.claims import TOLERANCE, Outcome
from vram_atlas.formulas.phases import Part
from vram_atlas.schema.claim import ClaimGroup, Compared, Quantity, Ruling
from vram_atlas.sentences import PART_NAME, VERDICT_WORD, measure_facts, task_words
from vram_atlas.units import format_size, from_gib

GROUP_TITLE: Final = {
    ClaimGroup.BASICS: "Basics",
    ClaimGroup.INFERENCE: "Inference",
    ClaimGroup.TRAINING: "Training and fine-tuning",
    ClaimGroup.TRICKS: "Tricks",
    ClaimGroup.BOARDS: "Boards",
}
RULING_WORD: Final = {
    Ruling.HOLDS: "Holds",
    Ruling.CONDITIONS: "With conditions",
    Ruling.FAILS: "Does not hold",
    Ruling.UNKNOWN: "Cannot be checked",
}
HEAD: Final = ("Rule of thumb", "What we compute for it, and a better rule")
BETTER: Final = "Better: "
RIGHT: Final = "agrees"
WRONG: Final = "differs"
EVIDENCE: Final = "Evidence: "
SAID_BY: Final = "Repeated in "
RULE_SAYS: Final = "the rule says"
_QUANTITY: Final = {
    Quantity.NEED: "in all",
    Quantity.NEED_OF_ALL_BOARDS: "on all boards together",
    Quantity.WEIGHTS: PART_NAME[Part.WEIGHTS],
    Quantity.GRADIENTS: PART_NAME[Part.GRADIENTS],
    Quantity.OPTIMIZER_STATES: PART_NAME[Part.OPTIMIZER_STATES],
    Quantity.ACTIVATIONS: PART_NAME[Part.ACTIVATIONS],
    Quantity.KV_CACHE: PART_NAME[Part.KV_CACHE],
    Quantity.PARAMETERS: "parameters",
}


def caption(group: ClaimGroup) -> str:
    """Caption of one table."""
    return f"Rules of thumb, checked: {GROUP_TITLE[group].lower()}"


def counted(rulings: Iterable[Ruling]) -> str:
    """'52 rules: 12 hold, 30 hold with conditions, 8 do not hold, 2 cannot be checked.'."""
    found = list(rulings)
    words = {
        Ruling.HOLDS: "hold",
        Ruling.CONDITIONS: "hold with conditions",
        Ruling.FAILS: "do not hold",
        Ruling.UNKNOWN: "cannot be checked",
    }
    parts = [f"{found.count(ruling)} {text}" for ruling, text in words.items()]
    return f"{len(found)} rules: {', '.join(parts)}."


def tolerance() -> str:
    """How near is right: '10 %'."""
    return f"{TOLERANCE:.0%}".replace("%", " %")


def figure(outcome: Outcome) -> str:
    """Our figure in its unit: '5.4 GiB in all', '2.0 times', 'fits'."""
    compared = outcome.compared
    match compared.figure.quantity:
        case Quantity.FITS:
            return VERDICT_WORD[outcome.verdict].lower() if outcome.verdict is not None else ""
        case Quantity.LABEL:
            return f"{outcome.value:.0f} GB"
        case Quantity.PARAMETERS:
            return f"{outcome.value:.3g} billion parameters"
        case quantity:
            return _ratio(outcome) if compared.over is not None else _size(outcome, quantity)


def _size(outcome: Outcome, quantity: Quantity) -> str:
    return f"{format_size(from_gib(outcome.value))} {_QUANTITY[quantity]}"


def _ratio(outcome: Outcome) -> str:
    over = outcome.compared.over
    if over is not None and over.quantity is Quantity.PARAMETERS:
        return f"{outcome.value:.3g} bytes per parameter"
    return f"{outcome.value:.2f} times"


def said(compared: Compared) -> str:
    """What the rule says of this case: '16 to 20 GB', 'at most 6 GB', 'that it fits'."""
    if compared.fits is not None:
        return "that it fits" if compared.fits else "that it does not fit"
    unit = _unit(compared)
    if compared.least == compared.most == 1:
        return f"1 {unit.removesuffix('s')}"
    if compared.least is None:
        return f"at most {compared.most:g} {unit}"
    if compared.most is None:
        return f"at least {compared.least:g} {unit}"
    if compared.least == compared.most:
        return f"{compared.least:g} {unit}"
    return f"{compared.least:g} to {compared.most:g} {unit}"


def _unit(compared: Compared) -> str:
    """The unit in which a rule speaks."""
    if compared.over is not None:
        return "bytes" if compared.over.quantity is Quantity.PARAMETERS else "times"
    return "billion" if compared.figure.quantity is Quantity.PARAMETERS else "GB"


def case(outcome: Outcome) -> str:
    """'Llama 2 7B, QLoRA in NF4, micro-batch 1, sequence length 1,024': what is compared."""
    if outcome.found is None:
        return ""
    workload = outcome.found.workload
    boards = f"{workload.boards} x " if workload.boards > 1 else ""
    board = [f"{boards}{outcome.board.board.name}"] if outcome.board is not None else []
    facts = (
        workload.entry.model.name,
        task_words(workload),
        *measure_facts(workload),
        workload.runtime.name,
        *board,
    )
    return ", ".join(facts)
