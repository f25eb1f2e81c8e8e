package dev.tidemark.gateway.security;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.problem.ProblemType;
import dev.tidemark.common.request.RequestHeaders;
import dev.tidemark.gateway.http.ResponseHead;
import java.util.ArrayList;
import java.util.List;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.security.config.annotation.web.reactive.EnableWebFluxSecurity;
import org.springframework.security.config.web.server.SecurityWebFiltersOrder;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.ServerAuthenticationEntryPoint;
import org.springframework.security.web.server.authentication.AuthenticationWebFilter;
import org.springframework.security.web.server.authentication.ServerAuthenticationEntryPointFailureHandler;
import org.springframework.security.web.server.context.NoOpServerSecurityContextRepository;
import org.springframework.security.web.server.firewall.ServerWebExchangeFirewall;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatcher;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatcher.MatchResult;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Wires the checks that are switched on. */
@Configuration(proxyBeanMethods = false)
@EnableWebFluxSecurity
class SecurityConfiguration {

    @Bean
    UncheckedCredentialsRule uncheckedCredentialsRule(SecurityProperties properties) {
        return new UncheckedCredentialsRule(
                checks(properties).isEmpty(), properties.uncheckedCredentials());
    }

    /**
     * None: Spring's own refuses percent-encoded slashes and percent signs, which are legitimate in
     * keys, and does so without a body. Our one parser is strict, and nothing else reads paths.
     */
    @Bean
    ServerWebExchangeFirewall serverWebExchangeFirewall() {
        return ServerWebExchangeFirewall.INSECURE_NOOP;
    }

    @Bean
    SecurityWebFilterChain securityWebFilterChain(
            ServerHttpSecurity http, SecurityProperties properties, ApplicationContext main) {
        http.csrf(ServerHttpSecurity.CsrfSpec::disable)
                .httpBasic(ServerHttpSecurity.HttpBasicSpec::disable)
                .formLogin(ServerHttpSecurity.FormLoginSpec::disable)
                .logout(ServerHttpSecurity.LogoutSpec::disable)
                .requestCache(ServerHttpSecurity.RequestCacheSpec::disable)
                // Ours are in every head, whichever seat it comes from.
                .headers(ServerHttpSecurity.HeaderSpec::disable)
                .securityContextRepository(NoOpServerSecurityContextRepository.getInstance());
        List<CredentialCheck> checks = checks(properties);
        if (checks.isEmpty()) {
            // Matches nothing, so that it costs nothing.
            return http.securityMatcher(exchange -> MatchResult.notMatch())
                    .authorizeExchange(exchanges -> exchanges.anyExchange().permitAll())
                    .build();
        }
        AuthenticationWebFilter authentication =
                new AuthenticationWebFilter(new Gatekeeper(checks));
        authentication.setServerAuthenticationConverter(exchange ->
                Mono.justOrEmpty(
                        Credentials.read(headers(exchange)).map(PresentedCredentials::unchecked)));
        ServerAuthenticationEntryPoint refuse = (exchange, reason) -> refuse(exchange);
        authentication.setAuthenticationFailureHandler(
                new ServerAuthenticationEntryPointFailureHandler(refuse));
        return http.securityMatcher(publicPort(main))
                .addFilterAt(authentication, SecurityWebFiltersOrder.AUTHENTICATION)
                .authorizeExchange(exchanges ->
                        exchanges
                                .pathMatchers(HttpMethod.OPTIONS)
                                .permitAll()
                                .anyExchange()
                                .authenticated())
                .exceptionHandling(handling -> handling.authenticationEntryPoint(refuse))
                .build();
    }

    private static List<CredentialCheck> checks(SecurityProperties properties) {
        List<String> keys = new ArrayList<>(properties.apiKeys());
        if (properties.apiKeysFile() != null) {
            keys.addAll(ApiKeyCheck.read(properties.apiKeysFile()));
        }
        List<CredentialCheck> checks = new ArrayList<>();
        if (!keys.isEmpty()) {
            checks.add(new ApiKeyCheck(keys));
        }
        if (properties.jwt().isOn()) {
            checks.add(new JwtCheck(properties.jwt()));
        }
        return checks;
    }

    /** The management port has a context of its own, but inherits this one's filters. */
    private static ServerWebExchangeMatcher publicPort(ApplicationContext main) {
        return exchange ->
                main.equals(exchange.getApplicationContext())
                        ? MatchResult.match()
                        : MatchResult.notMatch();
    }

    private static RequestHeaders headers(ServerWebExchange exchange) {
        return name -> exchange.getRequest().getHeaders().getOrEmpty(name);
    }

    private static Mono<Void> refuse(ServerWebExchange exchange) {
        byte[] body =
                Problem.of(ProblemType.UNAUTHORIZED, "a valid key or token is needed")
                        .withHint("send it as apikey or as Authorization: Bearer")
                        .json();
        boolean withBody = !exchange.getRequest().getMethod().equals(HttpMethod.HEAD);
        ResponseHead head =
                ResponseHead.ofProblem(401, List.of(), body.length, withBody)
                        .with("Content-Type", Problem.MEDIA_TYPE)
                        .with("WWW-Authenticate", "Bearer");
        ServerHttpResponse response = exchange.getResponse();
        response.setRawStatusCode(head.status());
        head.fields().forEach(field -> response.getHeaders().add(field.name(), field.value()));
        return withBody
                ? response.writeWith(Mono.just(response.bufferFactory().wrap(body)))
                : response.setComplete();
    }
}
