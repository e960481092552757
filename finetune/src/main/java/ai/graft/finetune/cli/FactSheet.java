package ai.graft.finetune.cli;

import java.util.ArrayList;
import java.util.List;

/** Names and values in two columns, 80 wide: longer values go on below themselves. */
final class FactSheet {
    private static final int COLUMNS = 80;

    private record Fact(String name, String value) {}

    private final List<Fact> facts = new ArrayList<>();

    /** Adds a line. */
    FactSheet add(String name, Object value) {
        facts.add(new Fact(name, value.toString()));
        return this;
    }

    @Override
    public String toString() {
        int width = facts.stream().mapToInt(fact -> fact.name().length()).max().orElse(0) + 2;
        StringBuilder text = new StringBuilder();
        for (Fact fact : facts) {
            String name = fact.name();
            for (String line : wrapped(fact.value(), COLUMNS - width)) {
                text.append((name + " ".repeat(width - name.length()) + line).stripTrailing())
                        .append('\n');
                name = "";
            }
        }
        return text.toString();
    }

    /** Breaks at blanks only: a long name or path stays whole, so that it can be copied. */
    private static List<String> wrapped(String value, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : value.split("\\s+")) {
            if (line.length() > 0 && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.length() == 0 ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
