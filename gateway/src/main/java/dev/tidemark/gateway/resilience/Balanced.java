package dev.tidemark.gateway.resilience;

/** The client of one instance, and how busy that is. */
public final class Balanced<T> {

    private final T client;
    private final Load load = new Load();

    public Balanced(T client) {
        this.client = client;
    }

    T client() {
        return client;
    }

    Load load() {
        return load;
    }
}
