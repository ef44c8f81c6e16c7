"""From rows and settings to the best of several fits, and what is odd about them."""

from mogul.training.diagnosis import DataReport, NotConvergedWarning, examined
from mogul.training.observer import Observer
from mogul.training.training import MakeStart, Resumed, Trained, Training, proposed_start, symmetries, train

__all__ = [
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
