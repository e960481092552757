/**
 * Jars of pretrained models, fetched as Maven fetches them: {@link ai.graft.finetune.maven.MavenArtifacts} is what
 * {@code maven:group:artifact:version} and the short names use that are not on the class path. The only room that knows
 * Maven's libraries; nobody names it, {@link java.util.ServiceLoader} finds it.
 *
 * <p>Threads: everything here may be called from many threads.
 *
 * <p>Sources: Apache Maven Resolver 1.9; the order and meaning of settings as in Maven 3.9.
 */
@org.jspecify.annotations.NullMarked
package ai.graft.finetune.maven;
