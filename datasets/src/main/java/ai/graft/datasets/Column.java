package ai.graft.datasets;

import java.util.HashSet;
import java.util.List;

/**
 * A column seen through the first rows of its file.
 *
 * @param index its number from 0
 * @param name its name, empty where the file gives none
 * @param sample what stands in it in the first rows
 */
record Column(int index, String name, List<String> sample) {
    private static final int LONGEST_LABEL = 60;
    private static final int LONGEST_EXAMPLE = 40;

    int distinct() {
        return new HashSet<>(sample).size();
    }

    boolean isNumeric() {
        return Numbers.DECIMAL.allMatch(sample);
    }

    /** Mean number of characters in a cell. */
    double meanLength() {
        return sample.stream().mapToInt(String::length).average().orElse(0);
    }

    /** Short values that repeat. */
    boolean repeats() {
        return isShort() && distinct() * 2 <= sample.size();
    }

    boolean isShort() {
        return sample.stream().allMatch(value -> value.length() <= LONGEST_LABEL);
    }

    /** Row numbers: integers that never repeat. */
    boolean isCounter() {
        return sample.size() > 2 && Numbers.INTEGER.allMatch(sample) && distinct() == sample.size();
    }

    /** Name or number with an example value, for messages. */
    String describe() {
        String example = sample.isEmpty() ? "" : " (\"" + Excerpt.of(sample.get(0), LONGEST_EXAMPLE) + "\")";
        return index + (name.isEmpty() ? "" : " '" + name + "'") + example;
    }
}
