// A harness of one page: TEST registers a function, CHECK and check_close end the program at the first failure.
#pragma once

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace check {

struct Test {
    const char *name;
    void (*run)();
};

inline std::vector<Test> &tests() {
    static std::vector<Test> all;
    return all;
}

struct Registration {
    Registration(const char *name, void (*run)()) { tests().push_back({name, run}); }
};

[[noreturn]] inline void fail(const char *file, int line, const char *text) {
    std::fprintf(stderr, "%s:%d: %s\n", file, line, text);
    std::exit(1);
}

// |actual - expected| <= tolerance * max(scale, |expected|)
inline void close(const char *file, int line, double actual, double expected, double scale, double tolerance) {
    if (std::abs(actual - expected) <= tolerance * std::fmax(scale, std::abs(expected))) return;
    std::fprintf(stderr, "%s:%d: got %.17g, expected %.17g\n", file, line, actual, expected);
    std::exit(1);
}

inline void all_close(const char *file, int line, const std::vector<double> &actual,
                      const std::vector<double> &expected, double tolerance = 1e-12) {
    if (actual.size() != expected.size()) fail(file, line, "sizes differ");
    double scale = 0;
    for (const double value : expected) scale = std::fmax(scale, std::abs(value));
    for (std::size_t i = 0; i < actual.size(); ++i) close(file, line, actual[i], expected[i], scale, tolerance);
}

} // namespace check

#define TEST(name)                                                                                                     \
    static void name();                                                                                                \
    static const check::Registration name##_registration(#name, name);                                                 \
    static void name()
#define CHECK(condition) ((condition) ? void(0) : check::fail(__FILE__, __LINE__, #condition))
#define CHECK_CLOSE(actual, expected) check::close(__FILE__, __LINE__, actual, expected, 1.0, 1e-12)
#define CHECK_ALL_CLOSE(actual, expected) check::all_close(__FILE__, __LINE__, actual, expected)
