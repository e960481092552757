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

    static String render(Help help) {
        List<OptionSpec> shown = help.commandSpec().options().stream()
                .filter(option -> !option.hidden() && !SELDOM.contains(option.longestName()))
                .toList();
        Help.Layout layout =
                help.createDefaultLayout(shown, help.commandSpec().positionalParameters(), help.colorScheme());
        layout.addAllOptions(shown, help.createDefaultParamLabelRenderer());
        int half = SELDOM.size() / 2;
        return String.format(
                "%s      %s,%n      %s: see graft data --help%n",
                layout,
                String.join(", ", SELDOM.subList(0, half + 1)),
                String.join(", ", SELDOM.subList(half + 1, SELDOM.size())));
    }

    private DataOptionsHelp() {}
}
