package ai.graft.finetune.features;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * What a {@link SoftmaxRegression} says of each row that it has not seen: the rows are dealt into folds, and each fold is answered by a regression on the
 * others. The penalty is the one of the least mean loss on unseen rows, searched from the strongest on, each fit beginning where the stronger one ended.
 *
 * @param probabilities (B, L)
 * @param penalty the one chosen
 * @param logLoss mean cross-entropy of the given labels
 * @param accuracy share of rows whose most probable label is the given one
 */
public record OutOfSample(double[][] probabilities, double penalty, double logLoss, double accuracy) {
    private static final double STRONGEST = 1e5;
    private static final double WEAKEST = 1e-2;
    private static final double FACTOR = Math.sqrt(10);

    /**
     * Cross-validates. The same seed gives the same folds.
     *
     * @param rows features (B, H), standardised
     * @param labels from 0, each of as many rows as there are folds, or more
     * @param folds 2 or more
     */
    public static OutOfSample of(double[][] rows, int[] labels, int classes, int folds, long seed) {
        List<Fold> parts = folds(rows, labels, deal(labels, classes, folds, seed), folds);
        List<SoftmaxRegression> fitted = Collections.nCopies(folds, SoftmaxRegression.blank(classes, rows[0].length));
        OutOfSample best = new OutOfSample(new double[0][], 0, Double.POSITIVE_INFINITY, 0);
        for (double penalty = STRONGEST; penalty >= WEAKEST; penalty /= FACTOR) {
            double now = penalty;
            List<SoftmaxRegression> from = fitted;
            fitted = IntStream.range(0, folds)
                    .parallel()
                    .mapToObj(fold -> parts.get(fold).refit(from.get(fold), now))
                    .toList();
            OutOfSample found = answer(rows, labels, parts, fitted, penalty);
            if (found.logLoss > best.logLoss) {
                return best; // the loss falls to its least and then rises
            }
            best = found;
        }
        return best;
    }

    /** The rows that a fold learns from, and the numbers of those that it answers. */
    private record Fold(double[][] rows, int[] labels, int[] unseen) {
        SoftmaxRegression refit(SoftmaxRegression from, double penalty) {
            return from.refit(rows, labels, penalty);
        }
    }

    private static List<Fold> folds(double[][] rows, int[] labels, int[] dealt, int folds) {
        return IntStream.range(0, folds)
                .mapToObj(fold -> {
                    int[] seen = IntStream.range(0, rows.length)
                            .filter(i -> dealt[i] != fold)
                            .toArray();
                    int[] unseen = IntStream.range(0, rows.length)
                            .filter(i -> dealt[i] == fold)
                            .toArray();
                    double[][] seenRows =
                            IntStream.of(seen).mapToObj(i -> rows[i]).toArray(double[][]::new);
                    return new Fold(
                            seenRows, IntStream.of(seen).map(i -> labels[i]).toArray(), unseen);
                })
                .toList();
    }

    /** The fold of each row: the rows of each label in random order, one to each fold in turn. */
    static int[] deal(int[] labels, int classes, int folds, long seed) {
        Random random = new Random(seed);
        int[] dealt = new int[labels.length];
        int next = 0;
        for (int label = 0; label < classes; label++) {
            int wanted = label;
            List<Integer> rows = new ArrayList<>(IntStream.range(0, labels.length)
                    .filter(i -> labels[i] == wanted)
                    .boxed()
                    .toList());
            Collections.shuffle(rows, random);
            for (int row : rows) {
                dealt[row] = next;
                next = (next + 1) % folds;
            }
        }
        return dealt;
    }

    private static OutOfSample answer(
            double[][] rows, int[] labels, List<Fold> folds, List<SoftmaxRegression> fitted, double penalty) {
        double[][] probabilities = new double[rows.length][];
        for (int fold = 0; fold < folds.size(); fold++) {
            for (int row : folds.get(fold).unseen()) {
                probabilities[row] = fitted.get(fold).probabilities(rows[row]);
            }
        }
        double loss = 0;
        int right = 0;
        for (int i = 0; i < rows.length; i++) {
            loss -= Math.log(Math.max(Double.MIN_NORMAL, probabilities[i][labels[i]]));
            right += isMostProbable(labels[i], probabilities[i]) ? 1 : 0;
        }
        return new OutOfSample(probabilities, penalty, loss / rows.length, right / (double) rows.length);
    }

    private static boolean isMostProbable(int label, double[] probabilities) {
        return DoubleStream.of(probabilities).allMatch(other -> other <= probabilities[label]);
    }
}
