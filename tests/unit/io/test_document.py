"""JSON for people: exact, readable, and checked field by field."""

import json
from pathlib import Path

import numpy as np
import pytest

import mogul
from mogul.errors import FileFormatError
from mogul.io import Metadata, from_json, to_json
from mogul.io.document import decode_json

FIXTURES = Path(__file__).parent / "fixtures"


def random_mixtures():
    for seed in range(40):
        rng = np.random.default_rng(seed)
        k, d = 1 + seed % 5, 1 + seed % 4
        noise = rng.standard_normal((k, d, 2 * d))
        matrices = noise @ noise.swapaxes(1, 2)
        forms = (
            mogul.FullCovariance(matrices),
            mogul.TiedCovariance(matrices[0]),
            mogul.DiagonalCovariance(np.einsum("kdd->kd", matrices)),
            mogul.SphericalCovariance(matrices[:, 0, 0]),
        )
        yield mogul.Mixture(rng.dirichlet(np.ones(k)), rng.standard_normal((k, d)) * 1e3, forms[seed % 4])


def test_text_and_back_is_the_same_mixture_to_the_last_bit():
    for mixture in random_mixtures():
        back = from_json(to_json(mixture))
        assert type(back.covariances) is type(mixture.covariances)
        assert back.weights.tobytes() == mixture.weights.tobytes()
        assert back.means.tobytes() == mixture.means.tobytes()
        assert back.covariances.array.tobytes() == mixture.covariances.array.tobytes()
        assert to_json(back) == to_json(mixture)


def test_metadata_are_in_the_text():
    one = mogul.Mixture.univariate([1.0], [0.0], [1.0])
    text = to_json(one, metadata=Metadata(["größe"], {"n_rows": 5}))
    assert '"feature_names": ["größe"]' in text
    assert decode_json(text, "text")[1] == Metadata(["größe"], {"n_rows": 5})


def test_a_text_of_version_1_is_read_for_ever():
    mixture, metadata = decode_json((FIXTURES / "version-1.json").read_text(encoding="utf-8"), "text")
    assert isinstance(mixture.covariances, mogul.TiedCovariance)
    assert mixture.weights.tolist() == [0.25, 0.75]
    assert mixture.means.tolist() == [[0.1, -1 / 3], [1e-300, 123456.789]]
    assert mixture.covariances.array.tolist() == [[2.0, 0.1], [0.1, 1.0]]
    assert metadata == Metadata(["länge", "weight"], {"n_rows": 272, "converged": True}, "0.1.0")


def test_every_truncation_is_refused():
    text = to_json(next(random_mixtures()))
    for length in range(len(text)):
        with pytest.raises(FileFormatError, match="JSON"):
            from_json(text[:length])


GOOD = {
    "format": "mogul.mixture",
    "format_version": 1,
    "form": "diagonal",
    "weights": [0.5, 0.5],
    "means": [[0], [1]],
    "covariances": [[1], [2]],
}


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"format": "other"}, 'not a mogul model: its field "format"'),
        ({"format_version": 2}, "newer mogul"),
        ({"format_version": 1.0}, 'field "format_version" is 1.0'),
        ({"means": [[0], [float("nan")]]}, "NaN is not a JSON number"),
        ({"means": [[0], [float("inf")]]}, "Infinity is not a JSON number"),
        ({"means": [[0], ["1"]]}, 'something else than nested lists of numbers in the array "means"'),
        ({"means": [[0], [True]]}, 'something else than nested lists of numbers in the array "means"'),
        ({"means": [[0], [None]]}, 'something else than nested lists of numbers in the array "means"'),
        ({"means": [[0], [1, 2]]}, 'different lengths or too large a number in the array "means"'),
        ({"means": [[0], [10**400]]}, 'too large a number in the array "means"'),
        ({"means": []}, "means must have shape"),
        ({"weights": [0.5, -0.5]}, "The weight of component 1 is -0.5"),
        ({"means": {}}, 'array "means"'),
        ({"feature_name": ["a"]}, 'unknown field "feature_name"'),
    ],
)
def test_wrong_texts_are_refused_by_field(changes, complaint):
    assert from_json(json.dumps(GOOD)).n_components == 2
    with pytest.raises(FileFormatError, match=complaint):
        from_json(json.dumps({**GOOD, **changes}))


@pytest.mark.parametrize("name", GOOD)
def test_a_lacking_field_is_named(name):
    with pytest.raises(FileFormatError, match=name):
        from_json(json.dumps({key: GOOD[key] for key in GOOD if key != name}))


def test_a_number_beyond_floating_point_is_refused():
    with pytest.raises(FileFormatError, match='NaN or infinity in the array "means"'):
        from_json(json.dumps(GOOD).replace("[[0]", "[[1e999]"))


def test_a_field_that_stands_twice_is_refused():
    with pytest.raises(FileFormatError, match='the field "form" twice'):
        from_json(json.dumps(GOOD).replace('"form":', '"form": "full", "form":'))


@pytest.mark.parametrize("text", ["", "[]", "3", "null", '"text"', "{}", "[" * 100_000])
def test_other_texts_are_refused(text):
    with pytest.raises(FileFormatError):
        from_json(text)
