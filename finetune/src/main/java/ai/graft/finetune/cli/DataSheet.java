package ai.graft.finetune.cli;

import ai.graft.datasets.LabelKind;
import ai.graft.datasets.RowsFound;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** {@link DataFacts} for people: 80 columns wide, a screen high. */
final class DataSheet {
    private static final int NAME = 16;
    private static final int LABEL = 26;
    private static final int BAR = 26;
    private static final int MOST_LABELS = 6;
    private static final int FREQUENT = 3;
    private static final int RARE = 2;

    private final DataFacts facts;
    private final StringBuilder text = new StringBuilder();

    DataSheet(DataFacts facts) {
        this.facts = facts;
        write();
    }

    private void write() {
        text.append(facts.source()).append('\n');
        text.append(new FactSheet().add(pad("rows"), rows()));
        facts.hindrance().ifPresent(why -> text.append(new FactSheet().add(pad("not to train"), why)));
        labels();
        lengths();
        FactSheet found = new FactSheet();
        add(found, "duplicates", facts.survey().duplicates(), "repeat the text of an earlier row");
        add(found, "contradicting", facts.survey().contradictions(), "share a text but not its labels");
        add(found, "unlabelled", facts.survey().unlabelled(), "have no label");
        facts.overlap().ifPresent(rows -> {
            String there = facts.other().orElseThrow();
            found.add(
                    pad("overlap"),
                    rows.count() == 0 ? "no text stands in " + there : words(rows, "stand in " + there));
        });
        facts.survey().suspicious().forEach((why, rows) -> add(found, "suspicious", rows, why.title()));
        if (facts.survey().suspicious().isEmpty()) {
            found.add(pad("suspicious"), "nothing");
        }
        text.append(found);
    }

    /** Labels stand below, scores do not. */
    private String rows() {
        return hasClasses()
                ? String.format(
                        Locale.ROOT,
                        "%,d, %s",
                        facts.data().size(),
                        facts.data().origin())
                : facts.data().description();
    }

    private boolean hasClasses() {
        LabelKind kind = facts.data().labelKind();
        return kind == LabelKind.SINGLE || kind == LabelKind.MULTI;
    }

    private static void add(FactSheet sheet, String name, RowsFound rows, String what) {
        if (rows.count() > 0) {
            sheet.add(pad(name), words(rows, what));
        }
    }

    /** Names of one width, so that sheets stand below each other in line. */
    private static String pad(String name) {
        return String.format(Locale.ROOT, "%-" + (NAME - 2) + "s", name);
    }

    private static String words(RowsFound rows, String what) {
        String numbers = rows.first().stream().map(String::valueOf).collect(Collectors.joining(", "));
        String more = rows.count() > rows.first().size() ? ", ..." : "";
        return String.format(
                Locale.ROOT, "%,d %s (%s %s%s)", rows.count(), what, rows.count() == 1 ? "row" : "rows", numbers, more);
    }

    private void labels() {
        if (!hasClasses()) {
            return;
        }
        Map<String, Integer> counts = facts.data().labelCounts();
        line(
                "labels",
                String.format(
                        Locale.ROOT,
                        "%,d, the most frequent has %.1f times the rows of the rarest",
                        counts.size(),
                        facts.survey().imbalance().orElse(1)));
        List<Map.Entry<String, Integer>> sorted = new ArrayList<>(counts.entrySet());
        sorted.sort(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder()));
        int largest = sorted.isEmpty() ? 1 : sorted.get(0).getValue();
        boolean all = sorted.size() <= MOST_LABELS;
        for (int i = 0; i < sorted.size(); i++) {
            if (all || i < FREQUENT || i >= sorted.size() - RARE) {
                bar(sorted.get(i).getKey(), sorted.get(i).getValue(), largest);
            } else if (i == FREQUENT) {
                line("", String.format(Locale.ROOT, "... %,d more ...", sorted.size() - FREQUENT - RARE));
            }
        }
    }

    private void lengths() {
        TokenLengths lengths = facts.lengths();
        line(
                "tokens",
                String.format(
                        Locale.ROOT,
                        "%s: median %,d, 90 %% up to %,d, longest %,d",
                        Path.of(facts.model()).getFileName(),
                        lengths.quantile(0.5),
                        lengths.quantile(0.9),
                        lengths.max()));
        Map<String, Integer> counts = new LinkedHashMap<>();
        String from = "up to ";
        int longer = facts.data().size();
        for (int limit : DataFacts.LIMITS) {
            counts.put(from + limit, longer - lengths.longerThan(limit));
            from = (limit + 1) + " to ";
            longer = lengths.longerThan(limit);
        }
        counts.put("more", longer);
        int largest = Collections.max(counts.values());
        counts.forEach((range, count) -> bar(range, count, largest));
        line("cut at", DataFacts.LIMITS.stream().map(this::cut).collect(Collectors.joining(", ")));
    }

    private String cut(int limit) {
        int rows = facts.lengths().longerThan(limit);
        return String.format(Locale.ROOT, "%d: %,d", limit, rows)
                + (rows == 0
                        ? ""
                        : String.format(
                                Locale.ROOT,
                                " (%.1f %%)",
                                100.0 * rows / facts.data().size()));
    }

    private void line(String name, String value) {
        text.append((String.format(Locale.ROOT, "%-" + NAME + "s", name) + value).stripTrailing())
                .append('\n');
    }

    private void bar(String name, int count, int largest) {
        String plain = name.replaceAll("\\p{Cc}", " ");
        int letters = plain.codePointCount(0, plain.length());
        String fitted = letters <= LABEL
                ? plain + " ".repeat(LABEL - letters)
                : plain.substring(0, plain.offsetByCodePoints(0, LABEL - 3)) + "...";
        int full = (int) Math.ceil((double) BAR * count / largest);
        line("", fitted + String.format(Locale.ROOT, " %,10d ", count) + "=".repeat(full));
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
