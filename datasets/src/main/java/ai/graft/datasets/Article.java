package ai.graft.datasets;

import java.util.List;
import java.util.Objects;

/**
 * Paragraphs that belong together, as those of one page of Wikipedia do in SQuAD.
 *
 * @param title empty where the file gives none
 * @param paragraphs in the order of the file
 */
public record Article(String title, List<Paragraph> paragraphs) {
    /** Copies the list. */
    public Article {
        Objects.requireNonNull(title, "title");
        paragraphs = List.copyOf(paragraphs);
    }
}
