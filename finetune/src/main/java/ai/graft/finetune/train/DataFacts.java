package ai.graft.finetune.train;

/**
 * Where the data of a training came from.
 *
 * @param trainName name of the training data, without folders
 * @param trainData, validationData what was trained and chosen on, in words
 * @param trainFingerprint SHA-256 of the training data
 */
public record DataFacts(String trainName, String trainData, String validationData, String trainFingerprint) {}
