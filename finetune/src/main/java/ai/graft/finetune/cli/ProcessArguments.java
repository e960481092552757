package ai.graft.finetune.cli;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** The words of the command line as they were typed, in UTF-8 whatever the locale says. */
final class ProcessArguments {
    private static final Path RAW = Path.of("/proc/self/cmdline");

    /**
     * The arguments, decoded anew where Java read them in another encoding: in the locale C it replaces every letter beyond
     * ASCII. Linux has the bytes; elsewhere the arguments stay as they are.
     */
    static String[] utf8(String[] args) {
        boolean ascii = Arrays.stream(args).allMatch(arg -> arg.chars().allMatch(c -> c < 0x80));
        String encoding = System.getProperty("sun.jnu.encoding", "UTF-8");
        if (ascii || Charset.isSupported(encoding) && Charset.forName(encoding).equals(StandardCharsets.UTF_8)) {
            return args;
        }
        try {
            return last(Files.readAllBytes(RAW), args);
        } catch (IOException e) {
            return args; // not Linux: what Java made of them is all there is
        }
    }

    /** The last words, each ended by a zero byte; {@code args} where there are not so many. */
    static String[] last(byte[] raw, String[] args) {
        String[] words = new String(raw, StandardCharsets.UTF_8).split("\0", -1);
        int end = words.length - 1; // behind the last zero stands nothing
        return end < args.length ? args : Arrays.copyOfRange(words, end - args.length, end);
    }

    private ProcessArguments() {}
}
