#include "factorisation.hpp"

#include "levels.hpp"
#include "memory.hpp"

namespace mogul {

Index factorise(const double *covariances, Index K, Index D, const Factorisation &out) {
    const KernelTable &table = kernels();
    const Aligned<char> scratch = aligned<char>(table.factorise_scratch(D));
    for (Index k = 0; k < K; ++k) {
        const Index at = k * D * D;
        if (!table.factorise(covariances + at, D, out.factors + at, out.whitening + at, out.log_determinants + k,
                             scratch.get()))
            return k;
    }
    return -1;
}

} // namespace mogul
