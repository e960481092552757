package ai.graft.finetune.cli;

import ai.graft.datasets.DatasetException;
import ai.graft.datasets.ExampleStream;
import ai.graft.datasets.ReadOptions;
import ai.graft.tokenizer.TextInput;
import java.nio.file.Path;
import java.util.List;

/** Files of a few texts without labels, as {@code graft data} would read them. */
final class TextFiles {
    private TextFiles() {}

    /**
     * The first texts of a file; how it was read is told.
     *
     * @throws DatasetException where it cannot be read, or holds no text
     */
    static List<TextInput> read(Path file, int most, Console console) {
        try (ExampleStream rows =
                ExampleStream.open(file, ReadOptions.defaults().withLabelled(false))) {
            console.err().println(file + ": " + rows.description());
            List<TextInput> texts = rows.next(most).stream()
                    .map(row -> new TextInput(row.text(), row.textPair()))
                    .toList();
            if (texts.isEmpty()) {
                throw new DatasetException(file + ": holds no text. Give a file with one at least.");
            }
            return texts;
        }
    }
}
