package ai.graft.finetune.report;

import ai.graft.finetune.evaluate.JudgedTexts;
import ai.graft.finetune.evaluate.LengthBucket;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How long the texts are, and how good the model is on short and on long ones. */
final class LengthSection {
    private LengthSection() {}

    static String html(JudgedTexts judged) {
        List<LengthBucket> buckets = LengthBucket.of(judged.evaluation(), judged.lengths());
        String metric = buckets.get(0).metric();
        List<List<String>> rows = buckets.stream()
                .map(bucket -> row(bucket, judged.lengths().length))
                .toList();
        return Html.section(
                "Length",
                Html.text("p", sentence(judged))
                        + "\n"
                        + Html.table(List.of("tokens", "texts", Html.metricName(metric), "95 % interval"), rows));
    }

    private static String sentence(JudgedTexts judged) {
        int[] sorted = judged.lengths().clone();
        Arrays.sort(sorted);
        return String.format(
                Locale.ROOT,
                "Tokens of a text, special tokens included: %,d to %,d, median %,d, mean %.1f, 95 %% have %,d or fewer. "
                        + "The model reads %,d at once; %,d of %,d texts are longer.",
                sorted[0],
                sorted[sorted.length - 1],
                sorted[(sorted.length - 1) / 2],
                Arrays.stream(sorted).average().orElse(0),
                sorted[(int) Math.ceil(0.95 * sorted.length) - 1],
                judged.maxLength(),
                judged.tooLong(),
                sorted.length);
    }

    private static List<String> row(LengthBucket bucket, int all) {
        String value = bucket.metric().equals("mae") ? Html.number(bucket.value()) : Html.bar(bucket.value());
        return List.of(
                String.format(Locale.ROOT, "%,d to %,d", bucket.from(), bucket.to()),
                String.format(Locale.ROOT, "%,d (%.0f %%)", bucket.examples(), 100.0 * bucket.examples() / all),
                value,
                Html.number(bucket.interval().low()) + " to "
                        + Html.number(bucket.interval().high()));
    }
}
