package ai.graft.finetune.train;

import ai.graft.finetune.engine.TorchNetwork;
import ai.graft.model.config.ModelConfig;
import ai.graft.model.network.Head;
import ai.graft.model.network.Inputs;
import ai.graft.tokenizer.TextInput;
import ai.graft.tokenizer.TokenIds;
import ai.graft.tokenizer.Tokenizer;
import ai.graft.tokenizer.Truncation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * {@code golden.json}: inputs with their logits in fp32 from the weights as saved, against which every export of the model is
 * proven. Real sentences, and made-up ids of length 1, 2 and the maximum.
 */
final class GoldenCases {
    static final String FILE = "golden.json";
    private static final List<String> SENTENCES = List.of(
            "A gorgeous, witty, seductive movie.",
            "The battery died after two days and nobody answers my letters.",
            "What time does the museum open on Sundays?",
            "Not bad, but I would not buy it again.",
            "東京 is far from Zürich. 😀 Prices rose by 3.5 % in 2024!");

    /**
     * @param network the weights as saved, with this head
     * @param model whose tokenizer, sizes and maximum length they have
     */
    static String text(TorchNetwork network, TorchModel model, Head head) {
        ModelConfig config = model.config().model();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("format", 1);
        ArrayNode cases = json.putArray("cases");
        for (TokenIds ids : inputs(model.tokenizer(), config, model.limit().maxLength())) {
            int columns = ids.length();
            int[] mask = new int[columns];
            Arrays.fill(mask, 1);
            int[] types = config.typeVocabSize() > 1 ? ids.tokenTypeIds() : new int[columns];
            float[] logits = network.logits(new Inputs(1, columns, ids.inputIds(), mask, types));
            ObjectNode entry = cases.addObject();
            put(entry.putArray("input_ids"), ids.inputIds());
            put(entry.putArray("token_type_ids"), types);
            if (head instanceof Head.QuestionAnswering) {
                put(entry.putArray("start_logits"), logits, 0, 2);
                put(entry.putArray("end_logits"), logits, 1, 2);
            } else {
                put(entry.putArray("logits"), logits, 0, 1);
            }
        }
        try {
            return new ObjectMapper().writeValueAsString(json) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<TokenIds> inputs(Tokenizer tokenizer, ModelConfig model, int maxLength) {
        List<TextInput> texts = SENTENCES.stream().map(TextInput::of).toList();
        List<TokenIds> inputs = new ArrayList<>(tokenizer.idsAll(texts, Truncation.longestFirst(maxLength)));
        SplittableRandom random = new SplittableRandom(1);
        for (int length : new int[] {1, 2, maxLength}) {
            int[] ids = random.ints(length, 0, model.vocabSize())
                    .map(id -> id == model.padTokenId() ? (id + 1) % model.vocabSize() : id)
                    .toArray();
            inputs.add(new TokenIds(ids, new int[length]));
        }
        return inputs;
    }

    /** Every {@code step}-th value. */
    private static void put(ArrayNode array, float[] values, int from, int step) {
        for (int i = from; i < values.length; i += step) {
            array.add(values[i]);
        }
    }

    private static void put(ArrayNode array, int[] values) {
        for (int value : values) {
            array.add(value);
        }
    }

    private GoldenCases() {}
}
