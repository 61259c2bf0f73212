"""Attention that reads a choice or a summary of the earlier tokens."""

from typing import Literal

from pydantic import Field

from vram_atlas.schema.base import Count, Shape


class Indexer(Shape):
    """Small extra heads that choose which tokens attention reads (DeepSeek-V3.2)."""

    heads: Count
    head_size: Count
    pooled: Count = Field(default=1, description="tokens that share one cached key")
    weighted: bool = Field(default=True, description="a weight per head (not in MiniMax-M3)")


class CompressedAttention(Shape):
    """One vector per token is key and value of all heads (DeepSeek-V4); a window of it is kept.

    Of all earlier tokens one vector per `ratio` tokens is kept, which an indexer may choose from.
    """

    kind: Literal["compressed"]
    layers: Count
    heads: Count
    head_size: Count
    query_rank: Count = Field(description="width that queries are compressed to")
    output_rank: Count = Field(description="width that a group of heads is narrowed to")
    output_groups: Count = Field(description="groups of heads, each narrowed by itself")
    window: Count = Field(description="latest tokens that are kept one by one")
    ratio: Count | None = Field(default=None, description="tokens per kept vector; absent: window")
    indexer: Indexer | None = None
