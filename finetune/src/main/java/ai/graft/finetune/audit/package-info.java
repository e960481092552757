/**
 * What is wrong with labelled data: {@link ai.graft.finetune.audit.DataAudit} looks through them. {@link ai.graft.finetune.audit.ConfidentLearning}
 * finds labels that are likely wrong by the probabilities of a regression that has not seen them; {@link
 * ai.graft.finetune.audit.NearDuplicates} finds texts that say the same, in one part or in two.
 */
@org.jspecify.annotations.NullMarked
package ai.graft.finetune.audit;
