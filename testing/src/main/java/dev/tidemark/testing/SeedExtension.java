package dev.tidemark.testing;

import java.security.SecureRandom;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/** Resolves {@link Seed} parameters; all of one test get the same seed. */
final class SeedExtension implements ParameterResolver, TestExecutionExceptionHandler {
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(SeedExtension.class);
    private static final String KEY = "seed";
    private static final String PROPERTY = "seed";

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.isAnnotated(Seed.class);
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        long seed = seed(context);
        Class<?> type = parameter.getParameter().getType();
        if (type == long.class) {
            return seed;
        }
        if (type.isAssignableFrom(SplittableRandom.class)) {
            return new SplittableRandom(seed);
        }
        throw new ParameterResolutionException(
                "@Seed is for long or " + RandomGenerator.class.getSimpleName() + ", not " + type);
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure)
            throws Throwable {
        // On the failure itself too, since a report may show nothing else.
        String replay = "replay with -D%s=%d".formatted(PROPERTY, seed(context));
        System.out.println(context.getDisplayName() + ": " + replay);
        failure.addSuppressed(new AssertionError(replay));
        throw failure;
    }

    private static long seed(ExtensionContext context) {
        return context.getStore(NAMESPACE).computeIfAbsent(KEY, _ -> newSeed(), Long.class);
    }

    private static long newSeed() {
        String given = System.getProperty(PROPERTY);
        return given == null || given.isBlank()
                ? new SecureRandom().nextLong()
                : Long.parseLong(given);
    }
}
