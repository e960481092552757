package ai.graft.finetune.report;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The {@code README.md} of a saved model: front matter that Hugging Face's hub reads, then text for people. The same
 * facts give the same bytes. No licence is stated: that is for the model's owner to choose.
 *
 * <p>Source: the hub's model card specification, {@code modelcard.md} in huggingface/hub-docs.
 */
public final class ModelCard {
    /** The setting that names what a classifier reads which transformers has no class for. */
    public static final String POOLING = "classifier_pooling";

    private static final Pattern HUB_ID = Pattern.compile("[\\w-][\\w.-]*/[\\w-][\\w.-]*", Pattern.UNICODE_CASE);
    private static final Pattern MARKDOWN = Pattern.compile("[\\\\`*_\\[\\]<>|#&~$]");

    private final CardFacts facts;
    private final StringBuilder text = new StringBuilder();

    private ModelCard(CardFacts facts) {
        this.facts = facts;
    }

    /** The whole card, lines ended by {@code \n}. */
    public static String text(CardFacts facts) {
        ModelCard card = new ModelCard(facts);
        card.frontMatter();
        card.body();
        return card.text.toString();
    }

    /**
     * Writes the card in UTF-8. Replaces an existing file.
     *
     * @throws IOException if the file cannot be written
     */
    public static void write(Path readme, CardFacts facts) throws IOException {
        Files.writeString(readme, text(facts), StandardCharsets.UTF_8);
    }

    private void frontMatter() {
        line("---");
        if (!facts.language().isBlank()) {
            line("language: " + YamlText.quote(facts.language()));
        }
        line("library_name: transformers");
        line("pipeline_tag: " + pipeline());
        line("tags:", "- graft", "- " + pipeline());
        if (HUB_ID.matcher(facts.baseModel()).matches()) {
            line("base_model: " + YamlText.quote(facts.baseModel()));
        }
        if (!facts.metrics().isEmpty()) {
            metricTypes();
            modelIndex();
        }
        line("---", "");
    }

    private void metricTypes() {
        line("metrics:");
        facts.metrics().stream()
                .map(metric -> hubType(metric.name()))
                .distinct()
                .forEach(type -> line("- " + YamlText.quote(type)));
    }

    private void modelIndex() {
        line("model-index:", "- name: " + YamlText.quote(facts.name()), "  results:", "  - task:");
        line("      type: " + pipeline(), "      name: " + title(pipeline().replace('-', '_')), "    dataset:");
        line("      name: " + YamlText.quote(facts.dataset()), "      type: " + YamlText.quote(slug(facts.dataset())));
        line("      split: " + YamlText.quote(facts.split()), "    metrics:");
        for (MetricFact metric : facts.metrics()) {
            line("    - type: " + YamlText.quote(hubType(metric.name())));
            line("      name: " + YamlText.quote(title(metric.name())));
            line("      value: " + number(metric.value()));
        }
    }

    /** The hub's name of the task. */
    private String pipeline() {
        return switch (facts.kind()) {
            case SINGLE_LABEL, MULTI_LABEL, REGRESSION -> "text-classification";
            case QUESTION_ANSWERING -> "question-answering";
            case MASKED_WORDS -> "fill-mask";
        };
    }

    private void body() {
        line("# " + plain(facts.name()), "");
        String trained = facts.kind() == CardFacts.Kind.MASKED_WORDS ? "trained on" : "fine-tuned";
        line(what() + from() + " It was " + trained + " with Graft on " + plain(facts.dataset()) + ".", "");
        labels();
        results();
        training();
        use();
    }

    private String what() {
        int count = facts.labels().size();
        return switch (facts.kind()) {
            case SINGLE_LABEL -> "This model gives a text one of " + count + " labels.";
            case MULTI_LABEL -> "This model gives a text any of " + count + " labels, or none.";
            case REGRESSION -> "This model gives a text a number.";
            case QUESTION_ANSWERING -> "This model answers a question with a stretch of a text.";
            case MASKED_WORDS -> "This model guesses hidden words of a text, and is made to be fine-tuned.";
        };
    }

    private String from() {
        return facts.baseModel().isBlank() ? "" : " Its encoder began as " + plain(facts.baseModel()) + ".";
    }

    private void labels() {
        if (facts.labels().isEmpty()) {
            return;
        }
        line("## Labels", "", "| Id | Label |", "|---:|---|");
        for (int id = 0; id < facts.labels().size(); id++) {
            line("| " + id + " | " + plain(facts.labels().get(id)) + " |");
        }
        line("");
    }

    private void results() {
        if (facts.metrics().isEmpty()) {
            return;
        }
        line("## Results", "");
        line("Measured on " + plain(facts.split()) + ", " + count(facts.examples(), "example") + ".", "");
        line("| Metric | Value | 95 % interval |", "|---|---:|---|");
        for (MetricFact metric : facts.metrics()) {
            line("| " + title(metric.name()) + " | " + number(metric.value()) + " | "
                    + number(metric.interval().low()) + " to "
                    + number(metric.interval().high()) + " |");
        }
        line("");
        facts.pictures().forEach(picture -> line("![" + plain(alt(picture)) + "](<" + target(picture) + ">)", ""));
    }

    private void training() {
        if (facts.settings().isEmpty()) {
            return;
        }
        line("## Training", "", "| Setting | Value |", "|---|---|");
        facts.settings().forEach((name, value) -> line("| " + plain(name) + " | " + plain(value) + " |"));
        line("");
    }

    private void use() {
        if (facts.kind() == CardFacts.Kind.MASKED_WORDS) {
            useAsStart();
            return;
        }
        boolean answers = facts.kind() == CardFacts.Kind.QUESTION_ANSWERING;
        String given = answers ? "--question \"a question\" --context \"a text\"" : "\"a text to judge\"";
        line("## Use", "", "With Graft, from the folder above this model's (`DIR` is its name):", "");
        line("```sh", "graft predict --model DIR " + given, "```", "");
        Optional<String> pooling = Optional.ofNullable(facts.settings().get(POOLING));
        if (pooling.isPresent()) {
            useInPython(pooling.get());
            return;
        }
        line("With transformers:", "", "```python", "from transformers import pipeline", "");
        String name = answers ? "answer" : "classify";
        line(name + " = pipeline(\"" + pipeline() + "\", model=\"DIR\"" + pipelineOptions() + ")");
        String call = answers ? "question=\"a question\", context=\"a text\"" : "\"a text to judge\"";
        line("print(" + name + "(" + call + "))", "```");
        if (facts.settings().containsKey("temperature")) {
            line(
                    "",
                    "Graft's probabilities are calibrated: the logits are divided by the temperature above before the softmax.");
            line("The pipeline of transformers leaves that out; its labels are the same.");
        }
    }

    /** A linear layer on a vector of the text: the few lines that compute it. */
    private void useInPython(String pooling) {
        line("The classifier reads the " + (pooling.equals("mean") ? "mean of the tokens" : "first token")
                + ", which no class of transformers does:");
        line("`AutoModelForSequenceClassification` would answer at random. With its encoder:", "");
        line(
                "```python",
                "from safetensors.torch import load_file",
                "from transformers import AutoModel, AutoTokenizer",
                "");
        line("tokenizer, encoder = AutoTokenizer.from_pretrained(\"DIR\"), AutoModel.from_pretrained(\"DIR\").eval()");
        line("weights = load_file(\"DIR/model.safetensors\")");
        line("hidden = encoder(**tokenizer(\"a text to judge\", return_tensors=\"pt\")).last_hidden_state[0]");
        String vector = pooling.equals("mean") ? "hidden.mean(0)" : "hidden[0]";
        line("print(weights[\"classifier.weight\"] @ " + vector + " + weights[\"classifier.bias\"])", "```");
    }

    private void useAsStart() {
        line("## Use", "", "With Graft, from the folder above this model's (`DIR` is its name):", "");
        line("```sh", "graft train --model DIR --train reviews.tsv --out reviews-model", "```", "");
        line("With transformers:", "", "```python", "from transformers import pipeline", "");
        line("fill = pipeline(\"fill-mask\", model=\"DIR\")");
        line("print(fill(\"A text with a \" + fill.tokenizer.mask_token + \" in it.\"))", "```");
    }

    private String pipelineOptions() {
        return switch (facts.kind()) {
            case SINGLE_LABEL, QUESTION_ANSWERING, MASKED_WORDS -> "";
            case MULTI_LABEL -> ", top_k=None, function_to_apply=\"sigmoid\"";
            case REGRESSION -> ", function_to_apply=\"none\"";
        };
    }

    /** The hub's name of a metric, which groups all averages of one kind. */
    private static String hubType(String metric) {
        return switch (metric) {
            case "matthews" -> "matthews_correlation";
            case "pearson" -> "pearsonr";
            case "spearman" -> "spearmanr";
            case "r2" -> "r_squared";
            case "subset_accuracy" -> "accuracy";
            default -> metric.replaceFirst("^(micro|macro|weighted)_", "");
        };
    }

    /** {@code macro_f1} becomes {@code Macro F1}. */
    private static String title(String metric) {
        StringBuilder words = new StringBuilder();
        for (String word : metric.split("_", -1)) {
            boolean upper = List.of("mse", "rmse", "mae", "r2", "f1").contains(word);
            String first = word.isEmpty() ? "" : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
            words.append(words.isEmpty() ? "" : " ").append(upper ? word.toUpperCase(Locale.ROOT) : first);
        }
        return plain(words.toString());
    }

    /** The hub accepts only names that look like ids as a dataset's type. */
    private static String slug(String dataset) {
        String slug =
                dataset.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_.]+", "-").replaceAll("^[-.]+|[-.]+$", "");
        return slug.isEmpty() ? "dataset" : slug;
    }

    /** Six digits without exponent: YAML 1.1 readers take {@code 1E10} for a string. */
    private static String number(double value) {
        BigDecimal rounded = new BigDecimal(value).round(new MathContext(6));
        return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
    }

    /** One line of Markdown in which no character has a meaning. */
    private static String plain(String value) {
        String line = value.replaceAll("[\\p{Cc}\\u2028\\u2029]+", " ").strip();
        return MARKDOWN.matcher(line).replaceAll("\\\\$0");
    }

    private static String alt(String picture) {
        return picture.replaceFirst("\\.[^.]*$", "").replaceAll("[_-]+", " ");
    }

    private static String target(String picture) {
        return picture.replaceAll("[\\p{Cc}<>]", "");
    }

    private static String count(int number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    private void line(String... lines) {
        for (String line : lines) {
            text.append(line).append('\n');
        }
    }
}
