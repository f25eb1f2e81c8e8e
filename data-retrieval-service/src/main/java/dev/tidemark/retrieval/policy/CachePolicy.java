package dev.tidemark.retrieval.policy;

import dev.tidemark.common.wire.Policy;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Duration;
import org.hibernate.annotations.Immutable;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** A row of {@code tidemark.cache_policy}; what is null is as configured. */
@Entity
@Immutable
@Table(schema = "tidemark", name = "cache_policy")
class CachePolicy {

    @Id
    @Column(name = "table_name")
    private @Nullable String tableName;

    @Column(name = "cacheable")
    private boolean cacheable;

    @Column(name = "soft_ttl")
    @JdbcTypeCode(SqlTypes.INTERVAL_SECOND)
    private @Nullable Duration softTtl;

    @Column(name = "hard_ttl")
    @JdbcTypeCode(SqlTypes.INTERVAL_SECOND)
    private @Nullable Duration hardTtl;

    @Column(name = "client_max_age")
    @JdbcTypeCode(SqlTypes.INTERVAL_SECOND)
    private @Nullable Duration clientMaxAge;

    @Column(name = "reload_allowed")
    private @Nullable Boolean reloadAllowed;

    @Column(name = "unfiltered_writes")
    private boolean unfilteredWrites;

    @Column(name = "stale_while_revalidate")
    @JdbcTypeCode(SqlTypes.INTERVAL_SECOND)
    private @Nullable Duration staleWhileRevalidate;

    @Column(name = "stale_if_error")
    @JdbcTypeCode(SqlTypes.INTERVAL_SECOND)
    private @Nullable Duration staleIfError;

    /** For Hibernate. */
    protected CachePolicy() {}

    CachePolicy(
            String tableName,
            boolean cacheable,
            @Nullable Duration softTtl,
            @Nullable Duration hardTtl,
            @Nullable Duration clientMaxAge,
            @Nullable Boolean reloadAllowed,
            boolean unfilteredWrites,
            @Nullable Duration staleWhileRevalidate,
            @Nullable Duration staleIfError) {
        this.tableName = tableName;
        this.cacheable = cacheable;
        this.softTtl = softTtl;
        this.hardTtl = hardTtl;
        this.clientMaxAge = clientMaxAge;
        this.reloadAllowed = reloadAllowed;
        this.unfilteredWrites = unfilteredWrites;
        this.staleWhileRevalidate = staleWhileRevalidate;
        this.staleIfError = staleIfError;
    }

    String tableName() {
        return tableName == null ? "" : tableName;
    }

    /** This policy, with the given one for what it leaves open. */
    TablePolicy over(TablePolicy defaults) {
        Policy base = defaults.policy();
        Duration soft = softTtl == null ? base.softTtl() : softTtl;
        Duration hard = hardTtl == null ? base.hardTtl() : hardTtl;
        if (softTtl == null && soft.compareTo(hard) > 0) {
            soft = hard;
        } else if (hard.compareTo(soft) < 0) {
            hard = soft;
        }
        return new TablePolicy(
                new Policy(
                        soft,
                        hard,
                        clientMaxAge == null ? base.clientMaxAge() : clientMaxAge,
                        reloadAllowed == null ? base.reloadAllowed() : reloadAllowed,
                        staleWhileRevalidate == null
                                ? base.staleWhileRevalidate()
                                : staleWhileRevalidate,
                        staleIfError == null ? base.staleIfError() : staleIfError),
                cacheable && defaults.cacheable(),
                unfilteredWrites,
                staleWhileRevalidate != null);
    }
}
