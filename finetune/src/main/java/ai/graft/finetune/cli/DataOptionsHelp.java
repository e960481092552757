package ai.graft.finetune.cli;

import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.OptionSpec;

/** The options of a command that reads data, without those that few files need: {@code graft data --help} tells of them. */
final class DataOptionsHelp {
    private static final List<String> SELDOM = List.of(
            "--header",
            "--quoting",
            "--format",
            "--charset",
            "--records",
            "--label-file",
            "--label-separator",
            "--label-until",
            "--label-names");

    private static final List<String> COLUMNS = List.of("--text", "--text-pair", "--label", "--columns");

    /** As many names as fit a line. */
    private static final int FIRST_LINE = 6;

    /** Renders parameters and options together, so that they stand in line; a command's own list of parameters is to be empty. */
    static String render(Help help) {
        return String.format(
                "%s      %s,%n      %s: see graft data --help%n",
                without(help, SELDOM),
                String.join(", ", SELDOM.subList(0, FIRST_LINE)),
                String.join(", ", SELDOM.subList(FIRST_LINE, SELDOM.size())));
    }

    /** The same of a command that reads data only where it is asked to. */
    static String renderBriefly(Help help) {
        List<String> hidden = Stream.concat(COLUMNS.stream(), SELDOM.stream()).toList();
        return String.format(
                "%s      %s ...: see graft data --help%n", without(help, hidden), String.join(", ", COLUMNS));
    }

    private static String without(Help help, List<String> hidden) {
        List<OptionSpec> shown = help.commandSpec().options().stream()
                .filter(option -> !option.hidden() && !hidden.contains(option.longestName()))
                .toList();
        Help.Layout layout =
                help.createDefaultLayout(shown, help.commandSpec().positionalParameters(), help.colorScheme());
        layout.addAllPositionalParameters(
                help.commandSpec().positionalParameters(), help.createDefaultParamLabelRenderer());
        layout.addAllOptions(shown, help.createDefaultParamLabelRenderer());
        return layout.toString();
    }

    private DataOptionsHelp() {}
}
