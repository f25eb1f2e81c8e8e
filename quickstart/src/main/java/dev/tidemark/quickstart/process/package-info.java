/**
 * Programs that this JVM starts: child processes with a log file each, the guard that ends them
 * when the JVM ends in any way, free ports, and programs unpacked from jars. Start reading at
 * {@link dev.tidemark.quickstart.process.Guard}. Depends on the JDK and, for archives, on
 * commons-compress.
 */
@NullMarked
package dev.tidemark.quickstart.process;

import org.jspecify.annotations.NullMarked;
