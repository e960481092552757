package ai.graft.finetune.cli;

import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.OptionSpec;

/** The options of a command that reads data, without those that few need, so that they fit a screen. */
final class OptionsHelp {
    /** Shows every option of the command that has it. */
    static final String ALL = "--help-all";

    /** {@code graft data --help} tells of them. */
    private static final List<String> OF_DATA = List.of(
            "--header",
            "--quoting",
            "--format",
            "--charset",
            "--records",
            "--label-file",
            "--label-separator",
            "--label-until",
            "--label-names");

    private static final List<String> OF_TRAINING = List.of(
            "--accumulate",
            "--batch-tokens",
            "--weight-decay",
            "--warmup",
            "--schedule",
            "--clip",
            "--freeze",
            "--layer-decay",
            "--lora-rank",
            "--lora-alpha",
            "--lora-dropout",
            "--lora-targets",
            "--label-smoothing",
            "--focal-loss",
            "--layers",
            "--eval-steps",
            "--dropout",
            "--attention-dropout",
            "--classifier-dropout",
            "--beta1",
            "--beta2",
            "--eps",
            "--unknown-labels",
            "--stride",
            "--max-answer-tokens");

    private static final List<String> COLUMNS = List.of("--text", "--text-pair", "--label", "--columns");

    private static final int WIDTH = 80;
    private static final String INDENT = "      ";

    /** Renders parameters and options together, so that they stand in line; a command's own list of parameters is to be empty. */
    static String render(Help help) {
        if (help.commandSpec().findOption(ALL) == null || matched(help)) {
            return layout(help, OF_DATA) + wrapped(OF_DATA, "see graft data --help");
        }
        List<String> seldom =
                Stream.concat(OF_DATA.stream(), OF_TRAINING.stream()).toList();
        return layout(help, seldom)
                + wrapped(OF_TRAINING, "see graft train " + ALL)
                + wrapped(OF_DATA, "see graft data --help");
    }

    /** The same of a command that reads data only where it is asked to. */
    static String renderBriefly(Help help) {
        List<String> hidden = Stream.concat(COLUMNS.stream(), OF_DATA.stream()).toList();
        return layout(help, hidden) + INDENT + String.join(", ", COLUMNS) + " ...: see graft data --help"
                + System.lineSeparator();
    }

    private static boolean matched(Help help) {
        return help.commandSpec().commandLine().getParseResult().hasMatchedOption(ALL);
    }

    private static String layout(Help help, List<String> seldom) {
        List<OptionSpec> shown = help.commandSpec().options().stream()
                .filter(option -> !option.hidden() && !seldom.contains(option.longestName()))
                .toList();
        Help.Layout layout =
                help.createDefaultLayout(shown, help.commandSpec().positionalParameters(), help.colorScheme());
        layout.addAllPositionalParameters(
                help.commandSpec().positionalParameters(), help.createDefaultParamLabelRenderer());
        layout.addAllOptions(shown, help.createDefaultParamLabelRenderer());
        return layout.toString();
    }

    private static String wrapped(List<String> names, String where) {
        StringBuilder text = new StringBuilder();
        StringBuilder line = new StringBuilder(INDENT);
        for (String word : (String.join(", ", names) + ": " + where).split(" ")) {
            if (line.length() + word.length() > WIDTH - 1) {
                text.append(line.toString().stripTrailing()).append(System.lineSeparator());
                line.setLength(INDENT.length());
            }
            line.append(word).append(' ');
        }
        return text.append(line.toString().stripTrailing())
                .append(System.lineSeparator())
                .toString();
    }

    private OptionsHelp() {}
}
