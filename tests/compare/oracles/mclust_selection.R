# Makes mclust_selection.json: what mclust's own search finds, with its default settings.
# Rscript mclust_selection.R > mclust_selection.json
# Needs the packages mclust, MASS (for the galaxies) and jsonlite.
suppressMessages({library(mclust); library(jsonlite)})
data(thyroid)
sets <- list(iris = as.matrix(iris[, 1:4]), faithful = as.matrix(faithful), thyroid = as.matrix(thyroid[, 2:6]),
             galaxies = matrix(MASS::galaxies / 1000))
searched <- function(rows) {
  table <- mclustBIC(rows, G = 1:9, verbose = FALSE)
  families <- colnames(table)
  cells <- sapply(families, function(family) sapply(1:9, function(K) {
    df <- nMclustParams(family, ncol(rows), K)
    (table[K, family] + df * log(nrow(rows))) / 2
  }), simplify = FALSE)
  cells
}
cat(toJSON(list(
  about = unbox(paste0(
    "Total log-likelihood that mclust ", packageVersion("mclust"), " (", R.version.string, ") reports for each family ",
    "and K = 1..9 with default settings; null where it reports NA. Made by mclust_selection.R. VVE is not to be ",
    "trusted: mclust's M-step of it is not exact.")),
  galaxies = as.vector(sets$galaxies),
  log_likelihood = lapply(sets, searched)), digits = 12, na = "null", pretty = FALSE), "\n", sep = "")
