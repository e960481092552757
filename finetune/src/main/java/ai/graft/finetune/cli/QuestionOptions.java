package ai.graft.finetune.cli;

import ai.graft.finetune.evaluate.SquadVersion;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Option;

/** Options that say which answers to questions are scored, and how. */
final class QuestionOptions {
    private static final Set<String> OWN = Set.of("--predictions", "--na-probs", "--squad");
    private static final Set<String> SHARED =
            Set.of("--task", "--test", "--data", "--charset", "--json", "--debug", "--help");

    @Option(names = "--task", paramLabel = "qa", description = "Score a file of answers to questions, no model.")
    private Optional<String> task = Optional.empty();

    @Option(names = "--predictions", paramLabel = "F", description = "For qa: the answers, JSON of id to text.")
    private Optional<Path> predictions = Optional.empty();

    @Option(names = "--na-probs", paramLabel = "F", description = "For qa: how likely none is, JSON of id to number.")
    private Optional<Path> noAnswerScores = Optional.empty();

    @Option(names = "--squad", paramLabel = "V", description = "For qa: rules of 1.1 or 2.0; by the data if left out.")
    private Optional<String> squad = Optional.empty();

    /**
     * Refuses what has no meaning where a file of answers is scored, no model.
     *
     * @param given names of the options that the caller gave
     * @throws IllegalArgumentException where options do not go together
     */
    void requireScoring(List<String> given) {
        requireTask(true);
        if (task.isEmpty()) {
            throw new IllegalArgumentException("Missing required option: '--model=D'. Name a model; or score a file of"
                    + " answers with --task qa --predictions FILE.");
        }
        refuse(
                given.stream()
                        .filter(name -> !OWN.contains(name) && !SHARED.contains(name))
                        .toList(),
                "have no meaning with --task qa, which scores a file of answers. Leave them out, or name a --model.");
    }

    /** Refuses what scores files where a model is judged. */
    void requireNoScoring(List<String> given) {
        refuse(
                given.stream().filter(OWN::contains).toList(),
                "score a file of answers, without --model. 'graft predict --predictions' writes a model's.");
    }

    /** Refuses options of labelled texts, which a model that answers questions has no use for. */
    static void requireNotOfTexts(List<String> given) {
        refuse(
                given.stream().filter(AnswerOptions.OF_TEXTS::contains).toList(),
                "are for labelled texts, but the model answers questions. Leave them out.");
    }

    /** Refuses a task: that of a text classifier is known. */
    void requireNoTask() {
        requireTask(false);
    }

    private void requireTask(boolean answers) {
        task.filter(name -> !answers || !name.equals(AnswerOptions.TASK)).ifPresent(name -> {
            throw new IllegalArgumentException(
                    "--task is '" + name + "', expected qa. The task of a model is known: leave the option out.");
        });
    }

    private static void refuse(List<String> names, String why) {
        if (!names.isEmpty()) {
            throw new IllegalArgumentException("the options " + String.join(", ", names) + " " + why);
        }
    }

    Path predictions() {
        return predictions.orElseThrow(() -> new IllegalArgumentException(
                "--task qa needs the answers that are to be scored. Add --predictions FILE."));
    }

    Optional<Path> noAnswerScores() {
        return noAnswerScores;
    }

    Optional<SquadVersion> squad() {
        return squad.map(SquadVersion::ofTitle);
    }
}
