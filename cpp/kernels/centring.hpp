// The origin and the whitened centres of components that share a covariance, see joint_tied.hpp.
//
//     origin = mean of the means,   centres[k] = P (m_k - origin)
#pragma once

#include "memory.hpp"

namespace mogul {

// D numbers.
Aligned<double> origin_of(const Components &components);

class Centring {
public:
    explicit Centring(const Components &given);

    // The components given, with origin and centres; valid while this lives.
    const Components &components() const { return components_; }

private:
    Aligned<double> origin_, centres_;
    Components components_;
};

} // namespace mogul
