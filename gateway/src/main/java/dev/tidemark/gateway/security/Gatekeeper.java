package dev.tidemark.gateway.security;

import java.util.List;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.ReactiveAuthenticationManager;
import org.springframework.security.core.Authentication;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Lets a request in if every credential that it shows passes one of the checks. Every, since one
 * that is wrong beside one that is right is a mistake its sender should hear of.
 */
final class Gatekeeper implements ReactiveAuthenticationManager {

    private final List<CredentialCheck> checks;

    Gatekeeper(List<CredentialCheck> checks) {
        this.checks = List.copyOf(checks);
    }

    @Override
    public Mono<Authentication> authenticate(Authentication authentication) {
        if (!(authentication instanceof PresentedCredentials presented)) {
            return Mono.empty();
        }
        return Flux.fromIterable(presented.getCredentials())
                .concatMap(this::check)
                .last()
                .map(presented::checked);
    }

    private Mono<String> check(String credential) {
        return Flux.fromIterable(checks)
                .concatMap(check -> check.check(credential))
                .next()
                .switchIfEmpty(
                        Mono.error(() ->
                                new BadCredentialsException("a key or token is not accepted")));
    }
}
