"""A Hugging Face `config.json` as an architecture of the schema, by data/importing.yml.

The rules are data (`schema/importing.py` says how they read); this module only follows them, and
the browser does the same with the same rules.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Final, TypeVar

from pydantic import Field, TypeAdapter, ValidationError

from vram_atlas.crosschecks import shape_faults
from vram_atlas.expressions import Config, FaultError, Scope, Value, at
from vram_atlas.problems import Problem, ProblemsError, nearest
from vram_atlas.schema.importing import (
    Block,
    Expression,
    ImportFile,
    ImportRule,
    Template,
    Wrapper,
)
from vram_atlas.schema.model import Disclosed
from vram_atlas.strict_yaml import path_text
from vram_atlas.validation import explained

SOURCE: Final = "config"
"""The source that a count made by the rules names: the configuration that is read."""

_Rule = TypeVar("_Rule", ImportRule, Wrapper)
_ARCHITECTURE: TypeAdapter[Disclosed] = TypeAdapter(
    Annotated[Disclosed, Field(discriminator="kind")]
)


@dataclass(frozen=True, slots=True)
class Imported:
    """What a configuration says.

    `shape` is the architecture as plain data, as it stands in a file of data/models/;
    `uncounted` names a part whose parameters the configuration does not tell.
    """

    model_type: str
    shape: dict[str, Value]
    architecture: Disclosed
    context_length: int | None
    native_format: str | None
    uncounted: str | None


def read_config(text: bytes, file: str) -> Config:
    """A configuration from the bytes of its file. Raises ProblemsError."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        tip = "Paste the whole file, from the first { to the last }."
        raise ProblemsError(
            [Problem(file, getattr(error, "lineno", 0), "(document)", str(error), "JSON", tip)]
        ) from error
    if not isinstance(value, dict):
        raise ProblemsError([Problem(file, 0, "(document)", "a list or a value", "an object: {…}")])
    return value


def import_config(config: Config, table: ImportFile, file: str) -> Imported:
    """Read a configuration. Raises ProblemsError with everything that is missing or wrong."""
    reading = _Reading(file, table, config)
    found = reading.read()
    if found is None:
        raise ProblemsError(reading.problems)
    return found


class _Reading:
    """One configuration being read, and the problems found on the way."""

    def __init__(self, file: str, table: ImportFile, config: Config) -> None:
        self.file = file
        self.table = table
        self.config = config
        self.scope = Scope(config)
        self.problems: list[Problem] = []

    def read(self) -> Imported | None:
        """The architecture, or None after a problem."""
        model_type = self.config.get("model_type")
        wrapper = _of_type(self.table.wrappers, model_type)
        part = self._inner(wrapper) if wrapper is not None else self.config
        if part is None:
            return None
        inner = part.get("model_type", wrapper.inner if wrapper is not None else None)
        rule = _of_type(self.table.rules, inner)
        if rule is None:
            self._unknown(inner)
            return None
        if wrapper is not None:
            self.scope = Scope(part, self.config)
        self._refuse(rule, inner)
        shape = self._block(rule.architecture)
        count = self._counted(wrapper) if wrapper is not None else None
        if wrapper is not None and count is not None:
            added: dict[str, Value] = {"name": wrapper.part, "count": count, "source": SOURCE}
            own = shape.get("other_parameters")
            shape["other_parameters"] = [*(own if isinstance(own, list) else []), added]
        context, native = map(self._found, (rule.context_length, self.table.native_format))
        architecture = None if self.problems else self._validated(shape)
        if architecture is None:
            return None
        return Imported(
            model_type=str(model_type),
            shape=shape,
            architecture=architecture,
            context_length=context if isinstance(context, int) and context > 0 else None,
            native_format=native if isinstance(native, str) else None,
            uncounted=wrapper.part if wrapper is not None and count is None else None,
        )

    def _add(self, path: str, saw: str, expected: str, tip: str = "") -> None:
        problem = Problem(self.file, 0, path, saw, expected, tip)
        if problem not in self.problems:
            self.problems.append(problem)

    def _inner(self, wrapper: Wrapper) -> Config | None:
        part = at(self.config, wrapper.inside)
        if isinstance(part, Mapping):
            return part
        if "num_hidden_layers" in self.config:  # written before the parts were nested
            return {**self.config, "model_type": wrapper.inner}
        self._add(wrapper.inside, "nothing", "the part with the language model")
        return None

    def _unknown(self, model_type: Value) -> None:
        known = sorted(known_types(self.table))
        if isinstance(model_type, str):
            saw, expected = f"'{model_type}'", "a model type with a rule in data/importing.yml"
            close = nearest(model_type, known)
            everything = f"Known: {', '.join(known)}."
            tip = f"{close} {everything}" if close.startswith("Did") else everything
        elif "_class_name" in self.config:
            saw, expected = "nothing", "the type of a transformers model"
            tip = "This is a component of a diffusion pipeline. Pipelines are written by hand."
        else:
            saw, expected = "nothing", "a text such as 'llama'"
            tip = "Use the config.json that lies beside the weights on the hub."
        self._add("model_type", saw, expected, tip)

    def _refuse(self, rule: ImportRule, model_type: Value) -> None:
        for refusal in rule.refuse:
            try:
                refused = self.scope.truth(refusal.when)
            except FaultError as error:
                self._add(*error.fault)
                continue
            if refused:
                saw = f"a variant of '{model_type}'"
                self._add("model_type", saw, "one that the catalog can express", refusal.because)

    def _found(self, expression: Expression) -> Value:
        """A value, or None after adding the problem that prevents it."""
        try:
            return self.scope.value(expression)
        except FaultError as error:
            self._add(*error.fault)
            return None

    def _counted(self, wrapper: Wrapper) -> int | None:
        """Parameters of what the wrapper adds; None where the configuration does not tell."""
        try:
            return None if wrapper.count is None else self.scope.number(wrapper.count)
        except FaultError:
            return None

    def _block(self, template: Template | Block) -> dict[str, Value]:
        shape: dict[str, Value] = {}
        for key, value in template.items():
            if key == "kind" and isinstance(value, str):
                shape[key] = value
            elif isinstance(value, tuple):
                blocks = [self._block(block) for block in value]
                shape[key] = [block for block in blocks if _counts(block)]
            elif isinstance(value, dict):
                shape[key] = self._block({**value})
            elif (found := self._found(value)) is not None:
                shape[key] = found
        return shape

    def _validated(self, shape: dict[str, Value]) -> Disclosed | None:
        try:
            architecture = _ARCHITECTURE.validate_python(shape)
        except ValidationError as error:
            for path, saw, expected, tip in explained(error, shape):
                self._add(f"architecture.{path}", saw, expected, tip)
            return None
        for fault in shape_faults(architecture):
            self._add(path_text(fault.place), fault.saw, fault.expected, fault.tip)
        return None if self.problems else architecture


def known_types(table: ImportFile) -> Iterator[str]:
    """Every model type with a rule."""
    for rule in table.rules:
        yield from _names(rule)
    for wrapper in table.wrappers:
        yield from _names(wrapper)


def _of_type(rules: Sequence[_Rule], model_type: Value) -> _Rule | None:
    return next((rule for rule in rules if model_type in _names(rule)), None)


def _names(rule: ImportRule | Wrapper) -> tuple[str, ...]:
    return (rule.model_type, *rule.also)


def _counts(block: Mapping[str, Value]) -> bool:
    """Whether a block of a list has a layer or a parameter."""
    return block.get("layers") != 0 and block.get("count") != 0
