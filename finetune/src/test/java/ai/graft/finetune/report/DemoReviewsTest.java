package ai.graft.finetune.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DemoReviewsTest {
    private static List<String[]> rows = List.of();

    @BeforeAll
    static void read() throws IOException {
        try (InputStream stream = DemoReviewsTest.class.getResourceAsStream("/ai/graft/demo/reviews.tsv")) {
            String text = new String(Objects.requireNonNull(stream).readAllBytes(), StandardCharsets.UTF_8);
            assertThat(text).startsWith("text\tlabel\n").endsWith("\n").doesNotContain("\r", "\"", "<");
            rows = text.lines().skip(1).map(line -> line.split("\t", -1)).toList();
        }
    }

    @Test
    void reviews_labels_areBalanced() {
        assertThat(rows)
                .hasSizeGreaterThanOrEqualTo(480)
                .allSatisfy(row -> assertThat(row).hasSize(2));
        long positive = rows.stream().filter(row -> row[1].equals("positive")).count();
        long negative = rows.stream().filter(row -> row[1].equals("negative")).count();

        assertThat(positive + negative).isEqualTo(rows.size());
        assertThat(positive).isEqualTo(negative);
    }

    @Test
    void reviews_lengths_areFourToThirtyFiveWords() {
        assertThat(rows)
                .allSatisfy(row ->
                        assertThat(row[0].split(" ", -1).length).as(row[0]).isBetween(4, 35));
        assertThat(rows).allSatisfy(row -> assertThat(row[0]).isEqualTo(row[0].strip()));
    }

    @Test
    void reviews_anyTwo_shareLessThanHalfOfTheirWords() {
        List<Set<String>> words = rows.stream().map(row -> words(row[0])).toList();
        for (int i = 0; i < words.size(); i++) {
            for (int j = 0; j < i; j++) {
                assertThat(overlap(words.get(i), words.get(j)))
                        .as("%s / %s", rows.get(i)[0], rows.get(j)[0])
                        .isLessThan(0.5);
            }
        }
    }

    private static Set<String> words(String text) {
        return new HashSet<>(Arrays.asList(
                text.toLowerCase(Locale.ROOT).replaceAll("[^a-z' ]", "").split(" +", -1)));
    }

    private static double overlap(Set<String> left, Set<String> right) {
        Set<String> both = new HashSet<>(left);
        both.retainAll(right);
        return (double) both.size() / (left.size() + right.size() - both.size());
    }
}
