package ai.graft.datasets;

import ai.graft.datasets.ReadOptions.Format;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Words on how a file was read: what was found out by looking, and what was not as usual. */
final class HowRead {
    private HowRead() {}

    /** @param facts what else is to be said of the format */
    static String of(SourceFile file, ReadOptions options, Format format, String... facts) {
        List<String> words = new ArrayList<>();
        words.add("read as " + format.title());
        if (!file.charset().equals(StandardCharsets.UTF_8)) {
            words.add(file.charset().name());
        }
        words.addAll(List.of(facts));
        List<String> texts = options.wanted().text();
        if (texts.size() > 1) {
            words.add("text = " + String.join(" + ", texts));
        }
        LabelForm labels = options.labels();
        labels.until().ifPresent(end -> words.add("labels up to '" + end + "'"));
        labels.separator().ifPresent(separator -> words.add("labels divided by '" + separator + "'"));
        labels.names().ifPresent(names -> words.add("labels named by " + names.getFileName()));
        return String.join(", ", words);
    }
}
