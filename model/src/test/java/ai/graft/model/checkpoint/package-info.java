/** Tests of the checkpoint package. */
@org.jspecify.annotations.NullMarked
package ai.graft.model.checkpoint;
