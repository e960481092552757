package ai.graft.finetune.cli;

import java.util.List;
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

    /** As many names as fit a line. */
    private static final int FIRST_LINE = 6;

    /** Renders parameters and options together, so that they stand in line; a command's own list of parameters is to be empty. */
    static String render(Help help) {
        List<OptionSpec> shown = help.commandSpec().options().stream()
                .filter(option -> !option.hidden() && !SELDOM.contains(option.longestName()))
                .toList();
        Help.Layout layout =
                help.createDefaultLayout(shown, help.commandSpec().positionalParameters(), help.colorScheme());
        layout.addAllPositionalParameters(
                help.commandSpec().positionalParameters(), help.createDefaultParamLabelRenderer());
        layout.addAllOptions(shown, help.createDefaultParamLabelRenderer());
        return String.format(
                "%s      %s,%n      %s: see graft data --help%n",
                layout,
                String.join(", ", SELDOM.subList(0, FIRST_LINE)),
                String.join(", ", SELDOM.subList(FIRST_LINE, SELDOM.size())));
    }

    private DataOptionsHelp() {}
}
