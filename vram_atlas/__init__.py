"""VRAM Atlas: what fits in GPU memory, computed from reviewed data."""
