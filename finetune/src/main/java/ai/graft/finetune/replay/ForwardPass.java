package ai.graft.finetune.replay;

import ai.graft.finetune.engine.ComputeDevice;
import ai.graft.finetune.engine.Precision;
import ai.graft.finetune.engine.Targets;
import ai.graft.finetune.engine.TorchNetwork;
import ai.graft.model.checkpoint.Checkpoint;
import ai.graft.model.checkpoint.PretrainedNetwork;
import ai.graft.model.network.Head;
import ai.graft.model.network.Inputs;
import ai.graft.model.task.Loss;
import ai.graft.model.task.Pooling;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/** Runs a checkpoint once on recorded ids and gives everything that it computes, in fp32. */
public final class ForwardPass {

    /**
     * Runs a checkpoint.
     *
     * @param head what stands on top; weights that the checkpoint does not have are drawn from seed 0
     * @param input {@code input_ids} [batch][position], and where wanted {@code attention_mask}, {@code token_type_ids},
     *     {@code labels} (or {@code start_positions} and {@code end_positions})
     * @return {@code hidden} [batch][position][hidden]; {@code pooler}, {@code logits} or {@code start_logits} and {@code
     *     end_logits} where the head has them; {@code loss} where labels were given; for a bare encoder {@code mean_pooled},
     *     {@code mean_pooled_normalized} and {@code hidden_states} [layer][batch][position][hidden], the embeddings' output
     *     first
     */
    public static ObjectNode run(
            Checkpoint checkpoint, Head head, boolean otherLabels, JsonNode input, ComputeDevice device) {
        PretrainedNetwork pretrained = checkpoint.load(head, otherLabels, 0);
        JsonBatch batch = JsonBatch.read(input);
        Inputs inputs = batch.inputs();
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        try (TorchNetwork network =
                TorchNetwork.forPrediction(pretrained.network(), head, pretrained::values, Precision.FP32, device)) {
            List<float[]> outputs = network.everything(inputs);
            boolean bare = head instanceof Head.None;
            if (!bare) {
                float[] logits = outputs.get(outputs.size() - 1);
                HeadOutputs.put(out, head, logits, inputs.rows(), inputs.columns());
                putLoss(out, checkpoint, head, batch, logits);
            }
            boolean pooled = outputs.size() == (bare ? 2 : 3);
            if (pooled && pretrained.loaded().report().missing().stream().noneMatch(n -> n.contains("pooler."))) {
                float[] pooler = outputs.get(1);
                out.set("pooler", HeadOutputs.nested(pooler, inputs.rows(), pooler.length / inputs.rows()));
            }
            out.set("hidden", perToken(outputs.get(0), inputs));
            if (bare) {
                putPooled(out, outputs.get(0), inputs);
                ArrayNode states = out.putArray("hidden_states");
                network.hiddenStates(inputs).forEach(state -> states.add(perToken(state, inputs)));
            }
        }
        return out;
    }

    private static void putLoss(ObjectNode out, Checkpoint checkpoint, Head head, JsonBatch batch, float[] logits) {
        Loss loss = HeadOutputs.loss(head, checkpoint.config(), List.of(), 0);
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

    private ForwardPass() {}
}
