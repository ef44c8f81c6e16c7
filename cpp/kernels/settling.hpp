// When a run has settled. Reference: StopRule of mogul/engine/em.py.
//
// If successive gains shrink by the factor r, all gains still to come add up to gain r / (1 - r) (Aitken). The largest
// of the last three factors is taken; on a plateau, where gains do not shrink, nothing has settled. Gains within the
// rounding of the objective are the end.
#pragma once

#include "views.hpp"

namespace mogul {

constexpr double kNeverSettled = -1;

// values: the last n objectives, in one unit, of which at most five are looked at.
bool has_settled(const double *values, Index n, double tolerance);

} // namespace mogul
