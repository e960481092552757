package ai.graft.finetune.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The entry point of the command line.
 *
 * <p>Exit codes: 0 done, 1 a check that was asked for failed, 2 wrong use, 3 the world failed, 130 ended by a signal; see
 * {@link Failure}.
 */
@Command(
        name = "graft",
        description = "NLP transfer learning for the JVM: from labelled files to fine-tuned models.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        sortOptions = false,
        versionProvider = Graft.BuildVersion.class,
        subcommands = {
            DemoCommand.class,
            AdaptCommand.class,
            TrainCommand.class,
            EvaluateCommand.class,
            PredictCommand.class,
            ExplainCommand.class,
            CompareCommand.class,
            DistillCommand.class,
            DataCommand.class,
            AuditCommand.class,
            RankCommand.class,
            InspectCommand.class,
            TokenizeCommand.class,
            InitCommand.class,
            ExportCommand.class,
            SensitivityCommand.class,
            EmbedCommand.class,
            ForwardCommand.class,
            ReplayCommand.class,
            DoctorCommand.class,
            HelpCommand.class,
            WarmUpCommand.class
        })
public final class Graft implements Runnable {
    private final Console console;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--debug",
            scope = ScopeType.INHERIT,
            description = "Show where a failure came from (or GRAFT_DEBUG=1).")
    private boolean debug = "1".equals(System.getenv("GRAFT_DEBUG"));

    private Graft(Console console) {
        this.console = console;
    }

    /**
     * Runs the command that the arguments name, then ends the process: PyTorch's threads are no daemons.
     *
     * @param args the words after {@code graft}
     */
    public static void main(String[] args) {
        // Ending the C library in the usual way would tear PyTorch down under threads that still compute: halt instead.
        Runtime.getRuntime().addShutdownHook(new Thread(Interruption::endProcess));
        Runtime.getRuntime().halt(run(Console.ofProcess(), ProcessArguments.utf8(args)));
    }

    /** Runs a command in this process and gives its exit code; nothing is thrown, messages go to the console. */
    static int run(Console console, String... args) {
        Graft graft = new Graft(console);
        int code;
        try {
            code = graft.commandLine(args).execute(args);
        } catch (Throwable e) { // errors, which picocli lets pass: no memory, no native library
            code = graft.fail(e);
        }
        Optional<IOException> unwritten = console.finish();
        if (unwritten.isPresent() && code == 0) {
            IOException cause = unwritten.get();
            return graft.fail(new IOException("standard output: " + cause.getMessage(), cause));
        }
        return code;
    }

    /**
     * Reads words as {@link #main} does and runs nothing, so that what a manual tells people to type can be checked.
     *
     * @throws ParameterException where a command, an option or a value is not as it should be
     */
    public static void check(String... words) {
        Console nowhere = new Console(
                InputStream.nullInputStream(), OutputStream.nullOutputStream(), OutputStream.nullOutputStream());
        new Graft(nowhere).commandLine(words).parseArgs(words);
    }

    private CommandLine commandLine(String... words) {
        CommandLine commandLine = new CommandLine(this);
        ServiceLoader.load(AddedCommand.class).forEach(commandLine::addSubcommand);
        commandLine
                .setOut(console.outWriter())
                .setErr(console.errWriter())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExpandAtFiles(false) // a text may begin with @
                .setExecutionExceptionHandler((e, command, parsed) -> fail(e))
                .setParameterExceptionHandler((e, args) -> refuse(e));
        commandLine.getSubcommands().get("train").setDefaultValueProvider(new ConfigDefaults(List.of(words)));
        commandLine // here and not in the annotation, whose values every command would inherit
                .getCommandSpec()
                .usageMessage()
                .customSynopsis("graft COMMAND [OPTIONS]")
                .commandListHeading("")
                .footer("", "graft COMMAND --help tells more of a command.");
        commandLine.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, CommandGroups::render);
        for (String reader : List.of("train", "compare", "evaluate", "predict", "embed", "audit", "rank")) {
            var sections = commandLine.getSubcommands().get(reader).getHelpSectionMap();
            sections.put(UsageMessageSpec.SECTION_KEY_PARAMETER_LIST, help -> "");
            sections.put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, OptionsHelp::render);
        }
        for (String reader : List.of("export", "sensitivity", "distill")) {
            var sections = commandLine.getSubcommands().get(reader).getHelpSectionMap();
            sections.put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, OptionsHelp::renderBriefly);
        }
        return commandLine;
    }

    /** The top of a command's tree. */
    static Graft of(CommandSpec spec) {
        return (Graft) spec.root().userObject();
    }

    /** The streams of this run. */
    Console console() {
        return console;
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    private int fail(Throwable thrown) {
        Failure failure = Failure.of(thrown);
        console.out().flush();
        console.err().println("graft: " + failure.message());
        if (debug) {
            thrown.printStackTrace(console.err());
        }
        return failure.exitCode();
    }

    private int refuse(ParameterException e) {
        String message = e instanceof UnmatchedArgumentException unmatched ? unknown(unmatched) : e.getMessage();
        if (e.getCause() instanceof IllegalArgumentException cause && cause.getMessage() != null) {
            message = cause.getMessage(); // picocli's own wraps it in every word of the command line
        }
        console.err().println("graft: " + message);
        console.err().println("Try '" + e.getCommandLine().getCommandSpec().qualifiedName() + " --help'.");
        if (debug) {
            e.printStackTrace(console.err());
        }
        return Failure.USE;
    }

    private static String unknown(UnmatchedArgumentException e) {
        CommandSpec command = e.getCommandLine().getCommandSpec();
        String word = e.getUnmatched().get(0);
        boolean commandWanted = !e.isUnknownOption() && command.parent() == null;
        String what = e.isUnknownOption() ? "unknown option" : commandWanted ? "unknown command" : "one word too many:";
        String nearest = e.getSuggestions().isEmpty()
                ? ""
                : "; did you mean " + e.getSuggestions().get(0) + "?";
        return what + " '" + word + "'" + nearest;
    }

    /** Reads the version from the jar's manifest. */
    static final class BuildVersion implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"graft " + text()};
        }

        /** The version alone. */
        static String text() {
            return Optional.ofNullable(Graft.class.getPackage().getImplementationVersion())
                    .orElse("(not packaged)");
        }
    }
}
