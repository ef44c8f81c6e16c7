"""Small data sets that come with mogul; `SOURCES.md` beside them says where they are from."""

from mogul.data.faithful import DataSet, load_faithful

__all__ = ["DataSet", "load_faithful"]
