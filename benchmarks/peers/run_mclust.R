# mclust's me(): iterations from given responsibilities. The arguments and answers are those of adapter.py.
# me() begins with the M-step of these, so n of its iterations end where n iterations from the start do.

arguments <- commandArgs(trailingOnly = TRUE)
folder <- arguments[1]
n_rows <- as.integer(arguments[2])
n_features <- as.integer(arguments[3])
n_components <- as.integer(arguments[4])
kind <- arguments[5]
output <- arguments[6]

answer <- function(text) {
  cat(text, "\n", sep = "")
  flush(stdout())
}
if (!requireNamespace("mclust", quietly = TRUE)) {
  answer('{"refused": "The R package mclust is not installed."}')
  quit(status = 0)
}
suppressPackageStartupMessages(library(mclust))

# Files are row by row, matrices of R column by column.
matrix_of <- function(name, n_columns) {
  values <- readBin(file.path(folder, name), "double", n_rows * n_columns, endian = "little")
  matrix(values, ncol = n_columns, byrow = TRUE)
}
rows <- matrix_of("rows", n_features)
responsibilities <- matrix_of("responsibilities", n_components)
family <- c(full = "VVV", tied = "EEE", diag = "VVI", spherical = "VII")[[kind]]
write <- function(name, values) writeBin(as.double(values), file.path(output, name), endian = "little")

answer(sprintf('{"program": "mclust %s, %s, one thread"}', packageVersion("mclust"), R.version.string))
input <- file("stdin", "r")
while (length(line <- readLines(input, 1)) == 1) {
  n_iterations <- as.integer(line)
  control <- emControl(tol = c(0, 0), itmax = c(n_iterations, n_iterations))
  seconds <- system.time(fit <- me(rows, family, responsibilities, control = control, warn = FALSE))[["elapsed"]]
  write("weights", fit$parameters$pro)
  write("means", fit$parameters$mean) # D x K by columns is K x D by rows
  write("covariances", fit$parameters$variance$sigma)
  log_likelihood <- if (is.finite(fit$loglik)) sprintf("%.12g", fit$loglik / n_rows) else "null" # a component is singular
  answer(sprintf('{"seconds": %.6f, "log_likelihood": %s}', seconds, log_likelihood))
}
