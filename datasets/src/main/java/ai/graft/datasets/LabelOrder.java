package ai.graft.datasets;

import java.math.BigInteger;
import java.util.Collection;
import java.util.Comparator;

/** The order in which labels are listed and numbered. */
final class LabelOrder {
    private LabelOrder() {}

    /** By value when all labels are integers, else by {@link String#compareTo}. */
    static Comparator<String> of(Collection<String> labels) {
        if (Numbers.INTEGER.allMatch(labels)) {
            return Comparator.<String, BigInteger>comparing(BigInteger::new).thenComparing(Comparator.naturalOrder());
        }
        return Comparator.naturalOrder();
    }
}
