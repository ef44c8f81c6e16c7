"""The tutorials do what they say: each block runs, prints what is printed, and makes the pictures that are shown."""

import contextlib
import io
import re
from pathlib import Path

import numpy as np
import pytest

TUTORIALS = Path(__file__).parents[2] / "docs" / "tutorials"
BLOCK = re.compile(r"^```(python|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PICTURE = re.compile(r"!\[([^\]]+?)\]\(images/([\w-]+\.png)\)")


def run(name, folder, monkeypatch):
    """Run all blocks of a tutorial in one namespace; return it with pairs (printed, shown as printed)."""
    plt = pytest.importorskip("matplotlib.pyplot")
    monkeypatch.chdir(folder)
    plt.switch_backend("agg")
    blocks = BLOCK.findall((TUTORIALS / name).read_text(encoding="utf-8"))
    names, prints = {"__name__": "tutorial"}, []
    for number, (kind, text) in enumerate(blocks):
        if kind == "text":
            continue
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            exec(compile(text, f"{name}, block {number}", "exec"), names)
        follows = blocks[number + 1] if number + 1 < len(blocks) else ("", "")
        prints.append((output.getvalue(), follows[1] if follows[0] == "text" else ""))
    plt.close("all")
    return names, prints


@pytest.fixture(scope="module")
def mixture_tutorial(tmp_path_factory):
    folder = tmp_path_factory.mktemp("how-a-mixture-looks")
    with pytest.MonkeyPatch.context() as monkeypatch:
        return *run("how-a-mixture-looks.md", folder, monkeypatch), folder


def test_mixture_tutorial_prints_what_it_shows(mixture_tutorial):
    _, prints, _ = mixture_tutorial
    assert sum(bool(shown) for _, shown in prints) == 6
    for printed, shown in prints:
        assert printed == shown


def test_mixture_tutorial_recovers_what_was_chosen_as_closely_as_it_says(mixture_tutorial):
    names, _, _ = mixture_tutorial
    for chosen, found in (("birds", "found"), ("hills", "found_hills")):
        np.testing.assert_allclose(names[found].weights, names[chosen].weights, atol=0.02)
        np.testing.assert_allclose(names[found].means, names[chosen].means, atol=0.3)
    np.testing.assert_allclose(names["deviations"], [3, 6, 5], atol=0.3)


def test_mixture_tutorial_lays_two_almost_equal_curves_over_each_other(mixture_tutorial):
    names, _, _ = mixture_tutorial
    chosen, found = names["birds"].pdf(names["x"]), names["found"].pdf(names["x"])
    assert np.abs(chosen - found).max() < 0.05 * chosen.max()


def test_mixture_tutorial_makes_the_pictures_that_it_shows(mixture_tutorial):
    plt = pytest.importorskip("matplotlib.pyplot")
    _, _, folder = mixture_tutorial
    shown = PICTURE.findall((TUTORIALS / "how-a-mixture-looks.md").read_text(encoding="utf-8"))
    made = {path.name for path in folder.glob("*.png")}
    assert made == {name for _, name in shown}
    for description, name in shown:
        kept = TUTORIALS / "images" / name
        assert len(description) > 30, f"{name} needs a description for those who cannot see it"
        assert 5_000 < kept.stat().st_size < 80_000, name
        assert (folder / name).stat().st_size > 5_000, name
        assert plt.imread(kept).shape == plt.imread(folder / name).shape, name


@pytest.fixture(scope="module")
def after_the_fit(tmp_path_factory):
    folder = tmp_path_factory.mktemp("after-the-fit")
    with pytest.MonkeyPatch.context() as monkeypatch:
        return *run("after-the-fit.md", folder, monkeypatch), folder


def test_after_the_fit_prints_what_it_shows(after_the_fit):
    _, prints, _ = after_the_fit
    assert sum(bool(shown) for _, shown in prints) == 4
    for printed, shown in prints:
        assert printed == shown


def test_after_the_fit_finds_the_crosses_and_the_ball(after_the_fit):
    names, _, _ = after_the_fit
    assert names["merging"].n_clusters == 3
    assert sorted(map(len, names["merging"].members())) == [1, 2, 2]


def test_after_the_fit_makes_the_pictures_that_it_shows(after_the_fit):
    plt = pytest.importorskip("matplotlib.pyplot")
    _, _, folder = after_the_fit
    shown = PICTURE.findall((TUTORIALS / "after-the-fit.md").read_text(encoding="utf-8"))
    assert {path.name for path in folder.glob("*.png")} == {name for _, name in shown}
    for description, name in shown:
        kept = TUTORIALS / "images" / name
        assert len(description) > 30, f"{name} needs a description for those who cannot see it"
        assert 5_000 < kept.stat().st_size < 100_000, name
        assert plt.imread(kept).shape == plt.imread(folder / name).shape, name


@pytest.fixture(scope="module")
def selection_tutorial(tmp_path_factory):
    folder = tmp_path_factory.mktemp("how-many-and-which")
    with pytest.MonkeyPatch.context() as monkeypatch:
        return *run("how-many-and-which.md", folder, monkeypatch), folder


def test_selection_tutorial_prints_what_it_shows(selection_tutorial):
    _, prints, _ = selection_tutorial
    assert sum(bool(shown) for _, shown in prints) == 6
    for printed, shown in prints:
        assert printed == shown


def test_selection_tutorial_makes_the_pictures_that_it_shows(selection_tutorial):
    _, _, folder = selection_tutorial
    shown = PICTURE.findall((TUTORIALS / "how-many-and-which.md").read_text(encoding="utf-8"))
    assert {path.name for path in folder.glob("*.png")} == {name for _, name in shown}
    for description, name in shown:
        assert len(description) > 30, f"{name} needs a description for those who cannot see it"
        assert 5_000 < (TUTORIALS / "images" / name).stat().st_size < 80_000, name
        assert (folder / name).stat().st_size > 5_000, name


def test_no_picture_is_left_over():
    texts = "".join(path.read_text(encoding="utf-8") for path in TUTORIALS.glob("*.md"))
    assert {path.name for path in (TUTORIALS / "images").iterdir()} == {name for _, name in PICTURE.findall(texts)}


@pytest.fixture(scope="module")
def distribution_tutorial(tmp_path_factory):
    folder = tmp_path_factory.mktemp("any-distribution")
    with pytest.MonkeyPatch.context() as monkeypatch:
        return *run("any-distribution.md", folder, monkeypatch), folder


def test_distribution_tutorial_prints_what_it_shows(distribution_tutorial):
    _, prints, _ = distribution_tutorial
    assert sum(bool(shown) for _, shown in prints) == 4
    for printed, shown in prints:
        assert printed == shown


def test_distribution_tutorial_errors_fall_with_every_doubling(distribution_tutorial):
    names, _, _ = distribution_tutorial
    for target in names["targets"].values():
        assert [errors.n_components for errors in target.path] == [1, 2, 4, 8, 16, 32, 64]
        for kind in ("kl", "total_variation"):
            assert (np.diff([getattr(errors, kind) for errors in target.path]) < 0).all()


def test_distribution_tutorial_makes_the_pictures_that_it_shows(distribution_tutorial):
    plt = pytest.importorskip("matplotlib.pyplot")
    _, _, folder = distribution_tutorial
    shown = PICTURE.findall((TUTORIALS / "any-distribution.md").read_text(encoding="utf-8"))
    assert {path.name for path in folder.glob("*.png")} == {name for _, name in shown}
    for description, name in shown:
        assert len(description) > 30, name
        assert 5_000 < (TUTORIALS / "images" / name).stat().st_size < 100_000, name
        assert plt.imread(TUTORIALS / "images" / name).shape == plt.imread(folder / name).shape, name


@pytest.fixture(scope="module")
def event_tutorial(tmp_path_factory):
    folder = tmp_path_factory.mktemp("where-will-the-next-event-happen")
    with pytest.MonkeyPatch.context() as monkeypatch:
        return *run("where-will-the-next-event-happen.md", folder, monkeypatch), folder


def test_event_tutorial_prints_what_it_shows(event_tutorial):
    _, prints, _ = event_tutorial
    assert sum(bool(shown) for _, shown in prints) == 8
    for printed, shown in prints:
        assert printed == shown


def test_event_tutorial_says_what_is_true(event_tutorial):
    names, _, _ = event_tutorial
    geyser, waiting = names["geyser"], names["waiting"]
    draws = geyser.sample(50_000, rng=3)
    assert names["region"].contains(draws).mean() == pytest.approx(0.9, abs=0.01)
    lengths = [np.diff(ends, axis=-1).sum() for ends in (waiting.region(0.8).intervals(), waiting.interval(0.8))]
    assert lengths[0] < lengths[1]
    assert geyser.p_values(names["middle"]) < 0.05


def test_event_tutorial_makes_the_pictures_that_it_shows(event_tutorial):
    plt = pytest.importorskip("matplotlib.pyplot")
    _, _, folder = event_tutorial
    shown = PICTURE.findall((TUTORIALS / "where-will-the-next-event-happen.md").read_text(encoding="utf-8"))
    assert {path.name for path in folder.glob("*.png")} == {name for _, name in shown}
    for description, name in shown:
        assert len(description) > 30
        assert plt.imread(TUTORIALS / "images" / name).shape == plt.imread(folder / name).shape, name
