package ai.graft.finetune.cli;

import ai.graft.model.checkpoint.PretrainedCache;
import ai.graft.tokenizer.Encoding;
import ai.graft.tokenizer.Tokenizer;
import ai.graft.tokenizer.Truncation;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code graft tokenize}: texts as the ids that a model reads. */
@Command(
        name = "tokenize",
        description = {
            "Show texts as the tokens and ids that a model reads.",
            "Offsets are UTF-16 indices into the text. A text that begins with a dash comes after --."
        })
final class TokenizeCommand extends Subcommand {
    @Parameters(
            paramLabel = "TEXT",
            arity = "1..*",
            description = "Texts, or - for the lines of standard input, each a text.")
    private List<String> words = List.of();

    @Option(
            names = "--model",
            paramLabel = "MODEL",
            defaultValue = "minilm",
            description = "A directory with tokenizer files, or a name; minilm if left out.")
    private String model;

    @Option(names = "--pair", paramLabel = "TEXT", description = "A second text that belongs to each.")
    private Optional<String> pair = Optional.empty();

    @Option(
            names = "--max-length",
            paramLabel = "N",
            description = "Cut to N tokens, special ones included, the longer text first.")
    private Optional<Integer> maxLength = Optional.empty();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    void run(Console console) throws IOException {
        maxLength.filter(n -> n < 1).ifPresent(n -> {
            throw new IllegalArgumentException("--max-length is " + n + ", it must be 1 or more");
        });
        Truncation truncation = maxLength.map(Truncation::longestFirst).orElseGet(Truncation::none);
        try (Tokenizer tokenizer = Tokenizer.load(PretrainedCache.resolve(model))) {
            String gap = "";
            for (String text : texts(console)) {
                Encoding encoding = tokenizer.encode(text, pair, truncation);
                output.print(console, output.json() ? json(text, encoding) : empty(), gap + table(encoding));
                gap = "\n";
            }
        }
    }

    private List<String> texts(Console console) throws IOException {
        List<String> texts = new ArrayList<>();
        for (String word : words) {
            texts.addAll(word.equals("-") ? console.readLines() : List.of(word));
        }
        return texts;
    }

    private static ObjectNode empty() {
        return JsonNodeFactory.instance.objectNode();
    }

    private ObjectNode json(String text, Encoding encoding) {
        ObjectNode out = empty().put("text", text);
        pair.ifPresent(second -> out.put("pair", second));
        put(out.putArray("ids"), encoding.inputIds());
        encoding.tokens().forEach(out.putArray("tokens")::add);
        ArrayNode offsets = out.putArray("offsets");
        ArrayNode words = out.putArray("word_ids");
        for (int i = 0; i < encoding.length(); i++) {
            offsets.addArray().add(encoding.starts()[i]).add(encoding.ends()[i]);
            int word = encoding.wordIds()[i];
            words.add(word < 0 ? JsonNodeFactory.instance.nullNode() : JsonNodeFactory.instance.numberNode(word));
        }
        put(out.putArray("type_ids"), encoding.tokenTypeIds());
        put(out.putArray("special_tokens_mask"), encoding.specialTokensMask());
        return out;
    }

    private static void put(ArrayNode array, int[] values) {
        for (int value : values) {
            array.add(value);
        }
    }

    /** A line a token: position, id, stretch of the text, token. The token is last, for its width is anyone's guess. */
    private static String table(Encoding encoding) {
        StringBuilder text = new StringBuilder(String.format(Locale.ROOT, "%4s %7s %9s  token%n", "", "id", "offsets"));
        for (int i = 0; i < encoding.length(); i++) {
            boolean special = encoding.specialTokensMask()[i] == 1;
            String offsets = special ? "-" : encoding.starts()[i] + "-" + encoding.ends()[i];
            text.append(String.format(
                    Locale.ROOT,
                    "%4d %7d %9s  %s%n",
                    i,
                    encoding.inputIds()[i],
                    offsets,
                    encoding.tokens().get(i)));
        }
        return text.toString();
    }
}
