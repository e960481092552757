package ai.graft.finetune.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Help;

/**
 * The list of commands in {@code graft --help}, by what one wants to do: one line a command, and one for all that few need, so
 * that it fits a screen.
 */
final class CommandGroups {
    /** What is in no group stands last, by its name alone. */
    private static final Map<String, List<String>> GROUPS = groups();

    private static Map<String, List<String>> groups() {
        Map<String, List<String>> groups = new LinkedHashMap<>();
        groups.put("Look", List.of("data", "audit", "rank", "inspect"));
        groups.put("Train", List.of("demo", "adapt", "train", "compare", "evaluate", "predict", "explain"));
        groups.put("Make", List.of("export", "embed"));
        groups.put("Check", List.of("doctor"));
        return groups;
    }

    /** Renders the commands that are there and not hidden; empty for a command without any. */
    static String render(Help help) {
        Map<String, Help> commands = new LinkedHashMap<>(help.subcommands());
        StringBuilder text = new StringBuilder();
        GROUPS.forEach((group, names) -> {
            String heading = group;
            for (String name : names) {
                Help command = commands.remove(name);
                if (command != null) {
                    text.append(line(heading, name, command));
                    heading = "";
                }
            }
        });
        commands.remove("help"); // the footer tells of it
        if (!commands.isEmpty()) {
            text.append(String.format(Locale.ROOT, "%-7s %s%n", "More", String.join(", ", commands.keySet())));
        }
        return text.isEmpty() ? "" : "\n" + text;
    }

    private static String line(String heading, String name, Help command) {
        String[] description = command.commandSpec().usageMessage().description();
        String first = description.length == 0 ? "" : description[0];
        return String.format(Locale.ROOT, "%-7s %-10s %s%n", heading, name, first);
    }

    private CommandGroups() {}
}
