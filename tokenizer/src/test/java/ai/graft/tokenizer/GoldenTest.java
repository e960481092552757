package ai.graft.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPInputStream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Equality with Hugging Face's tokenizers 0.22.2: expected values were made by that library (README of the folder
 * {@code parity/tokenizers}). "built" means made from vocab.txt, or vocab.json and merges.txt, without tokenizer.json.
 */
@Tag("shared")
@ParameterizedClass
@ValueSource(
        strings = {
            "minilm",
            "wordpiece-uncased",
            "wordpiece-cased",
            "bytebpe",
            "bytebpe-prefix-space",
            "unigram",
            "wordpiece-uncased built",
            "wordpiece-cased built",
            "bytebpe built",
            "bytebpe-prefix-space built"
        })
final class GoldenTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Path PARITY = Path.of(System.getProperty("graft.shared"), "parity", "tokenizers");
    private static final List<String> VOCABULARY_FILES =
            List.of("vocab.txt", "vocab.json", "merges.txt", "tokenizer_config.json", "special_tokens_map.json");

    private final String name;

    @TempDir
    Path temporary;

    private Path folder;
    private Tokenizer tokenizer;

    GoldenTest(String name) {
        this.name = name;
    }

    @BeforeEach
    void load() throws IOException {
        folder = PARITY.resolve(name.replace(" built", ""));
        tokenizer = Tokenizer.load(files());
    }

    private Path files() throws IOException {
        if (name.equals("minilm")) {
            return Files.writeString(temporary.resolve("minilm.json"), TestTokenizers.miniLmJson());
        }
        if (!name.endsWith(" built")) {
            return folder;
        }
        for (String file : VOCABULARY_FILES) {
            if (Files.exists(folder.resolve(file))) {
                Files.copy(folder.resolve(file), temporary.resolve(file));
            }
        }
        return temporary;
    }

    @AfterEach
    void close() {
        tokenizer.close();
    }

    @Test
    void encode_singleTexts_equalTheLibrary() throws IOException {
        List<JsonNode> cases = texts();
        assertThat(cases).hasSize(306);
        List<Encoding> batch = tokenizer.encodeAll(
                cases.stream().map(c -> TextInput.of(c.path("text").asText())).toList(), Truncation.none());
        SoftAssertions softly = new SoftAssertions();
        for (int i = 0; i < cases.size(); i++) {
            JsonNode expected = cases.get(i);
            Encoding found = tokenizer.encode(expected.path("text").asText());
            compare(softly, found, expected, "text " + i);
            softly.assertThat(batch.get(i)).as("batch, text %d", i).isEqualTo(found);
            softly.assertThat(tokenizer.decode(found.inputIds(), true))
                    .as("decoded, text %d", i)
                    .isEqualTo(expected.path("decoded").asText());
            softly.assertThat(tokenizer.decode(found.inputIds(), false))
                    .as("decoded with special tokens, text %d", i)
                    .isEqualTo(expected.path("decoded_with_special").asText());
        }
        softly.assertAll();
    }

    @Test
    void encodeWithoutSpecialTokens_texts_equalTheLibrary() throws IOException {
        JsonNode cases = read("no-special.json");
        assertThat(cases).hasSize(60);
        for (JsonNode expected : cases) {
            Encoding found =
                    tokenizer.encodeWithoutSpecialTokens(expected.path("text").asText(), Optional.empty());
            assertThat(found.inputIds()).isEqualTo(ints(expected.path("ids")));
            assertThat(found.specialTokensMask()).isEqualTo(new int[found.length()]);
        }
    }

    @Test
    void encode_pairs_equalTheLibrary() throws IOException {
        JsonNode cases = read("pairs.json");
        assertThat(cases.size()).isGreaterThan(20);
        SoftAssertions softly = new SoftAssertions();
        for (JsonNode expected : cases) {
            String a = expected.path("a").asText();
            String b = expected.path("b").asText();
            Encoding found = tokenizer.encode(a, b);
            compare(softly, found, expected, "pair of '" + a + "'");
            softly.assertThat(found.tokenTypeIds()).isEqualTo(ints(expected.path("type_ids")));
            softly.assertThat(found.sequenceIds()).isEqualTo(ints(expected.path("sequence_ids")));
            softly.assertThat(tokenizer.ids(a, Optional.of(b), Truncation.none()))
                    .isEqualTo(found.ids());
        }
        softly.assertAll();
    }

    @Test
    void encode_truncatedOnTheRight_equalsTheLibraryAndItsRefusals() throws IOException {
        List<JsonNode> cases = stream(read("truncation.json"))
                .filter(c -> c.path("direction").asText().equals("right"))
                .toList();
        assertThat(cases).hasSizeGreaterThanOrEqualTo(100);
        for (JsonNode expected : cases) {
            checkTruncation(expected);
        }
    }

    private void checkTruncation(JsonNode expected) {
        int maxLength = expected.path("max_length").asInt();
        Truncation truncation = switch (expected.path("strategy").asText()) {
            case "longest_first" -> Truncation.longestFirst(maxLength);
            case "only_first" -> Truncation.onlyFirst(maxLength);
            case "only_second" -> Truncation.onlySecond(maxLength);
            default -> throw new AssertionError(expected.path("strategy"));
        };
        String text = expected.path("a").asText();
        Optional<String> pair = expected.path("b").isNull()
                ? Optional.empty()
                : Optional.of(expected.path("b").asText());
        List<TextInput> inputs = List.of(new TextInput(text, pair));
        if (expected.has("refused")) {
            assertThatThrownBy(() -> tokenizer.encode(text, pair, truncation))
                    .isInstanceOf(TokenizerException.class)
                    .hasMessageContaining("maxLength " + maxLength);
            assertThatThrownBy(() -> tokenizer.ids(text, pair, truncation)).isInstanceOf(TokenizerException.class);
            assertThatThrownBy(() -> tokenizer.idsAll(inputs, truncation)).isInstanceOf(TokenizerException.class);
            return;
        }
        Encoding found = tokenizer.encode(text, pair, truncation);
        assertThat(found.inputIds()).as(expected.toString()).isEqualTo(ints(expected.path("ids")));
        if (expected.has("type_ids")) {
            assertThat(found.tokenTypeIds()).isEqualTo(ints(expected.path("type_ids")));
        }
        assertThat(tokenizer.encodeAll(inputs, truncation)).containsExactly(found);
        assertThat(tokenizer.ids(text, pair, truncation)).isEqualTo(found.ids());
        assertThat(tokenizer.idsAll(inputs, truncation)).containsExactly(found.ids());
    }

    @Test
    void windows_longContexts_equalTheLibraryWithAnswerPositions() throws IOException {
        JsonNode cases = read("windows.json");
        assertThat(cases.size()).isGreaterThanOrEqualTo(20);
        SoftAssertions softly = new SoftAssertions();
        for (JsonNode expected : cases) {
            checkWindows(softly, expected);
        }
        softly.assertAll();
    }

    private void checkWindows(SoftAssertions softly, JsonNode expected) {
        String question = expected.path("question").asText();
        String context = expected.path("context").asText();
        int maxLength = expected.path("max_length").asInt();
        int stride = expected.path("stride").asInt();
        if (expected.has("refused")) {
            softly.assertThatThrownBy(() -> tokenizer.windows(question, context, maxLength, stride))
                    .isInstanceOf(TokenizerException.class)
                    .hasMessageContaining(String.valueOf(stride))
                    .hasMessageContaining(String.valueOf(maxLength));
            return;
        }
        List<Encoding> found = tokenizer.windows(question, context, maxLength, stride);
        softly.assertThat(found).as(question).hasSize(expected.path("windows").size());
        for (int i = 0; i < found.size(); i++) {
            JsonNode window = expected.path("windows").path(i);
            String where = question + " window " + i;
            compareIn(softly, found.get(i), window, question, context, where);
            softly.assertThat(answer(found.get(i), expected, context))
                    .as("answer, " + where)
                    .containsExactly(
                            window.path("start_position").asInt(),
                            window.path("end_position").asInt());
        }
    }

    private static int[] answer(Encoding window, JsonNode expected, String context) {
        if (!expected.path("answer").isTextual()) {
            return new int[] {0, 0};
        }
        String answer = expected.path("answer").asText();
        int start = context.indexOf(answer);
        return window.tokensOf(1, start, start + answer.length())
                .map(span -> new int[] {span.first(), span.last()})
                .orElseGet(() -> new int[] {0, 0});
    }

    private static void compareIn(
            SoftAssertions softly, Encoding found, JsonNode window, String question, String context, String where) {
        softly.assertThat(found.inputIds()).as("ids, " + where).isEqualTo(ints(window.path("ids")));
        softly.assertThat(found.tokens()).as("tokens, " + where).isEqualTo(strings(window.path("tokens")));
        softly.assertThat(found.wordIds()).as("word ids, " + where).isEqualTo(ints(window.path("word_ids")));
        softly.assertThat(found.tokenTypeIds()).as("types, " + where).isEqualTo(ints(window.path("type_ids")));
        int[] sequences = ints(window.path("sequence_ids"));
        softly.assertThat(found.sequenceIds()).as("sequences, " + where).isEqualTo(sequences);
        List<List<Integer>> offsets = new ArrayList<>();
        for (int i = 0; i < sequences.length; i++) {
            String text = sequences[i] == 1 ? context : question;
            JsonNode span = window.path("offsets").path(i);
            offsets.add(List.of(
                    text.offsetByCodePoints(0, span.path(0).asInt()),
                    text.offsetByCodePoints(0, span.path(1).asInt())));
        }
        softly.assertThat(offsets(found)).as("offsets, " + where).isEqualTo(offsets);
    }

    @Test
    void pad_batches_equalTheLibrary() throws IOException {
        int compared = 0;
        for (JsonNode expected : read("padding.json")) {
            JsonNode options = expected.path("options");
            if (options.path("direction").asText().equals("left")) {
                continue;
            }
            List<TokenIds> rows = tokenizer.idsAll(
                    stream(expected.path("texts"))
                            .map(t -> TextInput.of(t.asText()))
                            .toList(),
                    Truncation.none());
            if (options.has("length")) {
                for (int i = 0; i < rows.size(); i++) { // longer rows stay as they are: no rectangle
                    int columns =
                            Math.max(options.path("length").asInt(), rows.get(i).length());
                    Batch row = Batch.padTo(List.of(rows.get(i)), tokenizer.padId(), columns);
                    assertThat(row.inputIds())
                            .isEqualTo(ints(expected.path("ids").path(i)));
                    assertThat(row.attentionMask())
                            .isEqualTo(ints(expected.path("attention_mask").path(i)));
                    assertThat(row.tokenTypeIds())
                            .isEqualTo(ints(expected.path("type_ids").path(i)));
                }
            } else {
                Batch batch = options.has("pad_to_multiple_of")
                        ? Batch.padToMultipleOf(
                                rows,
                                tokenizer.padId(),
                                options.path("pad_to_multiple_of").asInt())
                        : Batch.pad(rows, tokenizer.padId());
                assertThat(batch.inputIds()).isEqualTo(flat(expected.path("ids")));
                assertThat(batch.attentionMask()).isEqualTo(flat(expected.path("attention_mask")));
                assertThat(batch.tokenTypeIds()).isEqualTo(flat(expected.path("type_ids")));
            }
            compared++;
        }
        assertThat(compared).isEqualTo(3);
    }

    @Test
    void save_andLoad_sameFingerprintAndIds() throws IOException {
        Path saved = temporary.resolve("saved");
        tokenizer.save(saved);
        try (Tokenizer again = Tokenizer.load(saved)) {
            assertThat(again.fingerprint()).isEqualTo(tokenizer.fingerprint());
            assertThat(again.padId()).isEqualTo(tokenizer.padId());
            for (JsonNode expected : texts()) {
                assertThat(again.encode(expected.path("text").asText()).inputIds())
                        .isEqualTo(ints(expected.path("ids")));
            }
        }
    }

    private void compare(SoftAssertions softly, Encoding found, JsonNode expected, String where) {
        softly.assertThat(found.inputIds()).as("ids, " + where).isEqualTo(ints(expected.path("ids")));
        softly.assertThat(found.tokens()).as("tokens, " + where).isEqualTo(strings(expected.path("tokens")));
        softly.assertThat(found.wordIds()).as("word ids, " + where).isEqualTo(ints(expected.path("word_ids")));
        if (expected.has("text")) {
            JsonNode spans = expected.path(expected.has("offsets_utf16") ? "offsets_utf16" : "offsets");
            softly.assertThat(offsets(found)).as("offsets, " + where).isEqualTo(pairs(spans));
        } else {
            compareIn(
                    softly,
                    found,
                    expected,
                    expected.path("a").asText(),
                    expected.path("b").asText(),
                    where);
        }
    }

    private List<JsonNode> texts() throws IOException {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(folder.resolve("single.json.gz")))) {
            return stream(MAPPER.readTree(in)).toList();
        }
    }

    private JsonNode read(String file) throws IOException {
        return MAPPER.readTree(folder.resolve(file).toFile());
    }

    private static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    /** Null, which stands for "none", becomes -1. */
    private static int[] ints(JsonNode array) {
        return stream(array).mapToInt(n -> n.isNull() ? -1 : n.intValue()).toArray();
    }

    private static int[] flat(JsonNode rows) {
        return stream(rows).flatMapToInt(row -> Arrays.stream(ints(row))).toArray();
    }

    private static List<String> strings(JsonNode array) {
        return stream(array).map(JsonNode::asText).toList();
    }

    private static List<List<Integer>> pairs(JsonNode spans) {
        return stream(spans)
                .map(s -> List.of(s.path(0).intValue(), s.path(1).intValue()))
                .toList();
    }

    private static List<List<Integer>> offsets(Encoding encoding) {
        return IntStream.range(0, encoding.length())
                .mapToObj(i -> List.of(encoding.starts()[i], encoding.ends()[i]))
                .toList();
    }
}
