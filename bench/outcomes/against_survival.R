#!/usr/bin/env Rscript
# SPDX-FileCopyrightText: 2026 The seedaudit authors
# SPDX-License-Identifier: Apache-2.0
# `seedaudit cohort --outcomes` over the public data sets ovarian, veteran, lung and colon of R's survival, compared with that package, and
# Gray's test with the package cmprsk.
#
# usage: bench/outcomes/against_survival.R [PROGRAM] [FOLDER]     (scripts/install-dependencies --comparisons installs r-cran-survival, r-cran-cmprsk)
#
# Every patient becomes a minimal report.json and a row of outcomes; all figures are read from the tables that the program writes. One row is
# printed a data set and kind of figure: how many were compared and the largest relative deviation. Exit status 1 beyond 1e-6, or where one
# side has a figure and the other has none.
suppressPackageStartupMessages({library(survival); library(cmprsk)})
arguments <- commandArgs(trailingOnly = TRUE)
program <- if (length(arguments) > 0) arguments[1] else "build/release/seedaudit"
folder <- if (length(arguments) > 1) arguments[2] else file.path(tempdir(), "outcomes")
limit <- 1e-6
failed <- FALSE
result <- data.frame()

compare <- function(set, what, ours, theirs) {
  ours <- as.numeric(ours)
  theirs <- as.numeric(theirs)
  if (length(ours) != length(theirs)) stop(sprintf("%s, %s: %d figures of ours, %d of R", set, what, length(ours), length(theirs)))
  theirs[is.nan(theirs)] <- NA
  missing <- sum(is.na(ours) != is.na(theirs))
  both <- !is.na(ours) & !is.na(theirs)
  # Where R has exactly nought or nearly so, the difference counts.
  deviation <- max(0, abs(ours - theirs)[both] / pmax(abs(theirs[both]), 1e-8))
  bad <- missing > 0 || !(deviation < limit)
  failed <<- failed || bad
  result <<- rbind(result, data.frame(set = set, figures = what, n = sum(both), one_side_only = missing, largest_relative = deviation, ok = !bad))
}

# Runs the program over patients with time (days), event (words of the schema) and covariates.
run <- function(set, time, event, covariates, multivariate, vital_time = NULL, dead = NULL) {
  here <- file.path(folder, set)
  unlink(here, recursive = TRUE)
  ids <- sprintf("c%04d", seq_along(time))
  for (id in ids) {
    dir.create(file.path(here, "audits", id), recursive = TRUE)
    writeLines(sprintf('{"schema_version":"1.0","case_id":"%s","status":"ok","dose":{"rx_gy":120,"days_since_implant":0,"structures":[]}}', id),
               file.path(here, "audits", id, "report.json"))
  }
  start <- as.Date("2001-03-01")
  table <- data.frame(case_id = ids, start = format(start), end = format(start + time), event = event)
  if (!is.null(vital_time)) {
    table$vital_date <- format(start + vital_time)
    table$vital_status <- ifelse(dead, "dead", "alive")
  }
  table <- cbind(table, covariates)
  write.csv(table, file.path(here, "outcomes.csv"), row.names = FALSE, na = "", quote = FALSE)
  out <- file.path(here, "cohort")
  status <- system2(program, c("cohort", file.path(here, "audits"), "-o", out, "--outcomes", file.path(here, "outcomes.csv"),
                               "--covariates", paste(multivariate, collapse = ",")), stdout = file.path(here, "log.txt"))
  if (status != 0) stop(paste(program, "ended with", status))
  read <- function(name) read.csv(file.path(out, name), stringsAsFactors = FALSE, na.strings = "", colClasses = c(group = "character")[character()])
  list(survival = read("outcomes_survival.csv"), cox = read("outcomes_cox.csv"), groups = read("outcomes_groups.csv"),
       incidence = read("outcomes_incidence.csv"), gray = read("outcomes_gray.csv"))
}

# A factor with its levels in the order of bytes, as the program has them.
words <- function(x) factor(x, levels = sort(unique(as.character(x)), method = "radix"))

curves <- function(set, endpoint, got, y, covariates) {
  one <- function(rows, y, what) {
    log <- survfit(y ~ 1, conf.type = "log")
    loglog <- survfit(y ~ 1, conf.type = "log-log")
    compare(set, paste(what, "times and counts"), c(rows$time_days, rows$at_risk, rows$events, rows$censored),
            c(log$time, log$n.risk, log$n.event, log$n.censor))
    # Once nobody survives the program gives no error and no limits.
    se <- ifelse(log$surv > 0, log$std.err * log$surv, NA)
    compare(set, paste(what, "S, se"), c(rows$survival, rows$se), c(log$surv, se))
    compare(set, paste(what, "log limits"), c(rows$low_log, rows$high_log), c(log$lower, log$upper))
    compare(set, paste(what, "log-log limits"), c(rows$low_log_log, rows$high_log_log), c(loglog$lower, loglog$upper))
    summary(loglog)$table[c("median", "0.95LCL", "0.95UCL")]
  }
  mine <- got$survival[got$survival$endpoint == endpoint, ]
  one(mine[is.na(mine$covariate), ], y, paste(endpoint, "curve:"))
  for (name in names(covariates)[!sapply(covariates, is.numeric)]) {
    x <- words(covariates[[name]])
    has <- !is.na(x)
    groups <- got$groups[got$groups$endpoint == endpoint & got$groups$covariate == name, ]
    medians <- NULL
    for (level in levels(x))
      medians <- rbind(medians, one(mine[!is.na(mine$covariate) & mine$covariate == name & mine$group == level, ], y[has & x == level],
                                    sprintf("%s curve, %s %s:", endpoint, name, level)))
    test <- survdiff(y[has] ~ x[has])
    compare(set, sprintf("%s by %s: medians", endpoint, name),
            c(groups$median_days, groups$median_low_log_log, groups$median_high_log_log), c(medians))
    compare(set, sprintf("%s by %s: log-rank", endpoint, name),
            c(groups$observed, groups$expected, groups$log_rank[1], groups$log_rank_p[1]),
            c(test$obs, test$exp, test$chisq, pchisq(test$chisq, length(test$n) - 1, lower.tail = FALSE)))
  }
}

models <- function(set, endpoint, got, y, covariates, multivariate) {
  one <- function(rows, names, what) {
    data <- covariates[, names, drop = FALSE]
    for (name in names) if (!is.numeric(data[[name]])) data[[name]] <- words(data[[name]])
    data$y <- y
    data <- data[complete.cases(data), ]
    fit <- suppressWarnings(coxph(as.formula(paste("y ~", paste(sprintf("`%s`", names), collapse = " + "))), data, ties = "efron",
                 control = suppressWarnings(coxph.control(eps = 1e-14, iter.max = 50))))
    s <- summary(fit)
    compare(set, paste(what, "coefficients, se, ratios, limits"),
            c(rows$coefficient, rows$se, rows$hazard_ratio, rows$low, rows$high, rows$z),
            c(coef(fit), sqrt(diag(vcov(fit))), exp(coef(fit)), s$conf.int[, 3], s$conf.int[, 4], s$coefficients[, 4]))
    compare(set, paste(what, "Wald p"), rows$p, s$coefficients[, 5])
    compare(set, paste(what, "tests, concordance"),
            unlist(rows[1, c("likelihood_ratio", "likelihood_ratio_p", "wald", "wald_p", "score", "score_p", "concordance")]),
            c(2 * diff(fit$loglik), pchisq(2 * diff(fit$loglik), length(coef(fit)), lower.tail = FALSE), fit$wald.test,
              pchisq(fit$wald.test, length(coef(fit)), lower.tail = FALSE), fit$score,
              pchisq(fit$score, length(coef(fit)), lower.tail = FALSE), fit$concordance["concordance"]))
    check <- cox.zph(fit)$table
    rownames(check) <- gsub("`", "", rownames(check))
    compare(set, paste(what, "proportional hazards"), c(rows$proportional_hazards_p, rows$proportional_hazards_global[1]),
            c(check[rows$covariate, "p"], check["GLOBAL", "chisq"]))
  }
  mine <- got$cox[got$cox$endpoint == endpoint, ]
  for (name in names(covariates)) one(mine[mine$model == "univariate" & mine$covariates == name, ], name, sprintf("%s, Cox %s:", endpoint, name))
  one(mine[mine$model == "multivariate", ], multivariate, paste0(endpoint, ", Cox multivariate:"))
}

all_of <- function(set, got, endpoint, y, covariates, multivariate) {
  curves(set, endpoint, got, y, covariates)
  models(set, endpoint, got, y, covariates, multivariate)
}

# ovarian: one event kind
x <- with(ovarian, data.frame(age = age, resid = paste0("r", resid.ds), rx = paste0("rx", rx), ecog = ecog.ps))
got <- run("ovarian", ovarian$futime, ifelse(ovarian$fustat == 1, "progression", "censored"), x, c("age", "rx"))
all_of("ovarian", got, "progression", Surv(ovarian$futime, ovarian$fustat), x, c("age", "rx"))

# veteran: ties, a factor of four levels
x <- with(veteran, data.frame(celltype = as.character(celltype), karno = karno, age = age, trt = paste0("t", trt), diagtime = diagtime,
                              prior = ifelse(prior == 0, "no", "yes")))
multivariate <- c("karno", "celltype", "age", "trt", "diagtime", "prior")
got <- run("veteran", veteran$time, ifelse(veteran$status == 1, "progression", "censored"), x, multivariate)
all_of("veteran", got, "progression", Surv(veteran$time, veteran$status), x, multivariate)

# lung: unknown values
x <- with(lung, data.frame(age = age, sex = ifelse(sex == 1, "male", "female"), ecog = ph.ecog, karno = ph.karno, pat_karno = pat.karno,
                           meal = meal.cal, loss = wt.loss))
multivariate <- c("age", "sex", "ecog", "karno", "pat_karno", "meal", "loss")
got <- run("lung", lung$time, ifelse(lung$status == 2, "progression", "censored"), x, multivariate)
all_of("lung", got, "progression", Surv(lung$time, lung$status == 2), x, multivariate)

# colon: recurrence, death without it, and death of any cause
first <- colon[colon$etype == 1, ]
last <- colon[colon$etype == 2, ]
last <- last[match(first$id, last$id), ]
event <- ifelse(first$status == 1, "progression", ifelse(last$status == 1 & last$time == first$time, "death", "censored"))
# A death later than the recorded end without recurrence ends the observation of recurrence before: censored there.
x <- with(first, data.frame(rx = as.character(rx), sex = ifelse(sex == 1, "male", "female"), age = age, obstruct = obstruct, adhere = adhere,
                            nodes = nodes, differ = differ, extent = paste0("e", extent)))
multivariate <- c("rx", "age", "nodes", "differ", "extent")
got <- run("colon", first$time, event, x, multivariate, pmax(last$time, first$time), last$status == 1)
all_of("colon", got, "progression_free_survival", Surv(first$time, event != "censored"), x, multivariate)
all_of("colon", got, "progression", Surv(first$time, event == "progression"), x, multivariate)
if (any(event == "death")) all_of("colon", got, "death_without_progression", Surv(first$time, event == "death"), x, multivariate)
all_of("colon", got, "overall_survival", Surv(pmax(last$time, first$time), last$status == 1), x, multivariate)
states <- factor(event, c("censored", "progression", "death"))
fit <- survfit(Surv(first$time, states) ~ 1)
for (k in 2:3) {
  mine <- got$incidence[got$incidence$cause == c("", "progression", "death without progression")[k], ]
  compare("colon", paste("cumulative incidence, se:", levels(states)[k]), c(mine$incidence, mine$se), c(fit$pstate[, k], fit$std.err[, k]))
}
for (name in names(x)[!sapply(x, is.numeric)]) {
  has <- !is.na(x[[name]])
  theirs <- cuminc(first$time[has], event[has], x[[name]][has], cencode = "censored")$Tests
  mine <- got$gray[got$gray$covariate == name, ]
  mine <- mine[!duplicated(mine$cause), ]
  for (k in 2:3) {
    one <- mine[mine$cause == c("", "progression", "death without progression")[k], ]
    compare("colon", sprintf("Gray's test by %s: %s", name, levels(states)[k]), c(one$gray, one$gray_degrees, one$gray_p),
            theirs[levels(states)[k], c("stat", "df", "pv")])
  }
}

summary_table <- aggregate(cbind(n, one_side_only) ~ set, result, sum)
summary_table$largest_relative <- aggregate(largest_relative ~ set, result, max)$largest_relative
cat("R", paste(R.version$major, R.version$minor, sep = "."), "survival", as.character(packageVersion("survival")), "cmprsk",
    as.character(packageVersion("cmprsk")), "\n\n")
options(width = 160)
print(result[order(-result$largest_relative), ], digits = 3, row.names = FALSE, max = 12 * 6)
cat("\n")
print(summary_table, digits = 3, row.names = FALSE)
if (failed) {
  cat("\nbeyond", limit, ":\n")
  print(result[!result$ok, ], digits = 3, row.names = FALSE)
  quit(status = 1)
}
