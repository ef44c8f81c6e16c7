// What the drivers of C++ programs share: the problem of adapter.py in Armadillo's matrices, and its questions and
// answers. A file of N rows of D numbers is a D x N matrix by columns.
#pragma once

#include <armadillo>
#include <chrono>
#include <iostream>
#include <string>

struct Problem {
    arma::mat rows;         // D x N
    arma::rowvec weights;   // K
    arma::mat means;        // D x K
    arma::cube covariances; // D x D x K
    std::string kind, output;
};

template <class Numbers> void read(const std::string &path, Numbers &numbers) {
    std::ifstream file(path, std::ios::binary);
    file.read(reinterpret_cast<char *>(numbers.memptr()), std::streamsize(numbers.n_elem * sizeof(double)));
    if (!file) throw std::runtime_error("cannot read " + path);
}

template <class Numbers> void write(const std::string &path, const Numbers &numbers) {
    std::ofstream file(path, std::ios::binary);
    file.write(reinterpret_cast<const char *>(numbers.memptr()), std::streamsize(numbers.n_elem * sizeof(double)));
}

inline Problem read_problem(char **arguments) {
    const std::string folder = arguments[1];
    const auto n_rows = std::stoul(arguments[2]), n_features = std::stoul(arguments[3]),
               n_components = std::stoul(arguments[4]);
    Problem problem{arma::mat(n_features, n_rows),
                    arma::rowvec(n_components),
                    arma::mat(n_features, n_components),
                    arma::cube(n_features, n_features, n_components),
                    arguments[5],
                    arguments[6]};
    read(folder + "/rows", problem.rows);
    read(folder + "/weights", problem.weights);
    read(folder + "/means", problem.means);
    read(folder + "/covariances", problem.covariances);
    return problem;
}

// `fit(n)` makes n iterations and gives {weights, means, covariances, log-likelihood in nats a row} by writing to them.
template <class Fit> void serve(const Problem &problem, const std::string &program, Fit fit) {
    std::cout << "{\"program\": \"" << program << "\"}" << std::endl;
    arma::rowvec weights;
    arma::mat means;
    arma::cube covariances;
    for (unsigned n_iterations; std::cin >> n_iterations;) {
        const double seconds = fit(n_iterations, weights, means, covariances);
        write(problem.output + "/weights", weights);
        write(problem.output + "/means", means);
        write(problem.output + "/covariances", covariances);
        std::cout << "{\"seconds\": " << seconds << ", \"log_likelihood\": null}" << std::endl;
    }
}

template <class Work> double seconds(Work work) {
    const auto began = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}
