package dev.tidemark.gateway.security;

import dev.tidemark.common.request.RequestHeaders;
import dev.tidemark.gateway.security.SecurityProperties.UncheckedCredentials;
import java.util.Optional;

/** What becomes of credentials that nobody checks: never are they silently ignored. */
public final class UncheckedCredentialsRule {

    private final boolean nobodyChecks;
    private final UncheckedCredentials treatment;

    UncheckedCredentialsRule(boolean nobodyChecks, UncheckedCredentials treatment) {
        this.nobodyChecks = nobodyChecks;
        this.treatment = treatment;
    }

    /** Whether a request may be answered without any check: none is on, and it asks for none. */
    public boolean isOpenTo(RequestHeaders headers) {
        return nobodyChecks && !Credentials.arePresent(headers);
    }

    /** What to do with a request; empty if it carries none, or they were checked. */
    public Optional<UncheckedCredentials> apply(RequestHeaders headers) {
        return nobodyChecks && Credentials.arePresent(headers)
                ? Optional.of(treatment)
                : Optional.empty();
    }
}
