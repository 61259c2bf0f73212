"""What "fine-tune" means for a model where a reader does not say how."""

from collections.abc import Iterator

from vram_atlas.catalog import Catalog, ModelEntry
from vram_atlas.schema.base import Task
from vram_atlas.schema.language import Language, Tuning


def tuning_tasks(catalog: Catalog, language: Language) -> Iterator[tuple[Task, ...]]:
    """For every model in the catalog's order: the task that is read, then those to offer.

    Only what is offered for the model's kind; the usual order where nothing is.
    """
    for entry in catalog.models.values():
        order = _order(entry, language.tuning)
        kind = entry.model.architecture.kind
        yield tuple(task for task in order if kind in catalog.tasks[task].runtimes) or order


def _order(entry: ModelEntry, tuning: Tuning) -> tuple[Task, ...]:
    small = tuning.small
    if entry.groups is None or entry.model.architecture.kind not in small.kinds:
        return tuning.tasks
    return small.tasks if entry.groups.total <= small.most_parameters else tuning.tasks
