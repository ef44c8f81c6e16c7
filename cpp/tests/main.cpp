#include "check.hpp"
#include "levels.hpp"

#include <stdexcept>

// 77: the level that MOGUL_SIMD names does not run here, and the tests are skipped.
int main() {
    try {
        std::printf("SIMD level %s\n", mogul::kernels().level);
    } catch (const std::runtime_error &error) {
        std::printf("%s\n", error.what());
        return 77;
    }
    for (const check::Test &test : check::tests()) {
        std::printf("%s\n", test.name);
        std::fflush(stdout);
        test.run();
    }
    std::printf("%zu tests passed\n", check::tests().size());
    return 0;
}
