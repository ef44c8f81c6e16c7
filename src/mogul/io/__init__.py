"""Model files: a checked binary file for programs, JSON for people. Nothing in them is ever executed."""

from mogul.io.document import from_json, to_json
from mogul.io.files import load, read_metadata, save
from mogul.io.metadata import Metadata

__all__ = ["Metadata", "from_json", "load", "read_metadata", "save", "to_json"]
