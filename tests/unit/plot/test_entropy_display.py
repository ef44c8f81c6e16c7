import numpy as np

import mogul
from mogul.plot import EntropyDisplay
from mogul.testing import random_mixture


def test_it_draws_the_entropies_the_lines_and_the_elbow():
    mixture = mogul.Mixture(
        [0.3, 0.3, 0.2, 0.2], [[0, 0], [0, 0], [9, 9], [-9, 9]],
        [[[4, 0], [0, 0.1]], [[0.1, 0], [0, 4]], [[1, 0], [0, 1]], [[1, 0], [0, 1]]],
    )  # fmt: skip
    merging = mogul.merge_components(mixture, mixture.sample(500, rng=0))
    display = EntropyDisplay.from_merging(merging)
    np.testing.assert_array_equal(display.line_.get_xdata(), [1, 2, 3, 4])
    np.testing.assert_array_equal(display.line_.get_ydata(), merging.entropies)
    assert display.elbow_.get_xdata()[0] == merging.n_clusters == 3
    assert len(display.pieces_) == 2
    assert display.pieces_[0].get_xdata()[-1] == display.pieces_[1].get_xdata()[0] == 3
    assert "elbow: 3 clusters" in [text.get_text() for text in display.ax_.get_legend().get_texts()]


def test_without_an_elbow_it_says_so():
    mixture = random_mixture(np.random.default_rng(0), 4, 2, separation=30.0)
    display = EntropyDisplay.from_merging(mogul.merge_components(mixture, mixture.sample(100, rng=0)))
    assert display.pieces_ == []
    assert display.elbow_.get_label().startswith("no elbow")
