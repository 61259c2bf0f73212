"""What a catalog entry may say: strict, frozen models. The only description of the data."""
