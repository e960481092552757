package ai.graft.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells texts per second of each way to encode, interleaved; run with {@code -Pslow -Dorg.slf4j.simpleLogger.log.ai.graft=info}. */
@Tag("slow")
final class SpeedTest {

    private static final Logger LOG = LoggerFactory.getLogger(SpeedTest.class);
    private static final String[] WORDS = {
        "the", "movie", "was", "gorgeous", ",", "witty", "and", "seductive", "unbelievably", "dull", "ending", "."
    };

    @Test
    void allWays_twentyThousandSentences_agreeOnTheTokens() {
        Random random = new Random(1);
        List<TextInput> texts = IntStream.range(0, 20_000)
                .mapToObj(i -> TextInput.of(sentence(random)))
                .toList();
        Truncation truncation = Truncation.longestFirst(128);
        try (Tokenizer tokenizer = Tokenizer.fromJson(TestTokenizers.miniLmJson())) {
            List<IntSupplier> ways = List.of(
                    () -> tokens(tokenizer.idsAll(texts, truncation)),
                    () -> texts.stream()
                            .mapToInt(t -> tokenizer
                                    .ids(t.text(), t.pair(), truncation)
                                    .length())
                            .sum(),
                    () -> tokenizer.encodeAll(texts, truncation).stream()
                            .mapToInt(Encoding::length)
                            .sum());
            List<String> names = List.of("idsAll", "ids, one by one", "encodeAll");
            double[][] rates = new double[ways.size()][5];
            List<Integer> sums = new ArrayList<>();
            for (int round = 0; round < 5; round++) {
                for (int way = 0; way < ways.size(); way++) {
                    long start = System.nanoTime();
                    sums.add(ways.get(way).getAsInt());
                    rates[way][round] = texts.size() / ((System.nanoTime() - start) / 1e9);
                }
            }
            assertThat(sums).containsOnly(sums.get(0));
            for (int way = 0; way < ways.size(); way++) {
                Arrays.sort(rates[way]);
                LOG.info(String.format(
                        Locale.ROOT,
                        "%s: %.0f texts/s (%.0f to %.0f)",
                        names.get(way),
                        rates[way][2],
                        rates[way][0],
                        rates[way][4]));
            }
        }
    }

    private static int tokens(List<TokenIds> all) {
        return all.stream().mapToInt(TokenIds::length).sum();
    }

    private static String sentence(Random random) {
        return String.join(
                " ",
                random.ints(3 + random.nextInt(15), 0, WORDS.length)
                        .mapToObj(i -> WORDS[i])
                        .toList());
    }
}
