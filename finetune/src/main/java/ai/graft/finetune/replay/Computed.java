package ai.graft.finetune.replay;

import ai.graft.finetune.engine.Targets;
import ai.graft.model.config.ConfigFile;
import ai.graft.model.network.Head;
import ai.graft.model.network.Inputs;
import ai.graft.model.network.Pooling;
import ai.graft.model.task.Loss;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/**
 * What a runtime computed of a batch, in row order.
 *
 * @param hidden (B, S, H)
 * @param pooler (B, H)
 * @param logits (B, L), (B, S, L), or (B, S, 2) of a head that answers questions
 * @param states the embeddings' output and that of every layer, (B, S, H) each; empty where they are not told
 */
record Computed(Optional<float[]> hidden, Optional<float[]> pooler, Optional<float[]> logits, List<float[]> states) {
    Computed {
        states = List.copyOf(states);
    }

    /** The object that {@link ForwardPass#run} describes. */
    ObjectNode json(ConfigFile config, Head head, JsonBatch batch) {
        Inputs inputs = batch.inputs();
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        logits.ifPresent(values -> {
            HeadOutputs.put(out, head, values, inputs.rows(), inputs.columns());
            putLoss(out, config, head, batch, values);
        });
        pooler.ifPresent(
                values -> out.set("pooler", HeadOutputs.nested(values, inputs.rows(), values.length / inputs.rows())));
        hidden.ifPresent(values -> {
            out.set("hidden", perToken(values, inputs));
            if (head instanceof Head.None) {
                putPooled(out, values, inputs);
            }
        });
        if (!states.isEmpty()) {
            ArrayNode array = out.putArray("hidden_states");
            states.forEach(state -> array.add(perToken(state, inputs)));
        }
        return out;
    }

    private static void putLoss(ObjectNode out, ConfigFile config, Head head, JsonBatch batch, float[] logits) {
        Loss loss = HeadOutputs.loss(head, config, List.of(), 0);
        Optional<Targets> targets = batch.targets(head, loss);
        targets.ifPresent(given -> out.put(
                "loss",
                HeadOutputs.loss(
                        loss, logits, batch.inputs().rows(), batch.inputs().columns(), given)));
    }

    private static void putPooled(ObjectNode out, float[] hidden, Inputs inputs) {
        float[] mean = Pooling.MEAN.apply(hidden, inputs);
        int size = mean.length / inputs.rows();
        out.set("mean_pooled", HeadOutputs.nested(mean, inputs.rows(), size));
        out.set("mean_pooled_normalized", HeadOutputs.nested(Pooling.normalized(mean, size), inputs.rows(), size));
    }

    private static ArrayNode perToken(float[] hidden, Inputs inputs) {
        int size = hidden.length / inputs.rows() / inputs.columns();
        return HeadOutputs.nested(hidden, inputs.rows(), inputs.columns(), size);
    }
}
