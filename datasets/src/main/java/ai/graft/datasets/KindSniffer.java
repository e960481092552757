package ai.graft.datasets;

import java.util.List;
import java.util.Set;

/** Judges what labels look like. */
final class KindSniffer {
    private static final int MOST_WHOLE_CLASSES = 50;
    private static final int MOST_FRACTION_CLASSES = 10;

    private KindSniffer() {}

    /** Judges by how many labels rows have, then by the distinct labels. */
    static LabelKind sniff(List<Example> examples, Set<String> labels) {
        if (labels.isEmpty()) {
            return LabelKind.NONE;
        }
        if (examples.stream().anyMatch(example -> example.labels().size() > 1)) {
            return LabelKind.MULTI;
        }
        return isScale(labels, examples.size()) ? LabelKind.REGRESSION : LabelKind.SINGLE;
    }

    /** Refuses an example whose labels are not of the kind; a row without labels is of every kind. */
    static void check(String name, Example example, LabelKind kind) {
        List<String> labels = example.labels();
        boolean fits = switch (kind) {
            case NONE -> labels.isEmpty();
            case SINGLE -> labels.size() <= 1;
            case MULTI -> true;
            case REGRESSION -> labels.isEmpty() || (labels.size() == 1 && Numbers.DECIMAL.allMatch(labels));
        };
        if (!fits) {
            throw new IllegalArgumentException(name + ", row " + example.row() + ": labels " + labels
                    + " do not fit the kind " + kind + ". Correct the labels or give another kind.");
        }
    }

    /** Whole numbers are classes when they are few and repeat; fractions only when they are very few and repeat much. */
    private static boolean isScale(Set<String> labels, int rows) {
        int distinct = labels.size();
        if (!Numbers.DECIMAL.allMatch(labels)) {
            return false;
        }
        if (labels.stream().allMatch(KindSniffer::isWhole)) {
            return distinct > 2 && (distinct > MOST_WHOLE_CLASSES || distinct * 2L > rows);
        }
        return distinct > MOST_FRACTION_CLASSES || distinct * 10L > rows;
    }

    private static boolean isWhole(String number) {
        double value = Double.parseDouble(number);
        return value == Math.rint(value);
    }
}
