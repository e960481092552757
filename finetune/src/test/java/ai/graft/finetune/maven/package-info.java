/** Tests of the package that fetches jars. */
@org.jspecify.annotations.NullMarked
package ai.graft.finetune.maven;
