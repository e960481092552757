package ai.graft.finetune.train;

import ai.graft.tokenizer.TokenBudget;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The order of a whole training: which rows go into which batch of which step. Rows are shuffled, cut into large pools, and
 * grouped by length inside a pool, so that hardly any padding is computed while neighbours change from epoch to epoch; then
 * the batches are shuffled. The same seed gives the same plan.
 *
 * @param steps batches of each step, each the numbers of its rows
 * @param stepsPerEpoch steps of the first epoch
 */
record BatchPlan(List<List<int[]>> steps, int stepsPerEpoch) {
    /** Batches a pool is cut into, about: more means less padding and less variety. */
    private static final int POOL_BATCHES = 50;

    /**
     * Epochs fall with the root of the steps that one has: of two labels 8 for some hundred rows, 3 for SST-2's 6,920 sentences,
     * 1 for its 67,349 phrases. Found on these sets with minilm.
     */
    private static final double EPOCHS_BY_ROOT_OF_STEPS = 45;

    private static final int MOST_EPOCHS = 8;

    private static final int STEPS_BETWEEN_EVALUATIONS = 500;
    private static final int FEWEST_EVALUATIONS = 6;

    /** Steps that a part of an epoch may be off by: 1.1 − 1 is a little more than 0.1. */
    private static final double ROUNDING = 1e-6;

    static BatchPlan of(int[] lengths, TokenBudget budget, int accumulate, double epochs, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<List<int[]>> steps = new ArrayList<>();
        int first = 0;
        for (double left = epochs; left > 0; left--) {
            List<List<int[]>> epoch = inSteps(epoch(lengths, budget, random.split()), accumulate);
            first = first == 0 ? epoch.size() : first;
            int taken = (int) Math.ceil(Math.min(1, left) * epoch.size() - ROUNDING);
            steps.addAll(epoch.subList(0, steps.isEmpty() ? Math.max(1, taken) : taken));
        }
        return new BatchPlan(List.copyOf(steps), first);
    }

    /**
     * Passes over the data: from 8 where they are few to 1 where they are plenty. They rise with the root of the bits that a
     * label carries, because of many labels each is seen seldom (docs/decisions/6).
     *
     * @param labels what an answer is chosen among; 1 for a number
     */
    static int defaultEpochs(int rows, int batchSize, int labels) {
        double stepsPerEpoch = Math.max(1, Math.ceil(rows / (double) batchSize));
        double bits = Math.log(Math.max(2, labels)) / Math.log(2);
        long epochs = Math.round(EPOCHS_BY_ROOT_OF_STEPS * Math.sqrt(bits / stepsPerEpoch));
        return (int) Math.max(1, Math.min(MOST_EPOCHS, epochs));
    }

    /** An evaluation about every 500 steps, and six or more in a training, at equal parts of an epoch. */
    int stepsBetweenEvaluations() {
        double epochs = steps.size() / (double) stepsPerEpoch;
        double parts = Math.max(
                Math.round(stepsPerEpoch / (double) STEPS_BETWEEN_EVALUATIONS), Math.ceil(FEWEST_EVALUATIONS / epochs));
        return Math.max(1, (int) Math.ceil(stepsPerEpoch / Math.max(1, parts)));
    }

    private static List<int[]> epoch(int[] lengths, TokenBudget budget, SplittableRandom random) {
        int[] order = new int[lengths.length];
        for (int i = 0; i < order.length; i++) {
            order[i] = i;
        }
        for (int i = order.length - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            int kept = order[i];
            order[i] = order[other];
            order[other] = kept;
        }
        List<int[]> batches = new ArrayList<>();
        int pool = budget.maxRows() * POOL_BATCHES;
        for (int from = 0; from < order.length; from += pool) {
            int[] rows = Arrays.copyOfRange(order, from, Math.min(order.length, from + pool));
            int[] poolLengths = Arrays.stream(rows).map(row -> lengths[row]).toArray();
            for (int[] group : budget.group(poolLengths)) {
                batches.add(Arrays.stream(group).map(i -> rows[i]).toArray());
            }
        }
        shuffle(batches, random);
        return batches;
    }

    private static void shuffle(List<int[]> batches, SplittableRandom random) {
        for (int i = batches.size() - 1; i > 0; i--) {
            Collections.swap(batches, i, random.nextInt(i + 1));
        }
    }

    private static List<List<int[]>> inSteps(List<int[]> batches, int accumulate) {
        List<List<int[]>> steps = new ArrayList<>();
        for (int from = 0; from < batches.size(); from += accumulate) {
            steps.add(List.copyOf(batches.subList(from, Math.min(batches.size(), from + accumulate))));
        }
        return steps;
    }
}
