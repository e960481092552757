package ai.graft.finetune.evaluate;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * How well one label is found.
 *
 * @param label the label
 * @param precision share of the examples given this label that have it, 0 where none was given it
 * @param recall share of the examples with this label that were given it, 0 where none has it
 * @param f1 harmonic mean of the two, 0 where both are 0
 * @param support number of examples with this label
 */
public record ClassScore(String label, double precision, double recall, double f1, int support) {
    ObjectNode toJson() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("label", label)
                .put("precision", precision)
                .put("recall", recall)
                .put("f1", f1)
                .put("support", support);
    }
}
