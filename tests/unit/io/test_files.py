"""Model files: the same mixture comes back, or a complaint that names what is wrong."""

import builtins
import errno
import json
import math
import os
import stat
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save as save_arrays

import mogul
from mogul.errors import FileFormatError, ShapeError
from mogul.io import Metadata, load, read_metadata, save
from mogul.io.container import decode, encode

FIXTURES = Path(__file__).parent / "fixtures"

FORMS = {
    "full": lambda rng, k, d: mogul.FullCovariance(_matrices(rng, k, d)),
    "tied": lambda rng, k, d: mogul.TiedCovariance(_matrices(rng, 1, d)[0]),
    "diagonal": lambda rng, k, d: mogul.DiagonalCovariance(rng.gamma(1.0, size=(k, d)) + 1e-3),
    "spherical": lambda rng, k, d: mogul.SphericalCovariance(rng.gamma(1.0, size=k) + 1e-3),
}


def _matrices(rng, k, d):
    noise = rng.standard_normal((k, d, 2 * d))
    return noise @ noise.swapaxes(1, 2) + 0.01 * np.eye(d)


def random_mixture(form, seed=0, k=3, d=2):
    rng = np.random.default_rng(seed)
    means = rng.standard_normal((k, d)) * 10.0 ** rng.integers(-5, 6)
    return mogul.Mixture(rng.dirichlet(np.ones(k)), means, FORMS[form](rng, k, d))


def assert_same_bits(one, other):
    assert type(one.covariances) is type(other.covariances)
    for a, b in (
        (one.weights, other.weights),
        (one.means, other.means),
        (one.covariances.array, other.covariances.array),
    ):
        assert a.dtype == b.dtype
        assert a.shape == b.shape
        assert a.tobytes() == b.tobytes()


@pytest.fixture
def pair():
    return random_mixture("full", k=2)


@pytest.fixture
def data(pair):
    return encode(pair, Metadata(["height", "weight (kg)"], {"n_rows": 20}))


# ---------------------------------------------------------------------------------------------- round trip


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("d", [1, 2, 5])
def test_a_loaded_mixture_is_the_saved_one_to_the_last_bit(tmp_path, form, d):
    rows = np.random.default_rng(1).standard_normal((50, d)) * 3
    for seed in range(30):
        mixture = random_mixture(form, seed, k=1 + seed % 7, d=d)
        save(mixture, tmp_path / "model")
        loaded = load(tmp_path / "model")
        assert_same_bits(mixture, loaded)
        assert loaded.logpdf(rows).tobytes() == mixture.logpdf(rows).tobytes()


@pytest.mark.parametrize("value", [5e-324, 2.0**-1074, 1.7976931348623157e308, -0.0, 0.1, math.pi])
def test_every_float_survives(tmp_path, value):
    mixture = mogul.Mixture([1.0], [[value]], mogul.DiagonalCovariance([[1.0]]))
    save(mixture, tmp_path / "model")
    assert load(tmp_path / "model").means.tobytes() == mixture.means.tobytes()


def test_saving_what_was_loaded_gives_the_same_file(tmp_path, data):
    (tmp_path / "first").write_bytes(data)
    save(load(tmp_path / "first"), tmp_path / "second", metadata=read_metadata(tmp_path / "first"))
    assert (tmp_path / "second").read_bytes() == data


def test_metadata_come_back(tmp_path, pair):
    training = {"n_rows": 3, "loss": np.float64(0.1), "names": ["ü", '"', "\\"], "none": None, "inner": {"a": [1]}}
    save(pair, tmp_path / "model", metadata=Metadata(('a "quoted" name', "größe"), training))
    metadata = read_metadata(tmp_path / "model")
    assert metadata.feature_names == ('a "quoted" name', "größe")
    assert metadata.training == {**training, "loss": 0.1}
    assert metadata.mogul_version == mogul.__version__


def test_names_that_look_like_the_checksum_do_no_harm(tmp_path, pair):
    sneaky = '{"checksum": "sha256:' + "0" * 64 + '"'
    save(pair, tmp_path / "model", metadata=Metadata([sneaky, "0" * 64]))
    assert read_metadata(tmp_path / "model").feature_names == (sneaky, "0" * 64)


def test_as_many_names_as_features_are_needed(tmp_path, pair):
    with pytest.raises(ShapeError, match="feature_names has 1 names, but the mixture has 2 features"):
        save(pair, tmp_path / "model", metadata=Metadata(["a"]))
    assert not list(tmp_path.iterdir())


# ---------------------------------------------------------------------------------------------- old versions


def test_a_file_of_version_1_loads_for_ever():
    mixture, metadata = load(FIXTURES / "version-1.mogul"), read_metadata(FIXTURES / "version-1.mogul")
    assert isinstance(mixture.covariances, mogul.FullCovariance)
    assert mixture.weights.tolist() == [0.25, 0.75]
    assert mixture.means.tolist() == [[0.1, -1 / 3], [1e-300, 123456.789]]
    assert mixture.covariances.array.tolist() == [[[2.0, 0.1], [0.1, 1.0]], [[1e-10, 0.0], [0.0, 1e10]]]
    assert metadata == Metadata(["länge", "weight"], {"n_rows": 272, "converged": True}, "0.1.0")


# ---------------------------------------------------------------------------------------------- damage


def test_every_flip_of_one_byte_is_refused(data):
    refused = 0
    for position, byte in enumerate(data):
        # all single bits, all bits, and the characters that JSON skips
        for other in {*(byte ^ (1 << bit) for bit in range(8)), byte ^ 0xFF, *b" \t\n0"} - {byte}:
            with pytest.raises(FileFormatError):
                decode(data[:position] + bytes([other]) + data[position + 1 :], "model")
            refused += 1
    assert refused > 9 * len(data)


def test_every_truncation_is_refused(data):
    for length in range(len(data)):
        with pytest.raises(FileFormatError, match="empty|truncated"):
            decode(data[:length], "model")


def test_every_lost_byte_and_every_byte_too_many_is_refused(data):
    for position in range(len(data)):
        for changed in (data[:position] + data[position + 1 :], data[:position] + b" " + data[position:]):
            with pytest.raises(FileFormatError):
                decode(changed, "model")
    with pytest.raises(FileFormatError, match="damaged: 3 bytes follow its end"):
        decode(data + b"end", "model")


def test_swapped_halves_of_two_models_are_refused(data):
    other = encode(random_mixture("full", seed=9, k=2), Metadata(["height", "weight (kg)"], {"n_rows": 20}))
    assert len(other) == len(data)
    with pytest.raises(FileFormatError, match='do not agree with its field "checksum"'):
        decode(data[:-16] + other[-16:], "model")


# ---------------------------------------------------------------------------------------------- other files


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "is empty"),
        (b"abc", "truncated: it has 3 bytes"),
        (b"height,weight\n1,2\n3,4\n", "is not a mogul model, or its first bytes are damaged"),
        (b"\x93NUMPY\x01\x00v\x00{'descr': '<f8'}", "is not a mogul model but an array of NumPy"),
        (b"PK\x03\x04" + bytes(60), "is not a mogul model but a zip archive"),
        (b"\x80\x04\x95\x10\x00\x00\x00\x00\x00\x00\x00\x8c", "a pickle, which mogul never opens"),
        (b'{"format": "mogul.mixture"}', "read it with mogul.io.from_json"),
        (bytes(100), "is not a mogul model"),
        (save_arrays({"a": np.zeros(3)}), 'its safetensors header has no entry "mogul"'),
        (save_arrays({"a": np.zeros(3)}, {"mogul": "no JSON"}), "is damaged: the entry"),
        (save_arrays({"a": np.zeros(3)}, {"mogul": "[1]"}), "is no JSON object"),
        (save_arrays({"a": np.zeros(3)}, {"mogul": "{}"}), 'its field "format" is not "mogul.mixture"'),
        (b"\x02\x00\x00\x00\x00\x00\x00\x00[]", "is not a mogul model"),
        (b"\x08\x00\x00\x00\x00\x00\x00\x00{[[[[[[[", "its header cannot be read"),
    ],
)
def test_what_is_no_model_is_refused_with_what_it_is(tmp_path, content, complaint):
    path = tmp_path / "thing.bin"
    path.write_bytes(content)
    with pytest.raises(FileFormatError, match=complaint) as caught:
        load(path)
    assert str(caught.value).startswith("thing.bin ")


def test_missing_files_and_folders_are_errors_of_the_system(tmp_path):
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "nothing")
    with pytest.raises(IsADirectoryError):
        load(tmp_path)


def _written(fields, **arrays):
    """Return a file of given fields and arrays whose checksum is right."""
    import hashlib

    fields = {"checksum": "sha256:" + "0" * 64, **fields}
    blank = save_arrays(arrays, {"mogul": json.dumps(fields)})
    return blank.replace(b"0" * 64, hashlib.sha256(blank).hexdigest().encode(), 1)


GOOD = {"format": "mogul.mixture", "format_version": 1, "form": "diagonal"}
ARRAYS = {"weights": np.array([0.5, 0.5]), "means": np.array([[0.0], [1.0]]), "covariances": np.ones((2, 1))}


@pytest.mark.parametrize(
    ("fields", "arrays", "complaint"),
    [
        ({"format_version": 2, "mogul_version": "7.0"}, {}, r"newer mogul \(7.0\): its format version is 2.*Upgrade"),
        ({"format_version": 2, "surprise": 1, "checksum": "none"}, {}, "newer mogul"),
        ({"format_version": 0}, {}, 'field "format_version" is 0'),
        ({"format_version": "1"}, {}, "field \"format_version\" is '1'"),
        ({"format_version": True}, {}, 'field "format_version" is True'),
        ({"form": "round"}, {}, "unknown form 'round'; \"form\" must be one of: full, tied, diagonal, spherical"),
        ({"form": "full"}, {}, r"does not hold a mixture: covariances must have shape \(K, D, D\)"),
        ({"form": 3}, {}, '3 in the field "form", which must be str'),
        ({"n_components": 3}, {}, '"n_components" is 3, but the arrays are for 2'),
        ({"n_features": 3}, {}, '"n_features" is 3, but the arrays are for 1'),
        ({"feature_names": ["a", "b"]}, {}, "feature_names has 2 names, but the mixture has 1"),
        ({"feature_names": [1]}, {}, "must be a sequence of strings"),
        ({"training": []}, {}, 'the field "training", which must be dict'),
        ({"colour": "red"}, {}, 'unknown field "colour"'),
        ({}, {"weights": np.array([0.5, 0.5], np.float32)}, '"weights" as float32, but version 1 holds float64'),
        ({}, {"means": np.array([[0], [1]])}, '"means" as int64'),
        ({}, {"means": np.array([[0.0], [np.nan]])}, 'NaN or infinity in the array "means"'),
        ({}, {"means": np.zeros((3, 1))}, "means must have shape"),
        ({}, {"weights": np.array([0.5, 0.6])}, "weights sum to 1.1"),
        ({}, {"covariances": np.array([[1.0], [-1.0]])}, "The covariance of component 1 is not positive definite"),
        ({}, {"spare": np.ones(1)}, 'unknown array "spare"'),
    ],
)
def test_files_that_are_whole_but_wrong_are_refused_by_field(fields, arrays, complaint):
    with pytest.raises(FileFormatError, match=complaint):
        decode(_written({**GOOD, **fields}, **{**ARRAYS, **arrays}), "model")


def test_a_lacking_field_or_array_is_named():
    assert decode(_written(GOOD, **ARRAYS), "model")[0].n_components == 2
    for name in ("form", "format_version"):
        with pytest.raises(FileFormatError, match=name):
            decode(_written({key: GOOD[key] for key in GOOD if key != name}, **ARRAYS), "model")
    for name in ARRAYS:
        with pytest.raises(FileFormatError, match=f'lacks the array "{name}"'):
            decode(_written(GOOD, **{key: ARRAYS[key] for key in ARRAYS if key != name}), "model")


def test_a_large_data_file_is_refused_by_its_first_bytes(tmp_path):
    path = tmp_path / "large.csv"
    with open(path, "wb") as file:
        file.write(b"1,2,3\n" * 10)
        file.truncate(1 << 40)  # a hole: reading it would need a tebibyte
    with pytest.raises(FileFormatError, match="not a mogul model"):
        load(path)


# ---------------------------------------------------------------------------------------------- writing


def _failing(monkeypatch, call, failure):
    if call == "write":
        real = builtins.open

        def opened(*args, **kwargs):
            file = real(*args, **kwargs)
            return file if args[1] == "rb" else _FullDisk(file, failure)

        monkeypatch.setattr("builtins.open", opened)
        return

    def fail(*args, **kwargs):
        raise failure

    monkeypatch.setattr(os, call, fail)


class _FullDisk:
    """A file whose disk fills up after ten bytes."""

    def __init__(self, file, failure):
        self.file, self.failure = file, failure

    def __enter__(self):
        return self

    def __exit__(self, *problem):
        self.file.close()

    def write(self, data):
        self.file.write(data[:10])
        raise self.failure


@pytest.mark.parametrize("call", ["write", "fsync", "replace"])
@pytest.mark.parametrize("failure", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()])
@pytest.mark.parametrize("old", [None, b"the old file"])
def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch, pair, call, failure, old):
    path = tmp_path / "model"
    if old is not None:
        path.write_bytes(old)
    with monkeypatch.context() as patch:
        _failing(patch, call, failure)
        with pytest.raises(type(failure)):
            save(pair, path)
    assert [file.read_bytes() for file in tmp_path.iterdir()] == ([] if old is None else [old])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_device_is_reported(pair):
    with pytest.raises(OSError) as caught:
        save(pair, "/dev/full")
    assert caught.value.errno == errno.ENOSPC


def test_devices_are_written_to_and_not_replaced(pair):
    before = os.stat(os.devnull)
    save(pair, os.devnull)
    assert stat.S_ISCHR(os.stat(os.devnull).st_mode) == stat.S_ISCHR(before.st_mode)


def test_a_missing_folder_is_named(tmp_path, pair):
    with pytest.raises(FileNotFoundError) as caught:
        save(pair, tmp_path / "nowhere" / "model")
    assert caught.value.filename == str(tmp_path / "nowhere" / "model")


def test_permissions_and_links_are_kept(tmp_path, pair):
    path, link = tmp_path / "model", tmp_path / "link"
    path.write_bytes(b"old")
    path.chmod(0o640)
    link.symlink_to(path)
    save(pair, link)
    assert link.is_symlink()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert_same_bits(load(path), pair)


def test_a_new_file_has_the_permissions_that_the_user_gives_new_files(tmp_path, pair):
    old = os.umask(0o027)
    try:
        save(pair, tmp_path / "model")
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "model").stat().st_mode) == 0o640


def test_a_read_only_file_is_not_replaced(tmp_path, monkeypatch, pair):
    path = tmp_path / "model"
    path.write_bytes(b"old")
    monkeypatch.setattr(os, "access", lambda *_: False)  # whoever runs this may be allowed everything
    with pytest.raises(PermissionError):
        save(pair, path)
    assert path.read_bytes() == b"old"
