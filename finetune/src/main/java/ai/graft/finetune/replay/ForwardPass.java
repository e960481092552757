package ai.graft.finetune.replay;

import ai.graft.finetune.engine.ComputeDevice;
import ai.graft.finetune.engine.Precision;
import ai.graft.finetune.engine.TorchNetwork;
import ai.graft.model.checkpoint.Checkpoint;
import ai.graft.model.checkpoint.PretrainedNetwork;
import ai.graft.model.network.Head;
import ai.graft.model.network.Inputs;
import com.fasterxml.jackson.databind.JsonNode;
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
        try (TorchNetwork network =
                TorchNetwork.forPrediction(pretrained.network(), head, pretrained::values, Precision.FP32, device)) {
            List<float[]> outputs = network.everything(inputs);
            boolean bare = head instanceof Head.None;
            boolean pooled = outputs.size() == (bare ? 2 : 3)
                    && pretrained.loaded().report().missing().stream().noneMatch(n -> n.contains("pooler."));
            return new Computed(
                            Optional.of(outputs.get(0)),
                            pooled ? Optional.of(outputs.get(1)) : Optional.empty(),
                            bare ? Optional.empty() : Optional.of(outputs.get(outputs.size() - 1)),
                            bare ? network.hiddenStates(inputs) : List.of())
                    .json(checkpoint.config(), head, batch);
        }
    }

    private ForwardPass() {}
}
