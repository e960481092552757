package ai.graft.datasets;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Tells which columns hold text, second text and label: those the caller asked for, then well-known names, then, with two
 * columns, their looks.
 */
final class RoleFinder {
    private static final int NONE = -1;

    private final SourceFile file;
    private final ColumnList columns;
    private final Wanted wanted;
    private final boolean labelled;
    private List<Integer> text = List.of();
    private int textPair = NONE;
    private int label = NONE;

    RoleFinder(SourceFile file, List<Column> columns, Wanted wanted, boolean labelled) {
        this.file = file;
        this.columns = new ColumnList(file, columns);
        this.wanted = wanted;
        this.labelled = labelled;
    }

    Roles find() {
        takeWanted();
        takeKnownPair();
        takeKnownNames();
        takeByLooks();
        check();
        return new Roles(text, optional(textPair), optional(label));
    }

    private void takeWanted() {
        text = wanted.text().stream().map(columns::find).toList();
        wanted.textPair().ifPresent(name -> textPair = columns.find(name));
        wanted.label().filter(name -> labelled || columns.has(name)).ifPresent(name -> label = columns.find(name));
    }

    private void takeKnownPair() {
        if (!text.isEmpty() || textPair != NONE) {
            return;
        }
        for (List<String> pair : RoleNames.PAIRS) {
            if (columns.has(pair.get(0)) && columns.has(pair.get(1))) {
                text = List.of(columns.find(pair.get(0)));
                textPair = columns.find(pair.get(1));
                return;
            }
        }
    }

    private void takeKnownNames() {
        if (text.isEmpty()) {
            text = known(RoleNames.TEXTS, "text", "withText (--text)").stream().toList();
        }
        if (label == NONE && wanted.label().isEmpty()) {
            label = known(RoleNames.LABELS, "label", "withLabel (--label)").orElse(NONE);
        }
    }

    private Optional<Integer> known(List<Set<String>> tiers, String role, String option) {
        for (Set<String> tier : tiers) {
            List<Column> found = columns.all().stream()
                    .filter(column -> tier.contains(RoleNames.normal(column.name())) && !isTaken(column))
                    .toList();
            if (found.size() > 1) {
                throw file.error("more than one column could be the " + role + ": " + ColumnList.describe(found)
                        + ". Name it with " + option + ".");
            }
            if (found.size() == 1) {
                return Optional.of(found.get(0).index());
            }
        }
        return Optional.empty();
    }

    private void takeByLooks() {
        List<Column> free =
                columns.all().stream().filter(column -> !isTaken(column)).toList();
        if (columns.all().size() == 1 && text.isEmpty() && free.size() == 1) {
            text = List.of(0);
        }
        if (columns.all().size() != 2) {
            return;
        }
        if (text.isEmpty() && label == NONE) {
            takeBoth(free.get(0), free.get(1));
        } else if (text.isEmpty() && free.size() == 1) {
            text = List.of(free.get(0).index());
        } else if (label == NONE && free.size() == 1) {
            takeLabel(free.get(0));
        }
    }

    private void takeBoth(Column first, Column second) {
        Optional<Column> found = LabelColumnSniffer.labelOf(first, second);
        if (found.isPresent()) {
            text = List.of(1 - found.get().index());
            takeLabel(found.get());
        } else if (!labelled) {
            text = List.of(first.meanLength() > second.meanLength() ? 0 : 1);
        }
    }

    /** A file to predict often has an id beside the text: only values that repeat are labels there. */
    private void takeLabel(Column column) {
        boolean asked = wanted.label().isPresent();
        if (!asked && !column.isCounter() && !RoleNames.isIdentifier(column.name()) && (labelled || column.repeats())) {
            label = column.index();
        }
    }

    private boolean isTaken(Column column) {
        return text.contains(column.index()) || column.index() == textPair || column.index() == label;
    }

    private void check() {
        boolean noLabel = labelled && label == NONE;
        if (text.isEmpty() || noLabel) {
            throw unclear(noLabel);
        }
        if (new HashSet<>(text).size() < text.size()
                || text.contains(textPair)
                || text.contains(label)
                || (label != NONE && label == textPair)) {
            throw file.error("one column is asked for twice; columns: " + columns.describe()
                    + ". Text, second text and label must stand in different columns.");
        }
    }

    private DatasetException unclear(boolean noLabel) {
        String what = !text.isEmpty() ? "the label" : noLabel ? "the text and which the label" : "the text";
        String how = text.isEmpty()
                ? "Name them with withText (--text) and withLabel (--label), or withColumns (--columns)"
                : "Name it with withLabel (--label)";
        String unless = noLabel ? "; to read text without labels: withLabelled(false)." : ".";
        return file.error(
                "cannot tell which column holds " + what + "; columns: " + columns.describe() + ". " + how + unless);
    }

    private static OptionalInt optional(int column) {
        return column == NONE ? OptionalInt.empty() : OptionalInt.of(column);
    }
}
