package ai.graft.finetune.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.graft.datasets.Dataset;
import ai.graft.model.checkpoint.Checkpoint;
import ai.graft.tokenizer.LengthLimit;
import ai.graft.tokenizer.LongTexts;
import ai.graft.tokenizer.TokenBudget;
import ai.graft.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How much of the work of an epoch is padding, on real data with minilm's tokenizer and the default options. */
@Tag("shared")
class BatchPlanPaddingTest {
    private static final double MOST_PADDING = 0.05;
    private static final int DEFAULT_MAX_LENGTH = 256;

    @ParameterizedTest
    @CsvSource({"sst2/train-sentences.tsv.gz, 6920", "sst2/train.tsv.gz, 67349", "imdb/train.csv.gz, 5000"})
    void of_realData_hasLessThanFivePercentPadding(String file, int rows) {
        Dataset data =
                Dataset.read(Path.of(System.getProperty("graft.shared"), "data").resolve(file));
        int[] lengths = lengths(data);
        TrainingOptions options = TrainingOptions.defaults();
        TokenBudget budget = new TokenBudget(options.batchTokens(), options.batchSize());
        BatchPlan plan = BatchPlan.of(lengths, budget, options.accumulate(), 1, options.seed());

        long computed = 0;
        for (List<int[]> step : plan.steps()) {
            for (int[] batch : step) {
                int longest =
                        Arrays.stream(batch).map(row -> lengths[row]).max().orElseThrow();
                computed += (long) batch.length * longest;
            }
        }
        long real = Arrays.stream(lengths).asLongStream().sum();
        assertThat(lengths).hasSize(rows);
        assertThat(computed).isGreaterThanOrEqualTo(real);
        assertThat(1 - real / (double) computed).isLessThan(MOST_PADDING);
    }

    private static int[] lengths(Dataset data) {
        Checkpoint minilm = Checkpoint.open("minilm");
        int maxLength = Math.min(DEFAULT_MAX_LENGTH, minilm.config().model().maxTokens());
        try (Tokenizer tokenizer = Tokenizer.load(minilm.directory())) {
            LengthLimit limit = new LengthLimit(maxLength, LongTexts.HEAD);
            return TokenizedTexts.of(data, tokenizer, minilm.config().model(), limit)
                    .lengths();
        }
    }
}
