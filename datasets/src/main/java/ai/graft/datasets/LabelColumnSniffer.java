package ai.graft.datasets;

import java.util.Optional;

/** Tells which of two columns without telling names holds labels. */
final class LabelColumnSniffer {
    private LabelColumnSniffer() {}

    /** The column that alone repeats short values; else the one that alone is numeric; else the much shorter one. */
    static Optional<Column> labelOf(Column first, Column second) {
        if (first.repeats() != second.repeats()) {
            return Optional.of(first.repeats() ? first : second);
        }
        if (first.isNumeric() != second.isNumeric()) {
            return Optional.of(first.isNumeric() ? first : second).filter(column -> !column.isCounter());
        }
        boolean firstShorter = first.meanLength() < second.meanLength();
        Column shorter = firstShorter ? first : second;
        Column longer = firstShorter ? second : first;
        boolean much = shorter.isShort() && shorter.meanLength() * 2 < longer.meanLength();
        return Optional.of(shorter).filter(column -> much && column.distinct() <= longer.distinct());
    }
}
