"""Cloud providers: instance types, which board they have, and how many. No prices: they change."""

from pydantic import Field, model_validator

from vram_atlas.schema.base import Count, Identifier, Source, SourceKey, Strict, Text


class InstanceType(Strict):
    """One instance type, as the provider spells it."""

    type: Text = Field(description="the instance type, as the provider spells it")
    count: Count = Field(description="GPUs of the instance; all of them are whole")
    source: SourceKey | None = None


class InstanceFamily(Strict):
    """Instance types with the same GPU."""

    id: Identifier = Field(description="short name of the family")
    gpu: Text | None = Field(default=None, description="as the provider names it; absent: unnamed")
    board: Identifier | None = Field(
        default=None, description="the board in this catalog; absent where it is not in it"
    )
    memory_gb: Count | None = Field(default=None, description="GB per GPU, as the provider says")
    memory_mib: Count | None = Field(default=None, description="MiB per GPU, as the provider says")
    instances: tuple[InstanceType, ...] = Field(
        strict=False, min_length=1, description="the instance types of the family"
    )
    note: Text | None = None
    source: SourceKey

    @model_validator(mode="after")
    def _one_memory(self) -> "InstanceFamily":
        if (self.memory_gb is None) == (self.memory_mib is None):
            message = "either memory_gb or memory_mib, as the provider states it"
            raise ValueError(message)
        if self.board is not None and self.gpu is None:
            message = "a board only where the provider names the GPU"
            raise ValueError(message)
        return self


class Provider(Strict):
    """A file of data/clouds/."""

    provider: Identifier = Field(description="the name of the file, without .yml")
    name: Text
    note: Text | None = Field(default=None, description="one sentence a reader needs")
    sources: dict[str, Source]
    families: tuple[InstanceFamily, ...] = Field(
        strict=False, min_length=1, description="instance types with the same GPU"
    )
