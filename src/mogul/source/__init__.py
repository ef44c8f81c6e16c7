"""Sources: where rows come from."""

from mogul.source.array import ArraySource

__all__ = ["ArraySource"]
