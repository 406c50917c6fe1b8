"""What tests share, shipped for tests of one's own: made-up results here, hypothesis strategies in its modules."""

from digisim.testing.datasets import few_variables, synthetic_dataset

__all__ = ["few_variables", "synthetic_dataset"]
