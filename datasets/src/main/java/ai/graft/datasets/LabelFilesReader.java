package ai.graft.datasets;

import ai.graft.datasets.ReadOptions.Format;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Reads data that come in one file for each label. */
final class LabelFilesReader {
    private LabelFilesReader() {}

    static Dataset read(Map<String, Path> files, ReadOptions options) {
        if (files.isEmpty()) {
            throw new IllegalArgumentException("one file for each label was asked for, got none");
        }
        List<Example> examples = new ArrayList<>();
        String how = "";
        for (Map.Entry<String, Path> entry : files.entrySet()) {
            Dataset part = readTexts(entry.getValue(), options);
            how = how.isEmpty() ? part.origin() : how;
            int before =
                    examples.isEmpty() ? 0 : examples.get(examples.size() - 1).row();
            List<String> labels = List.of(entry.getKey().strip());
            part.examples()
                    .forEach(row -> examples.add(new Example(row.text(), row.textPair(), labels, before + row.row())));
        }
        String names = files.values().stream()
                .map(file -> String.valueOf(file.getFileName()))
                .collect(Collectors.joining(", "));
        return Dataset.of(names, examples, LabelKind.SINGLE).from(how + ", one file a label");
    }

    private static Dataset readTexts(Path path, ReadOptions options) {
        SourceFile file = new SourceFile(path, options.form().charset());
        boolean lines = options.form().format() == Format.AUTO
                && options.form().records().isEmpty()
                && options.namedColumns().findAny().isEmpty()
                && !FormatSniffer.isTold(file);
        ReadOptions texts = options.withLabelled(false);
        return Dataset.read(path, lines ? texts.withFormat(Format.TEXT) : texts);
    }
}
