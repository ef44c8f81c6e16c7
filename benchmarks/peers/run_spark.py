"""Spark MLlib's GaussianMixture on one machine; rows are cached as vectors in the Java process before the first fit."""

import os
import warnings

import numpy as np
import pyspark
from adapter import Problem, Reached, RefusedError, serve
from pyspark.mllib.common import _py2java, _to_java_object_rdd
from pyspark.mllib.linalg import DenseMatrix, DenseVector
from pyspark.sql import SparkSession


def prepare(problem: Problem):
    if problem.kind != "full":
        raise RefusedError(f"Spark MLlib has no {problem.kind} covariances.")
    warnings.simplefilter("ignore")
    n_threads = os.environ.get("OMP_NUM_THREADS", "*")
    session = (
        SparkSession.builder.master(f"local[{n_threads}]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.memory", "6g")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .getOrCreate()
    )
    context = session.sparkContext
    context.setLogLevel("ERROR")
    n_features = problem.means.shape[1]
    rows = _to_java_object_rdd(context.parallelize(problem.rows, 4 * context.defaultParallelism).map(DenseVector))
    rows.cache()
    rows.count()

    java, gateway = context._jvm, context._gateway
    gaussian = java.org.apache.spark.mllib.stat.distribution.MultivariateGaussian
    clustering = java.org.apache.spark.mllib.clustering

    def start():
        """Return the start as a Java object: a new one for each fit, as a fit writes into the one it is given."""
        n_components = len(problem.weights)
        weights, gaussians = gateway.new_array(java.double, n_components), gateway.new_array(gaussian, n_components)
        for k, (mean, covariance) in enumerate(zip(problem.means, problem.covariances, strict=True)):
            matrix = DenseMatrix(n_features, n_features, covariance.ravel())
            gaussians[k] = gaussian(_py2java(context, DenseVector(mean)), _py2java(context, matrix))
            weights[k] = float(problem.weights[k])
        return clustering.GaussianMixtureModel(weights, gaussians)

    def fit(n_iterations: int):
        program = clustering.GaussianMixture().setK(len(problem.weights)).setConvergenceTol(0.0)
        return program.setMaxIterations(n_iterations).setInitialModel(start()).run(rows)

    def reached(model) -> Reached:
        parts = list(model.gaussians())
        return Reached(
            np.array(list(model.weights())),
            np.array([list(each.mu().toArray()) for each in parts]),
            np.array([np.reshape(list(each.sigma().toArray()), (n_features, n_features)) for each in parts]),
        )

    return f"Spark MLlib {pyspark.__version__}", fit, reached


serve(prepare)
