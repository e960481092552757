package ai.graft.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.graft.fixtures.RandomBatch;
import ai.graft.fixtures.TinyNetworks;
import ai.graft.model.checkpoint.LoraAdapter;
import ai.graft.model.checkpoint.Tensor;
import ai.graft.model.config.ConfigFile;
import ai.graft.model.reference.Elements;
import ai.graft.model.reference.ReferenceOps;
import ai.graft.model.reference.ShapeOps;
import java.lang.reflect.Method;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LoraNetworkTest {
    private static final Head HEAD = new Head.SequenceClassification(4);
    private static final Lora ALL = new Lora(2, 3, List.of(Lora.ALL_LINEAR));
    private static final Network BERT = network(TinyNetworks.CONFIGS.get(0));

    private static Network network(String json) {
        return Network.of(ConfigFile.parse(json, "tiny").model());
    }

    static Stream<Network> networks() {
        return TinyNetworks.CONFIGS.stream().map(LoraNetworkTest::network);
    }

    private static double[] logits(Network network, Map<String, float[]> weights, Inputs inputs) {
        ReferenceOps ops = new ReferenceOps(
                inputs, name -> Elements.of(FloatBuffer.wrap(Objects.requireNonNull(weights.get(name), name))));
        return network.forward(ops, HEAD, Extent.HEAD_ONLY)
                .logits()
                .orElseThrow()
                .data();
    }

    /** W + (alpha/rank)·B·A, as the paper has it, in place of the adapters. */
    @ParameterizedTest
    @MethodSource("networks")
    void forward_withAdapters_equalsTheMergedNetwork(Network base) {
        Network adapted = new LoraNetwork(base, ALL);
        Inputs inputs = RandomBatch.of(base.config(), 6, 2, 6, 3, 5);
        Map<String, float[]> weights = TinyNetworks.weights(adapted, HEAD, 1);
        Map<String, Tensor> matrices = new LinkedHashMap<>();
        ShapeOps.weights(adapted, HEAD).stream()
                .filter(weight -> Lora.isAdapter(weight.name()))
                .forEach(weight -> matrices.put(
                        weight.name(),
                        Tensor.ofFloats(weight.shape(), weights.getOrDefault(weight.name(), new float[0]))));
        LoraAdapter adapter = new LoraAdapter(ALL, matrices);
        Map<String, float[]> merged = new LinkedHashMap<>();
        ShapeOps.weights(base, HEAD)
                .forEach(weight -> merged.put(
                        weight.name(),
                        adapter.merge(
                                weight,
                                weights.getOrDefault(weight.name(), new float[0])
                                        .clone())));

        double[] expected = logits(base, merged, inputs);
        double[] actual = logits(adapted, weights, inputs);

        assertThat(matrices).isNotEmpty();
        assertThat(logits(base, weights, inputs)).isNotEqualTo(expected); // the adapters do something
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).isCloseTo(expected[i], within(1e-5)); // merged weights are rounded to floats
        }
    }

    @Test
    void weights_allLinear_areBesideTheEncodersLayersAlone() {
        List<String> adapters = ShapeOps.weights(new LoraNetwork(BERT, ALL), HEAD).stream()
                .map(WeightSpec::name)
                .filter(Lora::isAdapter)
                .toList();

        assertThat(adapters)
                .hasSize(2 * 6 * 2) // layers, linear layers of each, matrices
                .allMatch(name -> name.startsWith("bert.encoder.layer."))
                .contains(
                        "bert.encoder.layer.0.attention.self.query.lora_A.weight",
                        "bert.encoder.layer.1.output.dense.lora_B.weight");
    }

    @Test
    void weights_shapesAndStart_areThoseOfPeft() {
        Network adapted = new LoraNetwork(BERT, new Lora(3, 6, List.of("intermediate.dense")));

        assertThat(ShapeOps.weights(adapted, HEAD))
                .contains(
                        new WeightSpec(
                                "bert.encoder.layer.0.intermediate.dense.lora_A.weight",
                                Init.ADAPTER_DOWN,
                                List.of(3, 12)),
                        new WeightSpec(
                                "bert.encoder.layer.0.intermediate.dense.lora_B.weight",
                                Init.ADAPTER_UP,
                                List.of(20, 3)));
    }

    @Test
    void weights_endOfAName_meansEveryLayerThatEndsSo() {
        List<String> adapters = ShapeOps.weights(new LoraNetwork(BERT, new Lora(1, 1, List.of("dense"))), HEAD).stream()
                .map(WeightSpec::name)
                .filter(name -> name.endsWith("lora_A.weight"))
                .toList();

        assertThat(adapters).hasSize(2 * 3 + 1).contains("bert.pooler.dense.lora_A.weight");
    }

    @Test
    void forward_targetThatIsNoLayer_namesThoseThatAre() {
        Network adapted = new LoraNetwork(BERT, new Lora(1, 1, List.of("query", "q_lin")));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> ShapeOps.weights(adapted, HEAD))
                .withMessage("no linear layer is called q_lin; give self.query, self.key, self.value, output.dense,"
                        + " intermediate.dense or all-linear");
    }

    /** A default of the interface that is not passed on would hide what the interpreter does. */
    @Test
    void loraOps_everyOperation_isPassedOn() {
        List<String> own = Stream.of(LoraOps.class.getDeclaredMethods())
                .map(LoraNetworkTest::signature)
                .toList();

        assertThat(Stream.of(Ops.class.getDeclaredMethods()).map(LoraNetworkTest::signature))
                .filteredOn(signature -> !signature.equals("embedding/2")) // calls the one with three parameters
                .isNotEmpty()
                .isSubsetOf(own);
    }

    private static String signature(Method method) {
        return method.getName() + "/" + method.getParameterCount();
    }

    @Test
    void construct_numbersOutOfRange_saysWhich() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Lora(0, 1, List.of("query")))
                .withMessage("the rank of LoRA is 0, expected 1 to 1024");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Lora(1, Double.NaN, List.of("query")))
                .withMessage("alpha of LoRA is NaN, expected above 0 and finite");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Lora(1, 1, List.of()))
                .withMessageContaining("LoRA has no targets");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LoraNetwork(new LoraNetwork(BERT, ALL), ALL))
                .withMessageContaining("merge them first");
    }
}
