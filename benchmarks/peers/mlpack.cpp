// mlpack's GMM with EMFit, from a given start. The questions and answers are those of adapter.py.
#include "driver.hpp"

#define MLPACK_CORE_HPT_HPT_HPP // without the tuning of hyper-parameters, which alone needs another library
#include <mlpack/base.hpp>
#include <mlpack/core/util/version.hpp>
#include <mlpack/methods/gmm.hpp>

int main(int, char **arguments) {
    const Problem problem = read_problem(arguments);
    if (problem.kind != "full") {
        const std::string why = problem.kind == "diag" ? "mlpack's DiagonalGMM calls Armadillo's gmm_diag"
                                                       : "mlpack has no " + problem.kind + " covariances";
        std::cout << "{\"refused\": \"" << why << ".\"}" << std::endl;
        return 0;
    }
    const auto n_components = problem.weights.n_elem, n_features = problem.means.n_rows;
    const std::string program = "mlpack " + std::to_string(MLPACK_VERSION_MAJOR) + "." +
                                std::to_string(MLPACK_VERSION_MINOR) + "." + std::to_string(MLPACK_VERSION_PATCH);
    serve(problem, program, [&](unsigned n, auto &weights, auto &means, auto &covariances) {
        mlpack::GMM model(n_components, n_features);
        for (arma::uword k = 0; k < n_components; ++k)
            model.Component(k) =
                mlpack::GaussianDistribution<>(problem.means.col(k), arma::mat(problem.covariances.slice(k)));
        model.Weights() = problem.weights.t();
        // EMFit counts from one, so that a limit of n + 1 makes n iterations.
        mlpack::EMFit<mlpack::KMeans<>, mlpack::PositiveDefiniteConstraint> em(n + 1, -1.0);
        const double took = seconds([&] { model.Train(problem.rows, 1, true, em); });
        weights = model.Weights().t(), means = problem.means, covariances = problem.covariances;
        for (arma::uword k = 0; k < n_components; ++k) {
            means.col(k) = model.Component(k).Mean();
            covariances.slice(k) = model.Component(k).Covariance();
        }
        return took;
    });
}
