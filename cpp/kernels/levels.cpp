#include "levels.hpp"

#include <cstdlib>
#include <stdexcept>

namespace mogul {

#if defined(MOGUL_HAS_X86_LEVELS)
namespace base {
extern const KernelTable table;
}
namespace v3 {
extern const KernelTable table;
}
namespace v4 {
extern const KernelTable table;
}
#else
namespace MOGUL_ONLY_LEVEL {
extern const KernelTable table;
}
#endif

namespace {

// Each feature by its own name: compilers of 2022 do not know the names of the levels here.
std::vector<const KernelTable *> supported_tables() {
#if defined(MOGUL_HAS_X86_LEVELS)
    __builtin_cpu_init();
    std::vector<const KernelTable *> tables = {&base::table};
    const bool v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi") &&
                    __builtin_cpu_supports("bmi2");
    if (v3) tables.push_back(&v3::table);
    if (v3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
        tables.push_back(&v4::table);
    return tables;
#else
    return {&MOGUL_ONLY_LEVEL::table};
#endif
}

const KernelTable &chosen_table() {
    const auto tables = supported_tables();
    const char *wanted = std::getenv("MOGUL_SIMD");
    if (!wanted || !*wanted) return *tables.back();
    std::string names;
    for (const KernelTable *table : tables) {
        if (std::string(wanted) == table->level) return *table;
        names += std::string(names.empty() ? "" : ", ") + table->level;
    }
    throw std::runtime_error("MOGUL_SIMD='" + std::string(wanted) + "' is not available here: use one of " + names +
                             ".");
}

} // namespace

std::vector<std::string> simd_levels() {
    std::vector<std::string> names;
    for (const KernelTable *table : supported_tables()) names.emplace_back(table->level);
    return names;
}

const KernelTable &kernels() {
    static const KernelTable &table = chosen_table();
    return table;
}

} // namespace mogul
