package ai.graft.datasets;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Decides which rows a split holds back.
 *
 * <p>Quotas follow the method of the largest remainder: each stratum gets the whole part of {@code share * size}, and the rows
 * still missing from {@code share * rows} go to the strata with the largest fractions. Rounding each stratum by itself would
 * hold back 20 % instead of 10 % of data with 5 rows per label.
 */
final class Splitter {
    private final Dataset data;
    private final double share;
    private final Random random;

    Splitter(Dataset data, double share, long seed) {
        if (!(share > 0 && share < 1)) {
            throw new IllegalArgumentException(
                    "the share of rows held back must lie above 0 and below 1, got " + share);
        }
        this.data = data;
        this.share = share;
        this.random = new Random(seed);
    }

    /** For each row whether it is held back. */
    boolean[] held() {
        List<List<Integer>> strata = strata();
        int[] quotas = quotas(strata);
        boolean[] held = new boolean[data.size()];
        for (int i = 0; i < quotas.length; i++) {
            List<Integer> positions = strata.get(i);
            Collections.shuffle(positions, random);
            positions.subList(0, quotas[i]).forEach(position -> held[position] = true);
        }
        return held;
    }

    private List<List<Integer>> strata() {
        Collection<List<Integer>> strata = data.labelKind() == LabelKind.SINGLE
                ? Strata.of(data).values()
                : List.of(
                        new ArrayList<>(IntStream.range(0, data.size()).boxed().toList()));
        return List.copyOf(strata);
    }

    private int[] quotas(List<List<Integer>> strata) {
        int[] quotas = strata.stream()
                .mapToInt(positions -> Math.min((int) (share * positions.size()), spare(positions)))
                .toArray();
        int missing =
                (int) Math.round(share * data.size()) - IntStream.of(quotas).sum();
        for (int i : byRemainder(strata)) {
            if (missing > 0 && quotas[i] < spare(strata.get(i))) {
                quotas[i]++;
                missing--;
            }
        }
        if (IntStream.of(quotas).sum() == 0) {
            throw new DatasetException(data.name() + ": too few rows to hold back " + share + " of them: "
                    + data.size() + " rows, " + strata.size() + " of which must stay to train on"
                    + ". Give a larger share, or add rows.");
        }
        return quotas;
    }

    private static int spare(List<Integer> positions) {
        return Math.max(0, positions.size() - 1);
    }

    private List<Integer> byRemainder(List<List<Integer>> strata) {
        return IntStream.range(0, strata.size())
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -(share * strata.get(i).size() % 1)))
                .toList();
    }
}
