"""Mixtures to files and back."""

from __future__ import annotations

import os
from pathlib import Path

from mogul.io.container import check_beginning, decode, encode
from mogul.io.metadata import Metadata
from mogul.io.replace import replacing
from mogul.mixture import Mixture

Location = str | os.PathLike[str]


def save(mixture: Mixture, path: Location, *, metadata: Metadata | None = None) -> None:
    """Write a mixture to a file, which `load` turns back into the same mixture, to the last bit.

    Parameters
    ----------
    mixture : Mixture
    path : path
        Any name; ``.mogul`` is a habit. A file that is there is replaced, once the new one is complete.
    metadata : Metadata, optional
        The names of the features and a training summary.

    Raises
    ------
    OSError
        If the file cannot be written. The old one is then still there.
    ShapeError
        If there are not as many names as features.

    Notes
    -----
    The file is a safetensors file: float64 arrays behind a JSON header, readable from any language, with a version
    and a checksum over all its bytes.

    Examples
    --------
    >>> import mogul, pathlib, tempfile
    >>> from mogul.io import load, save
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = pathlib.Path(folder.name) / "pair.mogul"
    >>> save(mogul.Mixture.univariate([0.25, 0.75], [0.0, 4.0], [1.0, 2.0]), path)
    >>> load(path).mean()
    array([3.])
    >>> folder.cleanup()
    """
    data = encode(mixture, metadata)
    with replacing(path) as file:
        file.write(data)


def load(path: Location) -> Mixture:
    """Return the mixture in a file that `save` wrote.

    Parameters
    ----------
    path : path

    Raises
    ------
    FileFormatError
        If the file is empty, damaged, truncated, not a model or from a newer mogul; it says which, and what to do.
    OSError
        If the file cannot be read.

    Examples
    --------
    >>> import mogul, pathlib, tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = pathlib.Path(folder.name) / "notes.txt"
    >>> _ = path.write_text("mean 3, spread 1")
    >>> mogul.load(path)
    Traceback (most recent call last):
    mogul.errors.FileFormatError: notes.txt is not a mogul model, or its first bytes are damaged.
    >>> folder.cleanup()
    """
    return read_model(path)[0]


def read_metadata(path: Location) -> Metadata:
    """Return what a model file says beside the numbers: names of features, training summary, version of the writer.

    Parameters
    ----------
    path : path

    Raises
    ------
    FileFormatError, OSError
        As `load`.

    Examples
    --------
    >>> import mogul, pathlib, tempfile
    >>> from mogul.io import Metadata, read_metadata, save
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = pathlib.Path(folder.name) / "one.mogul"
    >>> save(mogul.Mixture.univariate([1.0], [0.0], [1.0]), path, metadata=Metadata(["height"], {"n_rows": 20}))
    >>> read_metadata(path).feature_names, read_metadata(path).training
    (('height',), {'n_rows': 20})
    >>> folder.cleanup()
    """
    return read_model(path)[1]


def read_model(path: Location) -> tuple[Mixture, Metadata]:
    """Return the mixture and the metadata in a file."""
    name = Path(path).name
    with open(path, "rb") as file:
        # Data files may be larger than memory; their first bytes are enough to refuse them.
        beginning = file.read(4096)
        check_beginning(beginning, name)
        return decode(beginning + file.read(), name)
