package ai.graft.finetune.evaluate;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;
import org.apache.commons.statistics.inference.BinomialTest;

/**
 * McNemar's test: whether two models that answered the same examples are right equally often. Only examples count that
 * exactly one of them has right.
 *
 * <p>Sources: Q. McNemar, Psychometrika 12 (1947); the continuity correction is A. Edwards', Psychometrika 13 (1948); for
 * classifiers see T. Dietterich, Neural Computation 10 (1998).
 *
 * @param onlyFirst examples that only the first has right, 0 or more
 * @param onlySecond examples that only the second has right, 0 or more
 */
public record McNemar(int onlyFirst, int onlySecond) {
    /** From so many examples on the chi-square distribution is near enough. */
    private static final int LEAST_FOR_CHI_SQUARE = 25;

    /** @throws IllegalArgumentException if a count is negative */
    public McNemar {
        if (onlyFirst < 0 || onlySecond < 0) {
            throw new IllegalArgumentException(
                    "McNemar's test needs counts of 0 or more, got " + onlyFirst + " and " + onlySecond);
        }
    }

    /** Whether the p-value is the exact binomial one (below 25 examples) and not that of chi-square. */
    public boolean exact() {
        return onlyFirst + onlySecond < LEAST_FOR_CHI_SQUARE;
    }

    /** Name of the variant used. */
    public String method() {
        return exact() ? "exact binomial" : "chi-square with continuity correction";
    }

    /**
     * The two-sided p-value: how probable a difference at least as large is where both models are equally good. 1 where no
     * example tells them apart.
     */
    public double pValue() {
        int either = onlyFirst + onlySecond;
        if (either == 0) {
            return 1;
        }
        if (exact()) {
            return BinomialTest.withDefaults().test(either, onlyFirst, 0.5).getPValue();
        }
        double difference = Math.max(0, Math.abs(onlyFirst - onlySecond) - 1);
        return ChiSquaredDistribution.of(1).survivalProbability(difference * difference / either);
    }

    ObjectNode toJson() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("only_first", onlyFirst)
                .put("only_second", onlySecond)
                .put("method", method())
                .put("p_value", pValue());
    }
}
