package ai.graft.finetune.train;

/**
 * Where the data of a training came from.
 *
 * @param trainName name of the training data, without folders
 * @param trainData, validationData what was trained and chosen on, in words
 * @param trainFingerprint SHA-256 of the training data
 * @param split what the figures of the training are of: {@code validation}, or {@code train} where nothing was held back
 */
public record DataFacts(
        String trainName, String trainData, String validationData, String trainFingerprint, String split) {
    /** Of a training that had validation data of its own. */
    DataFacts(String trainName, String trainData, String validationData, String trainFingerprint) {
        this(trainName, trainData, validationData, trainFingerprint, "validation");
    }
}
