"""Classification by mixtures beside its relatives: accuracy by ten-fold cross-validation, and the Brier score.

The folds are the same for all. The Brier score is the mean squared distance of the predicted probabilities to what came
true: 0 is certain and right, 2 certain and wrong.
"""

from __future__ import annotations

import warnings

import common
import numpy as np
from sklearn.datasets import load_iris, load_wine
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis, QuadraticDiscriminantAnalysis
from sklearn.model_selection import StratifiedKFold, cross_val_predict

import mogul


def classifiers() -> dict:
    choice = {"covariance_type": ["spherical", "diag", "tied", "full"], "random_state": 0}
    return {
        "scikit-learn, LDA": LinearDiscriminantAnalysis(solver="lsqr"),
        "scikit-learn, QDA": QuadraticDiscriminantAnalysis(),
        "mogul, shared 'tied'": mogul.MixtureClassifier(shared=True, covariance_type="tied"),
        "mogul, shared 'full'": mogul.MixtureClassifier(shared=True, covariance_type="full"),
        "mogul, shared, best of 14": mogul.MixtureClassifier(shared=True, covariance_type="all"),
        "mogul, 1 to 4 components a class": mogul.MixtureClassifier(range(1, 5), **choice),
    }


def main() -> None:
    lines = []
    for name, load in {"iris": load_iris, "wine": load_wine}.items():
        X, y = load(return_X_y=True)
        folds = StratifiedKFold(10, shuffle=True, random_state=0)
        for title, model in classifiers().items():
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                try:
                    shares = cross_val_predict(model, X, y, cv=folds, method="predict_proba")
                except np.linalg.LinAlgError as error:
                    lines.append([name, title, f"refused: {str(error).split('.')[0]}", ""])
                    continue
            accuracy = np.mean(shares.argmax(axis=1) == y)
            lines.append([name, title, f"{100 * accuracy:.1f} %", f"{mogul.brier_score(shares, y):.3f}"])
    common.publish(__doc__, common.table(["data", "classifier", "accuracy", "Brier score"], lines))


if __name__ == "__main__":
    main()
