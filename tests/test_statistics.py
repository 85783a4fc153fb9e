import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from assistant.statistics import (
    binomial_upper_bound,
    clopper_pearson,
    clustered_interval,
    clustered_standard_error,
    holm,
    mcnemar_exact,
    minimum_detectable_effect,
    zero_failures_bound,
)

COUNTS = st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


# Exact bounds


@settings(deadline=None)
@given(COUNTS, st.sampled_from([0.8, 0.95, 0.99]))
def test_clopper_pearson_equals_scipy(counts, confidence):
    successes, trials = counts
    expected = stats.binomtest(successes, trials).proportion_ci(confidence, method="exact")
    assert clopper_pearson(successes, trials, confidence) == pytest.approx(
        (expected.low, expected.high), abs=1e-9
    )


@settings(deadline=None)
@given(COUNTS)
def test_the_upper_bound_equals_scipys_one_sided_interval(counts):
    failures, trials = counts
    test = stats.binomtest(failures, trials, alternative="less")
    expected = test.proportion_ci(0.95, method="exact").high
    assert binomial_upper_bound(failures, trials) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("risk", "wrong", "needed"),
    [(0.10, 0, 29), (0.10, 1, 46), (0.10, 2, 61), (0.05, 0, 59), (0.05, 1, 93), (0.05, 2, 124)],
)
def test_how_many_answers_a_risk_needs(risk, wrong, needed):
    assert binomial_upper_bound(wrong, needed) <= risk
    assert binomial_upper_bound(wrong, needed - 1) > risk


def test_no_failure_in_sixty_bounds_the_rate_at_five_percent():
    assert zero_failures_bound(60) == 0.05
    assert zero_failures_bound(2) == 1.0


@pytest.mark.parametrize("counts", [(0, 0), (2, 1), (-1, 3)])
def test_counts_that_are_no_share_are_refused(counts):
    with pytest.raises(ValueError, match="no share"):
        clopper_pearson(*counts)


# Clusters


def test_with_one_case_a_cluster_the_standard_error_is_the_usual_one():
    values = [0.0, 1.0, 1.0, 0.5, 0.25]
    assert clustered_standard_error(values, [1] * 5, range(5)) == pytest.approx(stats.sem(values))


def test_the_clustered_standard_error_by_hand():
    # Two papers of two cases each: mean 0.5, residual sums +1 and -1, so
    # sqrt(2 / 1 * (1 + 1)) / 4 = 0.5: as if there were two cases only.
    error = clustered_standard_error([1, 1, 0, 0], [1] * 4, ["a", "a", "b", "b"])
    assert error == pytest.approx(0.5)
    assert error == pytest.approx(stats.sem([1, 0]))


def test_the_interval_with_one_case_a_cluster_agrees_with_scipys_bootstrap():
    values = np.random.default_rng(3).beta(2, 1, size=80)
    expected = stats.bootstrap(
        (values,), np.mean, n_resamples=20_000, method="percentile", rng=5
    ).confidence_interval
    interval = clustered_interval(values, [1] * 80, range(80))
    assert interval == pytest.approx((expected.low, expected.high), abs=0.01)


def test_copies_of_a_case_make_no_interval_narrower():
    values = [0.0, 1.0, 1.0, 0.0, 1.0, 0.0, 1.0, 1.0]
    once = clustered_interval(values, [1] * 8, range(8))
    ten_times = clustered_interval(values * 10, [1] * 80, [*range(8)] * 10)
    assert ten_times == pytest.approx(once)


def test_weights_count_as_that_many_cases():
    weighted = clustered_interval([1.0, 0.0, 0.5], [3, 1, 2], ["a", "b", "c"])
    values = [1.0, 1.0, 1.0, 0.0, 0.5, 0.5]
    assert clustered_interval(values, [1] * 6, [*"aaabcc"]) == pytest.approx(weighted)


def test_the_interval_is_the_same_each_time_and_one_cluster_has_none():
    assert clustered_interval([1, 0, 0], [1] * 3, "abc") == clustered_interval(
        [1, 0, 0], [1] * 3, "abc"
    )
    for function in (clustered_interval, clustered_standard_error):
        with pytest.raises(ValueError, match="two clusters"):
            function([1, 0], [1, 1], "aa")
        with pytest.raises(ValueError, match="one to one"):
            function([1, 0], [1], "ab")


# Paired tests


@given(st.integers(0, 60), st.integers(0, 60))
def test_mcnemar_equals_scipys_binomial_test(only_first, only_second):
    pairs = only_first + only_second
    expected = stats.binomtest(only_first, pairs).pvalue if pairs else 1.0
    assert mcnemar_exact(only_first, only_second) == pytest.approx(expected)


def test_holm_by_hand():
    # Sorted: 0.01 * 4, 0.02 * 3, 0.03 * 2, 0.04 * 1, each at least the one before.
    assert holm([0.04, 0.01, 0.03, 0.02]) == pytest.approx([0.06, 0.04, 0.06, 0.06])
    assert holm([0.6, 0.9]) == [1.0, 1.0]
    assert holm([]) == []


def test_the_least_effect_that_is_found_is_2_8_standard_errors():
    assert minimum_detectable_effect(0.05) == pytest.approx(0.14)
    power = stats.norm.cdf(2.8 - stats.norm.ppf(0.975))
    assert power == pytest.approx(0.8, abs=0.001)
