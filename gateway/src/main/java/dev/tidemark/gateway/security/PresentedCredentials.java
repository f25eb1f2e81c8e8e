package dev.tidemark.gateway.security;

import java.util.List;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.authority.AuthorityUtils;

/** The keys and tokens of a request, and whose they are once they are checked. */
final class PresentedCredentials extends AbstractAuthenticationToken {

    private static final long serialVersionUID = 1;

    private final transient List<String> credentials;
    private final String principal;

    private PresentedCredentials(List<String> credentials, String principal) {
        super(AuthorityUtils.NO_AUTHORITIES);
        this.credentials = credentials;
        this.principal = principal;
    }

    static PresentedCredentials unchecked(List<String> credentials) {
        return new PresentedCredentials(credentials, "unchecked");
    }

    PresentedCredentials checked(String owner) {
        PresentedCredentials checked = new PresentedCredentials(List.of(), owner);
        checked.setAuthenticated(true);
        return checked;
    }

    @Override
    public List<String> getCredentials() {
        return credentials;
    }

    @Override
    public String getPrincipal() {
        return principal;
    }
}
