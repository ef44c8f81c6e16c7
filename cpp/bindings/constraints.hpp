// Which constraint a number means, if it goes with the form of the covariances.
#pragma once

#include "constraint.hpp"

#include <stdexcept>

using Fits = bool (*)(mogul::Constraint);

inline bool fits_none(mogul::Constraint) { return false; }

inline mogul::Constraint constraint_of(long long number, Fits fits) {
    const auto constraint = static_cast<mogul::Constraint>(number);
    if (constraint != mogul::Constraint::none && !fits(constraint))
        throw std::invalid_argument("Expected a constraint on covariances of this form.");
    return constraint;
}
