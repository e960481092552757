package ai.graft.finetune.engine;

import ai.graft.model.network.DropoutRates;
import ai.graft.model.network.Extent;
import ai.graft.model.network.Inputs;
import ai.graft.model.network.Outputs;
import ai.graft.model.reference.DoubleTensor;
import ai.graft.model.reference.Elements;
import ai.graft.model.reference.ReferenceLoss;
import ai.graft.model.reference.ReferenceOps;
import ai.graft.model.reference.ShapeOps;
import ai.graft.model.task.Loss;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A tiny network in doubles, whose weights may be nudged to see what a loss does. */
final class Reference {
    private final TinyNetwork tiny;
    private final Map<String, double[]> weights = new LinkedHashMap<>();

    Reference(TinyNetwork tiny, long seed) {
        this.tiny = tiny;
        tiny.weights(seed).forEach((name, values) -> weights.put(name, doubles(values)));
    }

    /** Hidden states, then the pooler's output and the logits where there are any. */
    double[][] everything(Inputs inputs) {
        Outputs<DoubleTensor> outputs =
                tiny.network().forward(new ReferenceOps(inputs, this::elements), tiny.head(), Extent.ALL_TOKENS);
        return Stream.of(Stream.of(outputs.hidden()), outputs.pooled().stream(), outputs.logits().stream())
                .flatMap(tensors -> tensors)
                .map(DoubleTensor::data)
                .toArray(double[][]::new);
    }

    /** The loss of a training pass that drops what the engine drops. */
    double loss(Loss loss, Inputs inputs, double[] targets, Extent extent, DropoutRates dropout, long seed, long pass) {
        long bytes =
                ShapeOps.dropoutBytes(tiny.network(), tiny.head(), extent, dropout, inputs.rows(), inputs.columns());
        byte[] noise = new byte[Math.toIntExact(bytes)];
        DropoutNoise.fill(ByteBuffer.wrap(noise), seed, pass);
        ReferenceOps ops = new ReferenceOps(inputs, this::elements, dropout, noise);
        DoubleTensor logits =
                tiny.network().forward(ops, tiny.head(), extent).logits().orElseThrow();
        return ReferenceLoss.of(loss, logits, targets);
    }

    private Elements elements(String name) {
        return Elements.of(weight(name));
    }

    double[] weight(String name) {
        double[] values = weights.get(name);
        if (values == null) {
            throw new IllegalArgumentException("no weight " + name);
        }
        return values;
    }

    private static double[] doubles(float[] values) {
        return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
    }
}
