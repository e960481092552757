package ai.graft.finetune.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The entry point of the command line. */
@Command(
        name = "graft",
        description =
                "NLP transfer learning for the JVM: a labelled file and a pretrained model give a fine-tuned one.",
        mixinStandardHelpOptions = true,
        versionProvider = Graft.BuildVersion.class)
public final class Graft implements Runnable {
    /**
     * Runs the command that the arguments name, then ends the process: PyTorch's threads are no daemons.
     *
     * @param args the words after {@code graft}
     */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Graft()).execute(args));
    }

    @Override
    public void run() {
        CommandLine.usage(this, System.out);
    }

    /** Reads the version from the jar's manifest. */
    static final class BuildVersion implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Graft.class.getPackage().getImplementationVersion();
            return new String[] {"graft " + (version == null ? "(not packaged)" : version)};
        }
    }
}
