package ai.graft.model.config;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Element-wise functions between linear layers, by the names of {@code hidden_act} in {@code config.json}. */
public enum Activation {
    /** x·Φ(x) with the exact normal distribution function (Hendrycks and Gimpel, arXiv 1606.08415). */
    GELU("gelu"),
    /** The same by tanh, as first published. */
    GELU_TANH("gelu_new", "gelu_pytorch_tanh"),
    RELU("relu"),
    SILU("silu", "swish"),
    TANH("tanh");

    private final List<String> names;

    Activation(String... names) {
        this.names = List.of(names);
    }

    /** The function that a configuration calls {@code name}, if there is one. */
    public static Optional<Activation> named(String name) {
        return Arrays.stream(values()).filter(a -> a.names.contains(name)).findFirst();
    }

    /** Every name that {@link #named} knows. */
    public static List<String> names() {
        return Arrays.stream(values()).flatMap(a -> a.names.stream()).toList();
    }
}
