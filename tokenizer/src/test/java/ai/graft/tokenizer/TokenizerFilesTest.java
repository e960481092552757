package ai.graft.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokenizers from files that are small enough to work out by hand, and files that cannot be used. */
final class TokenizerFilesTest {

    private static final String BPE_VOCABULARY =
            "{\"<s>\":0,\"<pad>\":1,\"</s>\":2,\"<unk>\":3,\"<mask>\":4,\"a\":5,\"b\":6,\"\u0120\":7,\"ab\":8,\"\u0120ab\":9}";
    private static final String BPE_MERGES = "#version: 0.2\na b\n\u0120 ab\n";

    @TempDir
    Path directory;

    @Test
    void load_vocabTxt_longestPieceFirstAndUnknownWords() throws IOException {
        try (Tokenizer tokenizer = Tokenizer.load(TestTokenizers.wordPiece(directory, TestTokenizers.WORDS))) {
            Encoding found = tokenizer.encode("Cats undo zebra!");
            assertThat(found.tokens()).containsExactly("[CLS]", "cat", "##s", "un", "##do", "[UNK]", "!", "[SEP]");
            assertThat(found.inputIds()).containsExactly(2, 7, 8, 9, 10, 1, 11, 3);
            assertThat(found.ends()).containsExactly(0, 3, 4, 7, 9, 15, 16, 0);
            assertThat(tokenizer.vocabSize()).isEqualTo(14);
            assertThat(tokenizer.maskId()).isEqualTo(OptionalInt.of(4));
        }
    }

    @Test
    void load_vocabTxt_combiningMarkIsStrippedButCountedInOffsets() throws IOException {
        try (Tokenizer tokenizer = Tokenizer.load(TestTokenizers.wordPiece(directory, TestTokenizers.WORDS))) {
            Encoding found = tokenizer.encode("cafe\u0301 a");
            assertThat(found.tokens()).containsExactly("[CLS]", "caf", "##e", "a", "[SEP]");
            assertThat(found.starts()[3]).isEqualTo(6);
        }
    }

    @Test
    void load_vocabTxtCasedByConfig_doesNotLowerCase() throws IOException {
        TestTokenizers.wordPiece(directory, TestTokenizers.WORDS);
        Files.writeString(directory.resolve("tokenizer_config.json"), "{\"do_lower_case\": false}");
        try (Tokenizer tokenizer = Tokenizer.load(directory)) {
            assertThat(tokenizer.encode("Cat cat").tokens()).containsExactly("[CLS]", "[UNK]", "cat", "[SEP]");
            // strip_accents unset follows do_lower_case: the accent stays and "caf\u00e9" is unknown
            assertThat(tokenizer.encode("caf\u00e9").tokens()).containsExactly("[CLS]", "[UNK]", "[SEP]");
        }
    }

    @Test
    void load_vocabTxtWithWindowsLineEnds_sameAsUnix() throws IOException {
        Files.writeString(directory.resolve("vocab.txt"), String.join("\r\n", TestTokenizers.WORDS) + "\r\n");
        try (Tokenizer tokenizer = Tokenizer.load(directory)) {
            assertThat(tokenizer.encode("cats").inputIds()).containsExactly(2, 7, 8, 3);
        }
    }

    @Test
    void load_vocabJsonAndMerges_mergesInOrder() throws IOException {
        bpe(BPE_VOCABULARY, BPE_MERGES);
        try (Tokenizer tokenizer = Tokenizer.load(directory)) {
            Encoding found = tokenizer.encode("ab ab b", "a");
            assertThat(found.tokens())
                    .containsExactly("<s>", "ab", "\u0120ab", "\u0120", "b", "</s>", "</s>", "a", "</s>");
            assertThat(found.inputIds()).containsExactly(0, 8, 9, 7, 6, 2, 2, 5, 2);
            assertThat(found.tokenTypeIds()).containsOnly(0);
            assertThat(found.starts()[2]).isEqualTo(3); // the space before it is left out
            assertThat(tokenizer.padId()).isEqualTo(1);
        }
    }

    @Test
    void load_vocabJsonWithPrefixSpace_firstWordHasOne() throws IOException {
        bpe(BPE_VOCABULARY, BPE_MERGES);
        Files.writeString(directory.resolve("tokenizer_config.json"), "{\"add_prefix_space\": true}");
        try (Tokenizer tokenizer = Tokenizer.load(directory)) {
            assertThat(tokenizer.encode("ab").inputIds()).containsExactly(0, 9, 2);
        }
    }

    @Test
    void windows_byteLevelWithPrefixSpace_laterWindowsStartWithTheirSpaceAsInTheLibrary() throws IOException {
        bpe(BPE_VOCABULARY, BPE_MERGES);
        Files.writeString(directory.resolve("tokenizer_config.json"), "{\"add_prefix_space\": true}");
        try (Tokenizer tokenizer = Tokenizer.load(directory)) {
            List<Encoding> windows = tokenizer.windows("ab", "ab ab ab ab", 7, 0);
            assertThat(windows).hasSize(2);
            // <s> ab </s></s> then two words: 0-2 and 3-5, later 6-8 with the space at 5 and 9-11
            assertThat(windows.get(0).starts()).containsExactly(0, 0, 0, 0, 0, 3, 0);
            assertThat(windows.get(1).starts()).containsExactly(0, 0, 0, 0, 5, 9, 0);
            assertThat(windows.get(1).ends()).containsExactly(0, 2, 0, 0, 8, 11, 0);
        }
    }

    @Test
    void load_specialTokenNamedByMap_isUsed() throws IOException {
        List<String> words = new ArrayList<>(TestTokenizers.WORDS);
        words.set(0, "<fill>");
        words.set(2, "[START]");
        TestTokenizers.wordPiece(directory, words);
        Files.writeString(
                directory.resolve("special_tokens_map.json"),
                "{\"pad_token\": {\"content\": \"<fill>\"}, \"cls_token\": \"[START]\"}");
        try (Tokenizer tokenizer = Tokenizer.load(directory)) {
            assertThat(tokenizer.encode("a").tokens()).containsExactly("[START]", "a", "[SEP]");
            assertThat(tokenizer.padId()).isZero();
        }
    }

    @Test
    void load_addedTokenBehindTheVocabulary_isOneToken() throws IOException {
        TestTokenizers.wordPiece(directory, TestTokenizers.WORDS);
        Files.writeString(
                directory.resolve("tokenizer_config.json"),
                "{\"added_tokens_decoder\": {\"14\": {\"content\": \"<url>\", \"special\": false}}}");
        try (Tokenizer tokenizer = Tokenizer.load(directory)) {
            assertThat(tokenizer.encode("a <url>").inputIds()).containsExactly(2, 5, 14, 3);
            assertThat(tokenizer.vocabSize()).isEqualTo(15);
        }
    }

    @Test
    void load_addedTokenWithWrongId_namesBothIds() throws IOException {
        TestTokenizers.wordPiece(directory, TestTokenizers.WORDS);
        Files.writeString(directory.resolve("added_tokens.json"), "{\"<url>\": 20}");
        assertThatThrownBy(() -> Tokenizer.load(directory))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("'<url>' is declared with id 20, but its place in the vocabulary is 14");
    }

    @Test
    void load_vocabTxtWithoutSpecialToken_namesTokenAndKey() throws IOException {
        for (String missing : List.of("[UNK]", "[CLS]", "[SEP]")) {
            List<String> words = new ArrayList<>(TestTokenizers.WORDS);
            words.remove(missing);
            TestTokenizers.wordPiece(directory, words);
            assertThatThrownBy(() -> Tokenizer.load(directory))
                    .isInstanceOf(TokenizerException.class)
                    .hasMessageContaining("vocab.txt: the vocabulary of 13 entries does not hold the")
                    .hasMessageContaining("'" + missing + "'")
                    .hasMessageContaining("tokenizer_config.json");
        }
    }

    @Test
    void padId_vocabularyWithoutPadding_saysHowToNameOne() throws IOException {
        TestTokenizers.wordPiece(directory, TestTokenizers.WORDS.subList(1, TestTokenizers.WORDS.size()));
        try (Tokenizer tokenizer = Tokenizer.load(directory)) {
            assertThatThrownBy(tokenizer::padId)
                    .isInstanceOf(TokenizerException.class)
                    .hasMessageContaining("no padding token")
                    .hasMessageContaining("pad_token in tokenizer_config.json");
        }
    }

    @Test
    void load_nothingThere_saysWhatIsNeeded() {
        assertThatThrownBy(() -> Tokenizer.load(directory.resolve("absent")))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("absent: there is no such file or directory");
        assertThatThrownBy(() -> Tokenizer.load(directory))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("found no tokenizer.json, no vocab.txt, and not both vocab.json and merges.txt");
    }

    @Test
    void load_vocabJsonWithoutMerges_saysBothAreNeeded() throws IOException {
        Files.writeString(directory.resolve("vocab.json"), BPE_VOCABULARY);
        assertThatThrownBy(() -> Tokenizer.load(directory)).hasMessageContaining("not both vocab.json and merges.txt");
    }

    @Test
    void load_brokenJson_namesFileLineAndColumn() throws IOException {
        Path file = Files.writeString(directory.resolve("tokenizer.json"), "{\n  \"model\": {");
        assertThatThrownBy(() -> Tokenizer.load(file))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("tokenizer.json, line 2, column")
                .hasMessageContaining("this is not whole JSON");
        Files.writeString(file, "[1]");
        assertThatThrownBy(() -> Tokenizer.load(file)).hasMessageContaining("expected a JSON object");
        Files.write(file, new byte[] {'{', (byte) 0xFF, '}'});
        assertThatThrownBy(() -> Tokenizer.load(file)).hasMessageContaining("not UTF-8");
    }

    @Test
    void load_jsonThatIsNoTokenizer_saysSo() throws IOException {
        Path file = Files.writeString(directory.resolve("tokenizer.json"), "{\"model_type\": \"bert\"}");
        assertThatThrownBy(() -> Tokenizer.load(file))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("model.vocab is missing or empty");
    }

    @Test
    void load_definitionTheLibraryRefuses_passesItsReasonOn() throws IOException {
        Path file = Files.writeString(
                directory.resolve("tokenizer.json"),
                "{\"version\": \"1.0\", \"added_tokens\": [], \"normalizer\": {\"type\": \"Nonsense\"},"
                        + " \"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0}, \"merges\": []}}");
        assertThatThrownBy(() -> Tokenizer.load(file))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("tokenizer.json: the tokenizers library refuses this definition:");
    }

    @Test
    void load_modelWithoutItsUnknownToken_isRefusedBeforeATextMeetsIt() throws IOException {
        Path file = Files.writeString(
                directory.resolve("tokenizer.json"),
                "{\"model\": {\"type\": \"WordPiece\", \"unk_token\": \"[UNK]\", \"vocab\": {\"a\": 0}}}");
        assertThatThrownBy(() -> Tokenizer.load(file))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("names '[UNK]' as unk_token, but its vocabulary of 1 entries does not hold it");
        Files.writeString(
                file, "{\"model\": {\"type\": \"BPE\", \"unk_token\": \"?\", \"vocab\": {\"a\": 0}, \"merges\": []}}");
        assertThatThrownBy(() -> Tokenizer.load(file)).hasMessageContaining("the BPE model names '?' as unk_token");
        Files.writeString(file, "{\"model\": {\"type\": \"Unigram\", \"vocab\": [[\"a\", 0.0]]}}");
        assertThatThrownBy(() -> Tokenizer.load(file)).hasMessageContaining("unk_id is missing");
    }

    @Test
    void load_vocabularyWithStrangeIds_namesTheToken() throws IOException {
        bpe("{\"<s>\": 0, \"</s>\": \"two\"}", BPE_MERGES);
        assertThatThrownBy(() -> Tokenizer.load(directory))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("vocab.json: the id of token '</s>' is \"two\"");
    }

    @Test
    void load_brokenMerges_namesTheLine() throws IOException {
        bpe(BPE_VOCABULARY, "#version: 0.2\na b\nabc\n");
        assertThatThrownBy(() -> Tokenizer.load(directory))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("merges.txt, line 3: expected 2 tokens with a space between, got 1");
    }

    @Test
    void load_mergeOfUnknownTokens_isRefused() throws IOException {
        bpe(BPE_VOCABULARY, "x y\n");
        assertThatThrownBy(() -> Tokenizer.load(directory))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("refuses this definition");
    }

    @Test
    void save_miniLm_writesWhatHuggingFaceReadsWithPaddingOff() throws IOException {
        Path saved = directory.resolve("deep/down");
        try (Tokenizer tokenizer = Tokenizer.fromJson(TestTokenizers.miniLmJson())) {
            tokenizer.save(saved);
            try (Tokenizer again = Tokenizer.load(saved)) {
                assertThat(again.fingerprint())
                        .isEqualTo(tokenizer.fingerprint())
                        .matches("[0-9a-f]{64}");
                assertThat(again.encode("Hello, world!")).isEqualTo(tokenizer.encode("Hello, world!"));
            }
        }
        JsonNode definition =
                new ObjectMapper().readTree(saved.resolve("tokenizer.json").toFile());
        assertThat(definition.path("padding").isNull()).isTrue();
        assertThat(definition.path("truncation").isNull()).isTrue();
        JsonNode config = new ObjectMapper()
                .readTree(saved.resolve("tokenizer_config.json").toFile());
        assertThat(config.path("tokenizer_class").asText()).isEqualTo("PreTrainedTokenizerFast");
        assertThat(config.path("pad_token").asText()).isEqualTo("[PAD]");
        assertThat(saved).isDirectoryNotContaining(file -> file.toString().endsWith(".part"));
    }

    @Test
    void save_tokenizerWithConfig_keepsItWhole() throws IOException {
        TestTokenizers.wordPiece(directory, TestTokenizers.WORDS);
        Files.writeString(directory.resolve("tokenizer_config.json"), "{\"model_max_length\": 64, \"own\": [1.50]}");
        Files.writeString(directory.resolve("special_tokens_map.json"), "{\"pad_token\": \"[PAD]\"}");
        Path saved = directory.resolve("saved");
        try (Tokenizer tokenizer = Tokenizer.load(directory)) {
            tokenizer.save(saved);
            tokenizer.save(saved);
        }
        assertThat(Files.readString(saved.resolve("tokenizer_config.json")).replaceAll("\\s", ""))
                .isEqualTo("{\"model_max_length\":64,\"own\":[1.50]}");
        assertThat(saved.resolve("special_tokens_map.json")).exists();
    }

    @Test
    void save_placeTakenByAFile_saysWhatFailed() throws IOException {
        Path taken = Files.writeString(directory.resolve("taken"), "");
        try (Tokenizer tokenizer = Tokenizer.fromJson(TestTokenizers.miniLmJson())) {
            assertThatThrownBy(() -> tokenizer.save(taken))
                    .isInstanceOf(TokenizerException.class)
                    .hasMessageContaining("the tokenizer cannot be written");
        }
    }

    @Test
    void fingerprint_otherVocabulary_differs() throws IOException {
        TestTokenizers.wordPiece(directory, TestTokenizers.WORDS);
        try (Tokenizer tokenizer = Tokenizer.load(directory);
                Tokenizer other = Tokenizer.fromJson(TestTokenizers.miniLmJson())) {
            assertThat(tokenizer.fingerprint()).isNotEqualTo(other.fingerprint());
        }
    }

    private void bpe(String vocabulary, String merges) throws IOException {
        Files.writeString(directory.resolve("vocab.json"), vocabulary);
        Files.writeString(directory.resolve("merges.txt"), merges);
    }
}
