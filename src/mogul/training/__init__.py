"""From rows and settings to the best of several fits, and what is odd about them."""

from mogul.training.agreement import Agreement
from mogul.training.diagnosis import DataReport, NotConvergedWarning, examined
from mogul.training.observer import Observer
from mogul.training.training import Beginning, MakeStart, Resumed, Trained, Training, proposed_start, symmetries, train

__all__ = [
    "Agreement",
    "Beginning",
    "DataReport",
    "MakeStart",
    "NotConvergedWarning",
    "Observer",
    "Resumed",
    "Trained",
    "Training",
    "examined",
    "proposed_start",
    "symmetries",
    "train",
]
