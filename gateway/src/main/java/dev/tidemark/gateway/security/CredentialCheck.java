package dev.tidemark.gateway.security;

import reactor.core.publisher.Mono;

/** One way to check a key or token. */
interface CredentialCheck {

    /** Whose it is; empty if this check does not accept it. */
    Mono<String> check(String credential);
}
