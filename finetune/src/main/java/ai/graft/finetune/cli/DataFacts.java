package ai.graft.finetune.cli;

import ai.graft.datasets.Dataset;
import ai.graft.datasets.LabelKind;
import ai.graft.datasets.RowsFound;
import ai.graft.datasets.Survey;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What {@code graft data} found out about a file.
 *
 * @param source the file as it was named
 * @param data its rows
 * @param hindrance why it cannot be trained on as it was read
 * @param survey what the rows tell without a tokenizer
 * @param model whose tokenizer measured them
 * @param lengths in tokens
 * @param overlap rows whose text stands in the other file too
 * @param other the other file
 */
record DataFacts(
        String source,
        Dataset data,
        Optional<String> hindrance,
        Survey survey,
        String model,
        TokenLengths lengths,
        Optional<RowsFound> overlap,
        Optional<String> other) {
    /** The maximum lengths that are usual. */
    static final List<Integer> LIMITS = List.of(64, 128, 256, 512);

    ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("file", source);
        json.put("description", data.description());
        hindrance.ifPresent(why -> json.put("hindrance", why));
        json.put("rows", data.size());
        json.put("label_kind", data.labelKind().name().toLowerCase(Locale.ROOT));
        if (data.labelKind() != LabelKind.REGRESSION) {
            ObjectNode labels = json.putObject("labels");
            data.labelCounts().forEach(labels::put);
        }
        survey.imbalance().ifPresent(ratio -> json.put("imbalance", ratio));
        putTokens(json.putObject("tokens"));
        put(json, "duplicates", survey.duplicates());
        put(json, "contradictions", survey.contradictions());
        put(json, "unlabelled", survey.unlabelled());
        overlap.ifPresent(rows -> put(json, "overlap", rows));
        ObjectNode suspicious = json.putObject("suspicious");
        survey.suspicious().forEach((why, rows) -> put(suspicious, why.name().toLowerCase(Locale.ROOT), rows));
        return json;
    }

    private void putTokens(ObjectNode tokens) {
        tokens.put("model", model)
                .put("median", lengths.quantile(0.5))
                .put("p90", lengths.quantile(0.9))
                .put("p99", lengths.quantile(0.99))
                .put("max", lengths.max());
        ObjectNode longer = tokens.putObject("longer_than");
        LIMITS.forEach(limit -> longer.put(String.valueOf(limit), lengths.longerThan(limit)));
    }

    private static void put(ObjectNode json, String name, RowsFound found) {
        ObjectNode entry = json.putObject(name).put("count", found.count());
        found.first().forEach(entry.putArray("rows")::add);
    }
}
