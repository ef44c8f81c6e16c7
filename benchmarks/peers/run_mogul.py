"""mogul's GaussianMixture."""

from adapter import serve
from of_scikit_learn import preparing

import mogul

serve(preparing(f"mogul {mogul.__version__}", mogul.GaussianMixture))
