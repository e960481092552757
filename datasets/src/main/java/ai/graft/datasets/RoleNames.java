package ai.graft.datasets;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Well-known names of columns, as GLUE, the Hugging Face hub and common exports spell them. Case does not matter; blanks and
 * hyphens count as underscores.
 */
final class RoleNames {
    /** Two texts that belong together. */
    static final List<List<String>> PAIRS = List.of(
            List.of("sentence1", "sentence2"),
            List.of("sentence_1", "sentence_2"),
            List.of("sentence_a", "sentence_b"),
            List.of("premise", "hypothesis"),
            List.of("text_a", "text_b"),
            List.of("text1", "text2"),
            List.of("text_1", "text_2"),
            List.of("question1", "question2"),
            List.of("#1_string", "#2_string"),
            List.of("question", "sentence"),
            List.of("question", "passage"),
            List.of("query", "passage"));

    /** Earlier sets win; two names of one set in one file are a question to the caller. */
    static final List<Set<String>> TEXTS = List.of(
            Set.of("text"),
            Set.of("sentence"),
            Set.of("review", "content"),
            Set.of("review_text", "utterance", "comment", "comment_text", "tweet", "message", "phrase", "document"),
            Set.of("question", "query", "body", "description", "input", "abstract"),
            Set.of("title", "headline", "subject"));

    /** Earlier sets win; two names of one set in one file are a question to the caller. */
    static final List<Set<String>> LABELS = List.of(
            Set.of("label"),
            Set.of("labels", "gold_label"),
            Set.of(
                    "category",
                    "categories",
                    "class",
                    "sentiment",
                    "intent",
                    "target",
                    "emotion",
                    "emotions",
                    "topic",
                    "tag",
                    "tags",
                    "polarity",
                    "quality",
                    "is_duplicate",
                    "class_index",
                    "label_text"),
            Set.of("score", "rating", "stars", "similarity"));

    private static final Set<String> IDENTIFIERS = Set.of("id", "index", "idx", "#1_id", "#2_id", "guid", "row_id");

    private RoleNames() {}

    /** How a name is compared with those above. */
    static String normal(String name) {
        return name.strip().toLowerCase(Locale.ROOT).replaceAll("[\\s-]+", "_");
    }

    /** Whether a column so named numbers its rows. */
    static boolean isIdentifier(String name) {
        return IDENTIFIERS.contains(normal(name));
    }

    /** Whether a cell of a first row says that the row is a header. */
    static boolean isKnown(String name) {
        String normal = normal(name);
        return isIdentifier(name)
                || PAIRS.stream().anyMatch(pair -> pair.contains(normal))
                || TEXTS.stream().anyMatch(tier -> tier.contains(normal))
                || LABELS.stream().anyMatch(tier -> tier.contains(normal));
    }
}
