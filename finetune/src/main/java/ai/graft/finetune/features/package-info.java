/**
 * What can be told of models and of data by an encoder that is not trained: {@link ai.graft.finetune.features.Features} are its vectors, kept in a {@link
 * ai.graft.finetune.features.FeatureCache}; {@link ai.graft.finetune.features.LogMe} scores a checkpoint by them; {@link
 * ai.graft.finetune.features.OutOfSample} has the probabilities of a {@link ai.graft.finetune.features.SoftmaxRegression} on them, by which {@link
 * ai.graft.finetune.features.ConfidentLearning} finds labels that are likely wrong; {@link ai.graft.finetune.features.NearDuplicates} finds texts that say
 * the same. Everything is computed in double, in an order of its own, so that it repeats bit by bit.
 */
@org.jspecify.annotations.NullMarked
package ai.graft.finetune.features;
