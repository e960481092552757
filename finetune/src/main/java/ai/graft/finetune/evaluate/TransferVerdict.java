package ai.graft.finetune.evaluate;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Whether what a model knew before helps a task, from contenders that were trained and judged alike. Help that cannot be told from
 * chance on these examples counts as none.
 *
 * @param kind the answer
 * @param best the best contender that was pretrained
 * @param floor the best of those that were not
 * @param difference of the first to the second, better is more
 * @param take the cheapest contender that cannot be told from the best of all
 */
public record TransferVerdict(
        Kind kind, Contender best, Contender floor, Comparison.Difference difference, Contender take) {

    /** What transfer does to the metric. */
    public enum Kind {
        HELPS,
        DOES_NOTHING,
        HURTS
    }

    /**
     * One way to come to a model.
     *
     * @param name as people read it
     * @param pretrained whether it begins from pretrained weights
     * @param judged its evaluations
     * @param seconds to train one
     * @param peakBytes the most memory that the process held meanwhile; empty where the system does not tell
     */
    public record Contender(String name, boolean pretrained, Repeated judged, double seconds, OptionalLong peakBytes) {
        boolean isAsGoodAs(Contender other) {
            return other.judged().over(judged).interval().low() <= 0;
        }
    }

    /** The verdict; empty where one side has no contender. */
    public static Optional<TransferVerdict> of(List<Contender> contenders) {
        Optional<Contender> best = best(contenders.stream().filter(Contender::pretrained));
        Optional<Contender> floor = best(contenders.stream().filter(contender -> !contender.pretrained()));
        if (best.isEmpty() || floor.isEmpty()) {
            return Optional.empty();
        }
        Comparison.Difference difference = best.get().judged().over(floor.get().judged());
        Contender first = best(contenders.stream()).orElseThrow();
        Contender take = contenders.stream()
                .filter(contender -> contender.isAsGoodAs(first))
                .min(Comparator.comparingDouble(Contender::seconds))
                .orElse(first);
        return Optional.of(new TransferVerdict(kind(difference.interval()), best.get(), floor.get(), difference, take));
    }

    private static Kind kind(Interval interval) {
        if (interval.low() > 0) {
            return Kind.HELPS;
        }
        return interval.high() < 0 ? Kind.HURTS : Kind.DOES_NOTHING;
    }

    private static Optional<Contender> best(Stream<Contender> contenders) {
        return contenders.reduce((a, b) -> b.judged().over(a.judged()).value() > 0 ? b : a);
    }

    /** The verdict in words. */
    public String sentence() {
        String what = String.format(
                Locale.ROOT,
                "%s is %+.1f points from %s (95 %% interval %+.1f to %+.1f)",
                best.name(),
                100 * difference.value(),
                floor.name(),
                100 * difference.interval().low(),
                100 * difference.interval().high());
        String meaning = switch (kind) {
            case HELPS -> "Transfer helps: " + what + ".";
            case DOES_NOTHING ->
                "Transfer does nothing that these " + best.judged().examples() + " rows can tell: " + what + ".";
            case HURTS -> "Transfer hurts: " + what + ".";
        };
        return meaning + " Take " + take.name() + ": "
                + (take.isAsGoodAs(best) && take != best
                        ? "nothing here is surely better, and it is the cheapest."
                        : "nothing here is surely better.");
    }
}
