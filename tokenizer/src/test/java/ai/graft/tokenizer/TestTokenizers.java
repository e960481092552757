package ai.graft.tokenizer;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** Tokenizers that tests start from. */
final class TestTokenizers {

    /** A WordPiece vocabulary small enough to tokenise by hand. */
    static final List<String> WORDS = List.of(
            "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "cat", "##s", "un", "##do", "!", "caf", "##e");

    private TestTokenizers() {}

    /** The text of the tokenizer.json of all-MiniLM-L6-v2. */
    static String miniLmJson() {
        try (InputStream resource = TestTokenizers.class.getResourceAsStream("/all-minilm-l6-v2-tokenizer.json")) {
            return new String(Objects.requireNonNull(resource, "resource").readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path wordPiece(Path directory, List<String> words) throws IOException {
        Files.write(directory.resolve("vocab.txt"), words);
        return directory;
    }
}
