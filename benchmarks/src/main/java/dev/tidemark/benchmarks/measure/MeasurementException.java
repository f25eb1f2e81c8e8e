package dev.tidemark.benchmarks.measure;

/** Nothing could be measured, or what was measured does not mean what it should. */
public final class MeasurementException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public MeasurementException(String message) {
        super(message);
    }

    public MeasurementException(String message, Throwable cause) {
        super(message, cause);
    }
}
