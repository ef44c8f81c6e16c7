"""scikit-learn's GaussianMixture."""

import sklearn
from adapter import serve
from of_scikit_learn import preparing
from sklearn.mixture import GaussianMixture

serve(preparing(f"scikit-learn {sklearn.__version__}", GaussianMixture))
