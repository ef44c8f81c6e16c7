// Armadillo's gmm_full and gmm_diag, from a given start. The questions and answers are those of adapter.py.
#include "driver.hpp"

int main(int, char **arguments) {
    const Problem problem = read_problem(arguments);
    const auto version = arma::arma_version::as_string();
    const std::string program = "Armadillo " + version.substr(0, version.find(' '));
    const auto n_components = problem.weights.n_elem;
    const double floor = 1e-10; // Armadillo's own default; none of the benchmarks comes near

    if (problem.kind == "full") {
        serve(problem, program, [&](unsigned n, auto &weights, auto &means, auto &covariances) {
            arma::gmm_full model;
            model.set_params(problem.means, problem.covariances, problem.weights);
            const double took = seconds([&] {
                model.learn(problem.rows, n_components, arma::eucl_dist, arma::keep_existing, 0, n, floor, false);
            });
            weights = model.hefts, means = model.means, covariances = model.fcovs;
            return took;
        });
    } else if (problem.kind == "diag") {
        arma::mat variances(problem.means.n_rows, n_components);
        for (arma::uword k = 0; k < n_components; ++k) variances.col(k) = problem.covariances.slice(k).diag();
        serve(problem, program, [&](unsigned n, auto &weights, auto &means, auto &covariances) {
            arma::gmm_diag model;
            model.set_params(problem.means, variances, problem.weights);
            const double took = seconds([&] {
                model.learn(problem.rows, n_components, arma::eucl_dist, arma::keep_existing, 0, n, floor, false);
            });
            weights = model.hefts, means = model.means, covariances = problem.covariances;
            for (arma::uword k = 0; k < n_components; ++k) covariances.slice(k) = arma::diagmat(model.dcovs.col(k));
            return took;
        });
    } else {
        std::cout << "{\"refused\": \"Armadillo has no " << problem.kind << " covariances.\"}" << std::endl;
    }
}
