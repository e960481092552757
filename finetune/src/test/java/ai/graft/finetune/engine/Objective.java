package ai.graft.finetune.engine;

import ai.graft.model.network.Head;
import ai.graft.model.network.Inputs;
import ai.graft.model.network.Pooling;
import ai.graft.model.task.Loss;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A head, a loss for it, and the kind of its targets. */
record Objective(String name, Head head, Loss loss) {
    private static final List<Double> FOUR_WEIGHTS = List.of(0.5, 2.0, 1.25, 3.0);
    private static final List<Double> FIVE_WEIGHTS = List.of(0.5, 2.0, 1.25, 3.0, 0.75);

    /** Every loss, and every way of counting that it has. */
    static Stream<Objective> all() {
        Head four = new Head.SequenceClassification(4);
        Head mean = new Head.SequenceClassification(4, Optional.of(Pooling.MEAN));
        Head tokens = new Head.TokenClassification(5);
        return Stream.of(
                new Objective("one label", four, Loss.CrossEntropy.plain()),
                new Objective("one label, weighted", four, new Loss.CrossEntropy(FOUR_WEIGHTS, 0)),
                new Objective("one label, smoothed", four, new Loss.CrossEntropy(List.of(), 0.2)),
                new Objective("one label, weighted and smoothed", four, new Loss.CrossEntropy(FOUR_WEIGHTS, 0.2)),
                new Objective("one label, of the mean", mean, Loss.CrossEntropy.plain()),
                new Objective("pairs", new Head.TextVector(Pooling.MEAN), new Loss.PairCosine()),
                new Objective("pairs of first tokens", new Head.TextVector(Pooling.CLS), new Loss.PairCosine()),
                new Objective("tokens", tokens, Loss.CrossEntropy.plain()),
                new Objective("tokens, weighted and smoothed", tokens, new Loss.CrossEntropy(FIVE_WEIGHTS, 0.1)),
                new Objective("masked words", new Head.MaskedLm(), Loss.CrossEntropy.plain()),
                new Objective("many labels", four, new Loss.BinaryCrossEntropy(List.of())),
                new Objective("many labels, weighted", four, new Loss.BinaryCrossEntropy(FOUR_WEIGHTS)),
                new Objective("one label, focal", four, new Loss.Focal(List.of(), 2)),
                new Objective("one label, focal and weighted", four, new Loss.Focal(FOUR_WEIGHTS, 0.5)),
                new Objective("many labels, focal", four, new Loss.BinaryFocal(List.of(), 2)),
                new Objective("many labels, focal and weighted", four, new Loss.BinaryFocal(FOUR_WEIGHTS, 0.5)),
                new Objective("a teacher", four, new Loss.Distillation(3, 0.7)),
                new Objective("one output", new Head.SequenceClassification(1), new Loss.MeanSquared()),
                new Objective("four outputs", four, new Loss.MeanSquared()),
                new Objective("span", new Head.QuestionAnswering(), new Loss.Span()));
    }

    /** The first objective of each kind of head. */
    static Stream<Objective> oneForEachHead() {
        Set<String> seen = new HashSet<>();
        return all().filter(objective -> seen.add(objective.head().suffix()));
    }

    /**
     * Random targets: of tokens, those that are padding and one in four others are ignored; the last row's answer ends
     * beyond the last column.
     */
    double[] targets(Inputs inputs, int vocabulary, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int rows = inputs.rows();
        if (loss instanceof Loss.Span) {
            double[] positions = random.doubles(rows * 2L, 0, inputs.columns())
                    .map(Math::floor)
                    .toArray();
            positions[rows * 2 - 1] = inputs.columns() + 3;
            return positions;
        } else if (loss instanceof Loss.MeanSquared) {
            return random.doubles((long) rows * classes(vocabulary), -1, 2)
                    .mapToObj(x -> (float) x)
                    .mapToDouble(x -> x)
                    .toArray();
        } else if (loss instanceof Loss.Distillation) {
            return teachers(rows, classes(vocabulary), random);
        } else if (loss instanceof Loss.BinaryCrossEntropy || loss instanceof Loss.BinaryFocal) {
            return random.ints((long) rows * classes(vocabulary), 0, 2)
                    .asDoubleStream()
                    .toArray();
        } else if (loss instanceof Loss.PairCosine) { // some alike, some not
            return IntStream.range(0, rows).mapToDouble(row -> row % 2).toArray();
        } else if (head instanceof Head.SequenceClassification) {
            return random.ints(rows, 0, classes(vocabulary)).asDoubleStream().toArray();
        }
        return IntStream.range(0, rows * inputs.columns())
                .map(i -> inputs.attentionMask()[i] == 0 || i % 4 == 1
                        ? Loss.IGNORED
                        : random.nextInt(classes(vocabulary)))
                .asDoubleStream()
                .toArray();
    }

    /** A teacher's logits; each second row has a label too. */
    private static double[] teachers(int rows, int labels, SplittableRandom random) {
        double[] cells = new double[rows * 2 * labels];
        for (int row = 0; row < rows; row++) {
            for (int label = 0; label < labels; label++) {
                cells[2 * row * labels + label] = (float) random.nextDouble(-3, 3);
            }
            cells[(2 * row + 1) * labels + random.nextInt(labels)] = row % 2;
        }
        return cells;
    }

    /** The same targets as the engine takes them. */
    Targets forEngine(double[] targets, Inputs inputs) {
        int columns = targets.length / inputs.rows();
        boolean ids = loss instanceof Loss.CrossEntropy
                || loss instanceof Loss.Focal
                || loss instanceof Loss.PairCosine
                || loss instanceof Loss.Span;
        if (!ids) {
            float[] values = new float[targets.length];
            IntStream.range(0, values.length).forEach(i -> values[i] = (float) targets[i]);
            return new Targets.Values(values, columns);
        }
        int[] numbers =
                IntStream.range(0, targets.length).map(i -> (int) targets[i]).toArray();
        return new Targets.Ids(numbers, columns == 1 ? 0 : columns);
    }

    private int classes(int vocabulary) {
        if (head instanceof Head.SequenceClassification classification) {
            return classification.labels();
        }
        return head instanceof Head.TokenClassification tokens ? tokens.labels() : vocabulary;
    }

    @Override
    public String toString() {
        return name;
    }
}
