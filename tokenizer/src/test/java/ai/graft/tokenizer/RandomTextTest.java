package ai.graft.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What holds for any text; random ones from a seed, set {@code -Dgraft.seed=} to replay. */
final class RandomTextTest {

    private static final long SEED = Long.getLong("graft.seed", 20240229L);
    private static final String[] PIECES = {
        "hello",
        "World",
        " ",
        "  ",
        "\n",
        "un",
        "believ",
        "able",
        "\u00e9",
        "e\u0301",
        "\u4e94\u6708",
        "\uD83D\uDE00",
        "\uD83D\uDC68\u200D\uD83D\uDC69",
        "\u200B",
        "\uD83D",
        "\uDE00",
        "[SEP]",
        "42",
        ".",
        "'s",
        "\u0000",
        "\uD840\uDC00"
    };

    private static Tokenizer tokenizer;
    private static List<TextInput> inputs;

    @BeforeAll
    static void open() {
        tokenizer = Tokenizer.fromJson(TestTokenizers.miniLmJson());
        Random random = new Random(SEED);
        inputs = IntStream.range(0, 700)
                .mapToObj(i -> new TextInput(
                        text(random), random.nextBoolean() ? Optional.of(text(random)) : Optional.empty()))
                .toList();
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(30); i > 0; i--) {
            text.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return text.toString();
    }

    @Test
    void encode_randomTexts_offsetsCutTheTokenOutOfTheText() {
        int plainWords = 0;
        for (TextInput input : inputs) {
            Encoding found = tokenizer.encode(input.text(), input.pair(), Truncation.none());
            for (int i = 0; i < found.length(); i++) {
                if (found.sequenceIds()[i] < 0) {
                    assertThat(found.starts()[i] + found.ends()[i])
                            .as("seed %d", SEED)
                            .isZero();
                    continue;
                }
                String text = found.sequenceIds()[i] == 0
                        ? input.text()
                        : input.pair().orElseThrow();
                String piece = text.substring(found.starts()[i], found.ends()[i]);
                String token = found.tokens().get(i).replaceFirst("^##", "");
                if (token.matches("[a-z0-9.]+") && piece.matches("[A-Za-z0-9.]+")) {
                    assertThat(piece).as("seed %d", SEED).isEqualToIgnoringCase(token);
                    plainWords++;
                }
            }
        }
        assertThat(plainWords).isGreaterThan(500);
    }

    @Test
    void encode_randomPairs_areTheirPartsPutTogether() {
        for (TextInput input : inputs) {
            input.pair().ifPresent(pair -> {
                int[] parts = IntStream.concat(
                                Arrays.stream(tokenizer.encode(input.text()).inputIds()),
                                Arrays.stream(tokenizer.encode(pair).inputIds()).skip(1))
                        .toArray();
                assertThat(tokenizer.encode(input.text(), pair).inputIds())
                        .as("seed %d", SEED)
                        .isEqualTo(parts);
            });
        }
    }

    @Test
    void encodeAll_randomInputs_equalOneByOne() {
        Truncation truncation = Truncation.longestFirst(17);
        List<Encoding> one = oneByOne(truncation);
        assertThat(tokenizer.encodeAll(inputs, truncation)).as("seed %d", SEED).isEqualTo(one);
        assertThat(tokenizer.idsAll(inputs, truncation))
                .as("seed %d", SEED)
                .isEqualTo(one.stream().map(Encoding::ids).toList());
        assertThat(one).allMatch(e -> e.length() <= 17);
    }

    @Test
    void encode_eightThreads_equalOneThread() throws Exception {
        Truncation truncation = Truncation.longestFirst(12);
        List<Encoding> expected = oneByOne(truncation);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<List<Encoding>>> runs = new ArrayList<>();
            for (int t = 0; t < 8; t++) {
                boolean batch = t % 2 == 0;
                runs.add(threads.submit(() -> batch ? tokenizer.encodeAll(inputs, truncation) : oneByOne(truncation)));
            }
            for (Future<List<Encoding>> run : runs) {
                assertThat(run.get()).as("seed %d", SEED).isEqualTo(expected);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void windows_randomContexts_togetherHoldEveryContextTokenWithTheStrideShared() {
        Random random = new Random(SEED);
        for (int run = 0; run < 200; run++) {
            String context = text(random) + " " + text(random);
            int stride = random.nextInt(4);
            List<Encoding> windows = tokenizer.windows("who?", context, 12, stride);
            List<Integer> joined = new ArrayList<>();
            for (Encoding window : windows) {
                List<Integer> part = contextIds(window);
                joined.addAll(joined.isEmpty() ? part : part.subList(stride, part.size()));
            }
            assertThat(joined).as("seed %d", SEED).isEqualTo(contextIds(tokenizer.encode("who?", context)));
        }
    }

    private static List<Integer> contextIds(Encoding encoding) {
        return IntStream.range(0, encoding.length())
                .filter(i -> encoding.sequenceIds()[i] == 1)
                .mapToObj(i -> encoding.inputIds()[i])
                .toList();
    }

    private static List<Encoding> oneByOne(Truncation truncation) {
        return inputs.stream()
                .map(i -> tokenizer.encode(i.text(), i.pair(), truncation))
                .toList();
    }
}
