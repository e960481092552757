/**
 * Interpreters that need no engine: {@link ai.graft.model.reference.ShapeOps} collects names and shapes, {@link
 * ai.graft.model.reference.ReferenceOps} computes in plain {@code double} arrays, slowly and obviously, and is the judge of
 * every other interpreter. Interpreters are used by one thread and for one pass.
 */
@org.jspecify.annotations.NullMarked
package ai.graft.model.reference;
