package ai.graft.finetune.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import picocli.CommandLine.Option;

/** The option by which programs read a command's results. */
final class OutputOptions {
    @Option(names = "--json", description = "Print one JSON object on one line, for programs.")
    private boolean json;

    /** Whether programs read the output. */
    boolean json() {
        return json;
    }

    /** Prints the object, or the text for people. */
    void print(Console console, ObjectNode object, String text) throws IOException {
        if (json) {
            JsonOutput.print(console, object);
        } else {
            console.out().print(text);
        }
    }
}
