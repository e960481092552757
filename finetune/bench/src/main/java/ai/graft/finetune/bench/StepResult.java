package ai.graft.finetune.bench;

import ai.graft.finetune.bench.TrainingStep.Timing;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.ToDoubleFunction;

/** What {@link StepBench} measured, as a table or as JSON. Immutable. */
public final class StepResult {
    private final StepSettings settings;
    private final Map<StepVariant, List<Timing>> timings;
    private final List<List<GemmRate>> rates;
    private final OptionalLong peakBytes;

    StepResult(
            StepSettings settings,
            Map<StepVariant, List<Timing>> timings,
            List<List<GemmRate>> rates,
            OptionalLong peakBytes) {
        this.settings = settings;
        this.timings = new EnumMap<>(timings);
        this.rates = List.copyOf(rates);
        this.peakBytes = peakBytes;
    }

    /**
     * Everything in numbers. For each variant: {@code seconds} (median, low, high, values), {@code update_seconds}, {@code
     * gflops} by the usual count and {@code own_gflops} by the operations really done, {@code speedup} over the baseline
     * pair by pair and {@code gemm_share}, both where they were measured, and {@code loss}, that of the last step.
     */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        BertShape shape = settings.shape();
        json.put("machine", Machine.describe()).put("threads", Machine.threads());
        json.putObject("shape")
                .put("layers", shape.layers())
                .put("hidden", shape.hidden())
                .put("heads", shape.heads())
                .put("intermediate", shape.intermediate())
                .put("vocabulary", shape.vocabulary())
                .put("batch", settings.batch())
                .put("length", settings.length());
        json.put("dropout", settings.dropout())
                .put("extent", settings.extent().name())
                .put("warm_up", settings.warmUp())
                .put("rounds", settings.rounds())
                .put("gflop", settings.usualFlops() / 1e9)
                .put("gflop_engine", settings.engineFlops() / 1e9);
        if (!rates.isEmpty()) {
            ObjectNode gemm = json.putObject("gemm_gflops");
            put(gemm.putObject("float32"), gemm("float32"));
            put(gemm.putObject("bfloat16"), gemm("bfloat16"));
        }
        ObjectNode variants = json.putObject("variants");
        timings.keySet().forEach(variant -> put(variants.putObject(variant.toString()), variant));
        peakBytes.ifPresent(bytes -> json.put("peak_bytes", bytes));
        return json;
    }

    private void put(ObjectNode out, StepVariant variant) {
        List<Timing> own = timings(variant);
        Sample seconds = seconds(variant);
        put(out.putObject("seconds"), seconds);
        Sample update = sample(own, Timing::updateSeconds);
        if (!Double.isNaN(update.median())) {
            put(out.putObject("update_seconds"), update);
        }
        out.put("gflops", settings.usualFlops() / seconds.median() / 1e9)
                .put("own_gflops", variant.flops(settings) / seconds.median() / 1e9);
        if (timings.containsKey(StepVariant.BASELINE_FP32)) {
            put(out.putObject("speedup"), seconds(StepVariant.BASELINE_FP32).over(seconds));
        }
        if (!rates.isEmpty()) {
            put(out.putObject("gemm_share"), share(variant));
        }
        out.put("loss", own.get(own.size() - 1).loss());
    }

    /** The step's rate by the usual count over that of the matrix product in the same round. */
    private Sample share(StepVariant variant) {
        Sample gflops = sample(timings(variant), t -> settings.usualFlops() / t.seconds() / 1e9);
        return gflops.over(gemm(variant.gemmType()));
    }

    private List<Timing> timings(StepVariant variant) {
        return timings.getOrDefault(variant, List.of());
    }

    private Sample seconds(StepVariant variant) {
        return sample(timings(variant), Timing::seconds);
    }

    private Sample gemm(String type) {
        return new Sample(rates.stream()
                .flatMap(List::stream)
                .filter(rate -> rate.type().equals(type))
                .map(GemmRate::medianGflops)
                .toList());
    }

    private static Sample sample(List<Timing> timings, ToDoubleFunction<Timing> of) {
        return new Sample(timings.stream().mapToDouble(of).boxed().toList());
    }

    private static void put(ObjectNode out, Sample sample) {
        out.put("median", sample.median()).put("low", sample.low()).put("high", sample.high());
        sample.values().forEach(out.putArray("values")::add);
    }

    /** A table for people. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        ObjectNode json = toJson();
        text.append(line("%s, %d threads", Machine.describe(), Machine.threads()));
        text.append(line(
                "%d x %d tokens, dropout %.2f, %s; %.0f GFLOP by the usual count, %.0f done by the engine",
                settings.batch(),
                settings.length(),
                settings.dropout(),
                settings.extent(),
                settings.usualFlops() / 1e9,
                settings.engineFlops() / 1e9));
        json.path("gemm_gflops")
                .properties()
                .forEach(gemm -> text.append(line(
                        "%-14s %.0f GFLOP/s (%.0f to %.0f)",
                        "gemm " + gemm.getKey(),
                        gemm.getValue().path("median").asDouble(),
                        gemm.getValue().path("low").asDouble(),
                        gemm.getValue().path("high").asDouble())));
        timings.keySet().forEach(variant -> text.append(row(variant)));
        peakBytes.ifPresent(bytes -> text.append(line("peak resident memory %.2f GB", bytes / 1e9)));
        return text.toString();
    }

    private String row(StepVariant variant) {
        Sample seconds = seconds(variant);
        Sample update = sample(timings(variant), Timing::updateSeconds);
        String row = line(
                        "%-14s %.3f s a step (%.3f to %.3f)%s, %.0f GFLOP/s",
                        variant,
                        seconds.median(),
                        seconds.low(),
                        seconds.high(),
                        Double.isNaN(update.median())
                                ? ""
                                : String.format(Locale.ROOT, ", update %.3f s", update.median()),
                        settings.usualFlops() / seconds.median() / 1e9)
                .stripTrailing();
        if (timings.containsKey(StepVariant.BASELINE_FP32)) {
            Sample speedup = seconds(StepVariant.BASELINE_FP32).over(seconds);
            row += times(speedup);
        }
        return row + (rates.isEmpty() ? "" : inWords(share(variant))) + System.lineSeparator();
    }

    private static String times(Sample speedup) {
        return String.format(
                Locale.ROOT,
                ", %.2f times the baseline (%.2f to %.2f)",
                speedup.median(),
                speedup.low(),
                speedup.high());
    }

    private static String inWords(Sample share) {
        return String.format(Locale.ROOT, ", %.0f %% of the gemm rate", 100 * share.median());
    }

    private static String line(String format, Object... arguments) {
        return String.format(Locale.ROOT, format, arguments) + System.lineSeparator();
    }
}
