#include "centring.hpp"

namespace mogul {

Aligned<double> origin_of(const Components &components) {
    const Index K = components.n_components, D = components.n_features;
    const double *means = components.means;
    Aligned<double> origin = aligned<double>(D);
    for (Index d = 0; d < D; ++d) {
        // About the first mean, so that the mean of large numbers does not overflow or lose digits.
        double sum = 0;
        for (Index k = 1; k < K; ++k) sum += means[k * D + d] - means[d];
        origin[d] = means[d] + sum / static_cast<double>(K);
    }
    return origin;
}

Centring::Centring(const Components &given)
    : origin_(origin_of(given)),
      centres_(aligned<double>(given.n_components * given.n_features)),
      components_(given) {
    const Index K = given.n_components, D = given.n_features;
    const double *means = given.means, *P = given.whitening;
    for (Index k = 0; k < K; ++k)
        for (Index i = 0; i < D; ++i) {
            double sum = 0;
            for (Index j = 0; j <= i; ++j) sum += P[i * D + j] * (means[k * D + j] - origin_[j]);
            centres_[k * D + i] = sum;
        }
    components_.origin = origin_.get();
    components_.centres = centres_.get();
}

} // namespace mogul
