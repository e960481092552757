package ai.graft.finetune.audit;

import ai.graft.datasets.Dataset;
import ai.graft.datasets.DatasetException;
import ai.graft.datasets.Example;
import ai.graft.finetune.features.OutOfSample;
import ai.graft.finetune.train.Features;
import ai.graft.finetune.train.LabelledRows;
import ai.graft.finetune.train.TaskFinder;
import ai.graft.model.task.Task;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Single-label data looked through with features that are not trained: labels that are likely wrong, rows that repeat others, rows of the test data that repeat
 * training rows, and labels that overlap. Labels of fewer rows than folds cannot be cross-validated: their rows are only looked at for repetition.
 *
 * @param probe what the cross-validated regression says
 * @param noise the estimated share of wrong labels
 * @param rareLabels labels that are too rare to be judged
 * @param findings what was found, by kind, the most suspicious first
 * @param overlaps pairs of labels, those that overlap most first; none without a row
 */
public record DataAudit(
        OutOfSample probe, double noise, List<String> rareLabels, List<Finding> findings, List<LabelOverlap> overlaps) {

    /**
     * How to look.
     *
     * @param folds of the cross-validation, 2 or more
     * @param seed of the folds
     * @param similarity the cosine from which two texts count as near duplicates, above 0 and at most 1
     * @param share of the rows whose labels are listed, above 0 and below 1; by default those that confident learning finds
     */
    public record Settings(int folds, long seed, double similarity, OptionalDouble share) {
        /** Checks the numbers. */
        public Settings {
            require(folds >= 2, "folds", folds, "2 or more");
            require(similarity > 0 && similarity <= 1, "similar", similarity, "above 0 and at most 1");
            double flagged = share.orElse(0.5);
            require(flagged > 0 && flagged < 1, "share", flagged, "above 0 and below 1");
        }

        private static void require(boolean holds, String name, Object value, String wanted) {
            if (!holds) {
                throw new IllegalArgumentException(name + " is " + value + ", expected " + wanted);
            }
        }
    }

    /** Data and their features, which have no more to do with each other than the order of the rows. */
    public record Part(Dataset data, Features features) {}

    /** Copies what was found. */
    public DataAudit {
        rareLabels = List.copyOf(rareLabels);
        findings = List.copyOf(findings);
        overlaps = List.copyOf(overlaps);
    }

    /**
     * Refuses data that cannot be looked through, before any vector is computed.
     *
     * @throws DatasetException where the rows have not one label each, too few labels are frequent enough, or the test data have a
     *     label that the training data have not
     */
    public static void check(Dataset train, Optional<Dataset> test, Settings settings) {
        Task.SingleLabel task = task(train);
        LabelledRows.of(task, train);
        if (judged(train, settings).size() < 2) {
            throw new DatasetException(
                    train.name() + ": " + judged(train, settings).size()
                            + " of the labels " + train.labelCounts() + " have the " + settings.folds()
                            + " rows or more that as many folds need, but 2 labels must. Give more rows, or fewer --folds.");
        }
        if (test.isPresent()) {
            for (Example row : test.get().examples()) {
                requireKnown(task, row, test.get(), train);
            }
        }
    }

    private static Task.SingleLabel task(Dataset train) {
        if (TaskFinder.find(train, Optional.empty()) instanceof Task.SingleLabel single) {
            return single;
        }
        throw new DatasetException(train.name() + ": the rows have " + train.description()
                + ", but an audit needs one label a row. Name the column of the classes with --label.");
    }

    private static void requireKnown(Task.SingleLabel task, Example row, Dataset test, Dataset train) {
        if (row.labels().size() != 1 || !task.labels().contains(row.labels().get(0))) {
            throw new DatasetException(test.name() + ", row " + row.row() + ": " + row.labels() + " is not one of the "
                    + task.labels().size() + " labels of " + train.name() + " "
                    + task.labels().stream().limit(20).toList() + ". Correct the row, or leave --test out.");
        }
    }

    private static List<String> judged(Dataset train, Settings settings) {
        return train.labelCounts().entrySet().stream()
                .filter(label -> label.getValue() >= settings.folds())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Looks. The same seed finds the same. */
    public static DataAudit of(Part train, Optional<Part> test, Settings settings) {
        check(train.data(), test.map(Part::data), settings);
        List<String> judged = judged(train.data(), settings);
        int[] rows = IntStream.range(0, train.data().size())
                .filter(i -> judged.contains(label(train, i)))
                .toArray();
        double[][] standardized = train.features().standardized();
        double[][] features = IntStream.of(rows).mapToObj(i -> standardized[i]).toArray(double[][]::new);
        int[] labels =
                IntStream.of(rows).map(i -> judged.indexOf(label(train, i))).toArray();
        OutOfSample probe = OutOfSample.of(features, labels, judged.size(), settings.folds(), settings.seed());
        ConfidentLearning confident = new ConfidentLearning(probe.probabilities(), labels);
        List<Finding> findings = new ArrayList<>();
        for (int suspect : listed(confident, labels.length, settings.share())) {
            findings.add(new Finding(
                    Finding.Kind.LABEL,
                    train.data().examples().get(rows[suspect]),
                    judged.get(confident.suggestion(suspect)),
                    confident.suspicion(suspect),
                    Optional.empty()));
        }
        findings.addAll(repetitions(train, test, settings));
        return new DataAudit(
                probe,
                confident.noise(),
                train.data().labels().stream()
                        .filter(Predicate.not(judged::contains))
                        .toList(),
                findings,
                overlaps(confident, judged));
    }

    private static String label(Part part, int row) {
        return part.data().examples().get(row).labels().get(0);
    }

    private static List<Integer> listed(ConfidentLearning confident, int rows, OptionalDouble share) {
        return share.isEmpty()
                ? confident.suspects()
                : confident.ranked().subList(0, (int) Math.ceil(share.getAsDouble() * rows));
    }

    private static List<Finding> repetitions(Part train, Optional<Part> test, Settings settings) {
        List<String> labels = train.data().labels();
        NearDuplicates.Side side = side(train, labels);
        NearDuplicates search = new NearDuplicates(side, settings.similarity());
        List<Finding> findings = new ArrayList<>();
        for (NearDuplicates.Pair pair : search.within(side)) {
            boolean same = label(train, pair.row()).equals(label(train, pair.other()));
            findings.add(finding(same ? Finding.Kind.DUPLICATE : Finding.Kind.CONTRADICTION, train, pair, train));
        }
        test.ifPresent(part -> search.of(side(part, labels))
                .forEach(pair -> findings.add(finding(Finding.Kind.LEAK, part, pair, train))));
        findings.sort(Comparator.comparing(Finding::kind).thenComparing(Finding::score, Comparator.reverseOrder()));
        return findings;
    }

    private static NearDuplicates.Side side(Part part, List<String> names) {
        int[] labels = IntStream.range(0, part.data().size())
                .map(i -> names.indexOf(label(part, i)))
                .toArray();
        return new NearDuplicates.Side(part.data(), part.features().rows(), labels);
    }

    private static Finding finding(Finding.Kind kind, Part part, NearDuplicates.Pair pair, Part train) {
        return new Finding(
                kind,
                part.data().examples().get(pair.row()),
                label(train, pair.other()),
                pair.similarity(),
                Optional.of(train.data().examples().get(pair.other())));
    }

    private static List<LabelOverlap> overlaps(ConfidentLearning confident, List<String> labels) {
        List<LabelOverlap> overlaps = new ArrayList<>();
        for (int a = 0; a < labels.size(); a++) {
            for (int b = a + 1; b < labels.size(); b++) {
                int rows = confident.joint(a, b) + confident.joint(b, a);
                if (rows > 0) {
                    overlaps.add(new LabelOverlap(labels.get(a), labels.get(b), rows));
                }
            }
        }
        overlaps.sort(Comparator.comparingInt(LabelOverlap::rows).reversed());
        return overlaps;
    }

    /** What was found of one kind, the most suspicious first. */
    public List<Finding> findings(Finding.Kind kind) {
        return findings.stream().filter(finding -> finding.kind() == kind).toList();
    }
}
