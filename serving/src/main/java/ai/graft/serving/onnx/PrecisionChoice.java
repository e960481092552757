package ai.graft.serving.onnx;

import ai.graft.serving.predict.OnnxPredictor;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Which precision serves a checkpoint best on this machine, measured: every one is exported and compared with the checkpoint,
 * answers the validation's texts in turn with the others, and is out where it loses more of the metric than is allowed. Taken
 * is the smallest file of those within {@value #TIE} of the fastest.
 *
 * @param options of the export that was chosen
 * @param reason in words
 * @param candidates all that were measured, fp32 first
 */
public record PrecisionChoice(ExportOptions options, String reason, List<Candidate> candidates) {
    /** Times this near to each other may be the other way round the next time. */
    static final double TIE = 1.05;

    /** Those for a processor, which is what they are measured on. */
    private static final List<ExportPrecision> CANDIDATES =
            List.of(ExportPrecision.FP32, ExportPrecision.FP16, ExportPrecision.INT8);

    private static final int ROUNDS = 3;

    /** Rounds end with the one in which a candidate has had so much time. */
    private static final double SECONDS = 20;

    public PrecisionChoice {
        candidates = List.copyOf(candidates);
    }

    /**
     * A precision, and what was measured of it.
     *
     * @param megabytes size of the model; 0 where there is no export to measure
     * @param score the metric on the validation's texts; empty there
     * @param textsPerSecond the median of the rounds; 0 there
     * @param refusal why it cannot be taken; empty where it can
     */
    public record Candidate(
            ExportPrecision precision,
            double megabytes,
            Optional<Validation.Score> score,
            double textsPerSecond,
            Optional<String> refusal) {
        /** All of it as an object. */
        public ObjectNode toJson() {
            ObjectNode json = JsonNodeFactory.instance.objectNode().put("precision", precision.label());
            score.ifPresent(s -> json.put("metric", s.metric())
                    .put("value", s.value())
                    .put("megabytes", megabytes)
                    .put("texts_per_second", textsPerSecond));
            refusal.ifPresent(text -> json.put("refused", text));
            return json;
        }
    }

    /**
     * Measures.
     *
     * @param nameOrDirectory as {@code Checkpoint.open} takes it
     * @param int8 the export in int8 that is one of the candidates; the others differ from it in precision alone. It has a
     *     validation
     * @throws ProofFailedException where fp32 does not compute what the checkpoint computes
     * @throws IllegalArgumentException where the options are not int8's, or have no validation
     */
    public static PrecisionChoice measure(String nameOrDirectory, ExportOptions int8) {
        Validation validation = int8.validation()
                .filter(v -> int8.precision() == ExportPrecision.INT8)
                .orElseThrow(() -> new IllegalArgumentException("the precision is to be chosen from "
                        + int8.precision().label() + " with"
                        + (int8.validation().isPresent() ? "" : "out") + " validation data, expected int8 with them"));
        List<Contender> contenders = new ArrayList<>();
        try (ExportSource source = ExportSource.open(nameOrDirectory);
                TemporaryFolder folder = TemporaryFolder.create("auto")) {
            try {
                for (ExportPrecision precision : CANDIDATES) {
                    contenders.add(Contender.of(source, folder.path(), options(int8, precision)));
                }
                return choose(race(contenders, validation), validation);
            } finally {
                contenders.forEach(Contender::close);
            }
        } catch (IOException e) {
            throw TemporaryFolder.failure(e);
        }
    }

    private static ExportOptions options(ExportOptions int8, ExportPrecision precision) {
        return switch (precision) {
            case FP32 -> int8.inFp32();
            case FP16, FP16_GPU -> int8.inFp32().withPrecision(precision).withKeepFp32(int8.keepFp32());
            case INT8 -> int8;
        };
    }

    /** An export that answers, or the reason why there is none. */
    private record Contender(
            ExportOptions options, double megabytes, Optional<OnnxPredictor> predictor, String refusal) {
        static Contender of(ExportSource source, Path folder, ExportOptions options) throws IOException {
            Path directory =
                    Files.createDirectory(folder.resolve(options.precision().label()));
            try {
                OnnxExporter.write(source, directory, options, true);
            } catch (ProofFailedException e) {
                if (options.precision() == ExportPrecision.FP32) {
                    throw e;
                }
                return new Contender(options, 0, Optional.empty(), e.finding());
            }
            return new Contender(
                    options, OnnxExporter.bytes(directory) / 1e6, Optional.of(OnnxPredictor.open(directory)), "");
        }

        void close() {
            predictor.ifPresent(OnnxPredictor::close);
        }
    }

    /**
     * A candidate's figures.
     *
     * @param score empty where there is no export to measure
     * @param seconds the median of the rounds
     * @param refusal why there is no export
     */
    record Measured(
            ExportOptions options,
            double megabytes,
            Optional<Validation.Score> score,
            double seconds,
            String refusal) {}

    /** In the first round they warm up, and are judged. */
    private static List<Measured> race(List<Contender> contenders, Validation validation) {
        List<Optional<Validation.Score>> scores = contenders.stream()
                .map(contender -> contender
                        .predictor()
                        .map(predictor -> validation.judge().answers(predictor).get()))
                .toList();
        double[][] seconds = new double[contenders.size()][0];
        double longest = 0;
        for (int round = 0; round < ROUNDS && longest < SECONDS; round++) {
            for (int i = 0; i < seconds.length; i++) {
                Optional<OnnxPredictor> predictor = contenders.get(i).predictor();
                if (predictor.isPresent()) {
                    long start = System.nanoTime();
                    validation.judge().answers(predictor.get());
                    seconds[i] = Arrays.copyOf(seconds[i], round + 1);
                    seconds[i][round] = (System.nanoTime() - start) / 1e9;
                    longest = Math.max(longest, Arrays.stream(seconds[i]).sum());
                }
            }
        }
        List<Measured> measured = new ArrayList<>();
        for (int i = 0; i < seconds.length; i++) {
            Contender contender = contenders.get(i);
            measured.add(new Measured(
                    contender.options(),
                    contender.megabytes(),
                    scores.get(i),
                    median(seconds[i]),
                    contender.refusal()));
        }
        return measured;
    }

    private static double median(double[] values) {
        double[] sorted = Arrays.stream(values).sorted().toArray();
        return sorted.length == 0
                ? Double.POSITIVE_INFINITY
                : (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    /** Of what was measured, fp32 first, which is always good enough. */
    static PrecisionChoice choose(List<Measured> all, Validation validation) {
        Validation.Score reference = all.get(0).score().orElseThrow();
        List<Candidate> candidates = all.stream()
                .map(measured -> candidate(
                        measured,
                        measured == all.get(0) ? Optional.empty() : refusal(measured, reference, validation),
                        validation))
                .toList();
        double fastest = candidates.stream()
                .filter(candidate -> candidate.refusal().isEmpty())
                .mapToDouble(Candidate::textsPerSecond)
                .max()
                .orElseThrow();
        Candidate chosen = candidates.stream()
                .filter(candidate -> candidate.refusal().isEmpty() && candidate.textsPerSecond() * TIE >= fastest)
                .min(Comparator.comparingDouble(Candidate::megabytes))
                .orElseThrow();
        ExportOptions options = all.get(candidates.indexOf(chosen)).options();
        return new PrecisionChoice(options.withValidation(validation), reason(chosen, candidates.get(0)), candidates);
    }

    private static Optional<String> refusal(Measured measured, Validation.Score reference, Validation validation) {
        return measured.score()
                .map(score -> validation.refusal(reference, score))
                .orElseGet(() -> Optional.of(measured.refusal()));
    }

    private static Candidate candidate(Measured measured, Optional<String> refusal, Validation validation) {
        return new Candidate(
                measured.options().precision(),
                measured.megabytes(),
                measured.score(),
                validation.examples() / measured.seconds(),
                refusal);
    }

    private static String reason(Candidate chosen, Candidate fp32) {
        if (chosen == fp32) {
            return String.format(
                    Locale.ROOT,
                    "none that is as good is faster, or smaller and within %.0f %% of it",
                    100 * (TIE - 1));
        }
        return String.format(
                Locale.ROOT,
                "%.2f times as fast as fp32, %.0f MB in place of %.0f, %s %.2f (fp32 %.2f)",
                chosen.textsPerSecond() / fp32.textsPerSecond(),
                chosen.megabytes(),
                fp32.megabytes(),
                chosen.score().orElseThrow().metric(),
                100 * chosen.score().orElseThrow().value(),
                100 * fp32.score().orElseThrow().value());
    }
}
