package ai.graft.serving.predict;

import ai.graft.model.network.Inputs;
import java.util.Optional;

/** A batch as it is: every input (B, S). */
record PaddedBatch(Inputs inputs) implements Feed {

    @Override
    public Optional<Input> input(String name) {
        return switch (name) {
            case "input_ids" -> of(inputs.inputIds());
            case "attention_mask" -> of(inputs.attentionMask());
            case "token_type_ids" -> of(inputs.tokenTypeIds());
            default -> Optional.empty();
        };
    }

    private Optional<Input> of(int[] values) {
        return Optional.of(new Input(values, new long[] {inputs.rows(), inputs.columns()}, true));
    }

    @Override
    public float[] padded(float[] rows) {
        return rows;
    }
}
