package ai.graft.finetune.cli;

import ai.graft.finetune.train.Transfer;
import ai.graft.model.network.Lora;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How much of a model is trained, and how, at the command line. */
final class TransferOptions {
    private static final String LORA = "lora";
    private static final String TOP = "top:";

    @Option(names = "--transfer", paramLabel = "W", description = "full, lora, frozen, contrastive, bitfit, top:N, ...")
    private Optional<String> transfer = Optional.empty();

    @Option(names = "--lora-rank", paramLabel = "N", description = "Of the adapters (8).")
    private Optional<Integer> rank = Optional.empty();

    @Option(names = "--lora-alpha", paramLabel = "X", description = "Adapters count alpha/rank times; twice the rank.")
    private Optional<Double> alpha = Optional.empty();

    @Option(names = "--lora-dropout", paramLabel = "X", description = "In front of the adapters (0.05).")
    private Optional<Double> dropout = Optional.empty();

    @Option(
            names = "--lora-targets",
            split = ",",
            paramLabel = "A",
            description = "Layers with adapters: query,value; all-linear by default.")
    private List<String> targets = List.of();

    /**
     * The transfer that was asked for; empty where none was.
     *
     * @throws IllegalArgumentException where there is none of that name, or an option of another one was given
     */
    Optional<Transfer> value() {
        boolean lora = transfer.equals(Optional.of(LORA));
        if (!lora && (rank.isPresent() || alpha.isPresent() || dropout.isPresent() || !targets.isEmpty())) {
            throw new IllegalArgumentException("--lora-rank, --lora-alpha, --lora-dropout and --lora-targets are for"
                    + " --transfer lora, and it is " + transfer.orElse("not given"));
        }
        return lora ? Optional.of(lora()) : transfer.map(TransferOptions::named);
    }

    private static Transfer named(String name) {
        if (name.matches(TOP + "\\d{1,4}")) {
            return new Transfer.Top(Integer.parseInt(name.substring(TOP.length())));
        }
        return switch (name) {
            case "full" -> new Transfer.Full();
            case "frozen" -> new Transfer.Frozen();
            case "contrastive" -> new Transfer.Contrastive();
            case "bitfit" -> new Transfer.BitFit();
            case "gradual" -> new Transfer.Gradual();
            case "scratch" -> new Transfer.Scratch();
            default ->
                throw new IllegalArgumentException("--transfer is '" + name
                        + "', expected full, frozen, contrastive, lora, bitfit, gradual, top:N or scratch");
        };
    }

    private Transfer lora() {
        Transfer.LowRank absent = Transfer.LowRank.DEFAULT;
        int rank = this.rank.orElse(absent.lora().rank());
        double alphaToRank = absent.lora().scale();
        Lora lora = new Lora(
                rank,
                alpha.orElse(alphaToRank * rank),
                targets.isEmpty() ? absent.lora().targets() : targets);
        return new Transfer.LowRank(lora, dropout.orElse(absent.dropout()));
    }
}
