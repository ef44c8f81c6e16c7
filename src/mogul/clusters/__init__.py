"""After the fit: which components make one cluster, and from where one sees them apart."""

from mogul.clusters.merging import Merging, elbow, merge_components, two_lines
from mogul.clusters.projection import Projection, projection

__all__ = ["Merging", "Projection", "elbow", "merge_components", "projection", "two_lines"]
