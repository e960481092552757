package ai.graft.finetune.cli;

import ai.graft.model.task.AnswerRules;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of a training to answer questions. */
final class AnswerOptions {
    /** What the command line calls the task. */
    static final String TASK = "qa";

    /** Options of labelled texts, which questions have no use for. */
    static final List<String> OF_TEXTS = List.of(
            "--text",
            "--text-pair",
            "--label",
            "--columns",
            "--header",
            "--quoting",
            "--format",
            "--records",
            "--label-file",
            "--label-separator",
            "--label-until",
            "--label-names",
            "--split",
            "--long",
            "--class-weights",
            "--label-smoothing",
            "--focal-loss",
            "--unknown-labels",
            "--out-of-scope");

    private static final List<String> OF_QUESTIONS = List.of("--stride", "--max-answer-tokens");

    @Option(names = "--stride", paramLabel = "N", description = "qa: tokens that windows share; 128 or a third.")
    Optional<Integer> stride = Optional.empty();

    @Option(names = "--max-answer-tokens", paramLabel = "N", description = "qa: tokens of an answer at most (30).")
    Optional<Integer> maxAnswerTokens = Optional.empty();

    static boolean isTask(Optional<String> task) {
        return task.filter(TASK::equals).isPresent();
    }

    /** @param maxLength of a window, where it was given; a third of it at most is shared by default */
    AnswerRules rules(Optional<Integer> maxLength) {
        AnswerRules absent = AnswerRules.DEFAULTS;
        int shared =
                maxLength.map(length -> Math.min(absent.stride(), length / 3)).orElse(absent.stride());
        return new AnswerRules(
                stride.orElse(shared),
                maxAnswerTokens.orElse(absent.maxAnswerTokens()),
                absent.candidates(),
                absent.noAnswerThreshold());
    }

    /**
     * Refuses options of the other kind of task: they would be without effect.
     *
     * @param given names of the options that the caller gave
     */
    static void requireFitting(boolean questions, List<String> given) {
        for (String name : questions ? OF_TEXTS : OF_QUESTIONS) {
            if (given.contains(name)) {
                throw new IllegalArgumentException(name
                        + (questions
                                ? " is for labelled texts, but --task is qa. Leave it out."
                                : " is for questions. Give --task qa, or leave it out."));
            }
        }
    }
}
