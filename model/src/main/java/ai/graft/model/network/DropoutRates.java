package ai.graft.model.network;

/**
 * Dropout rates by site, from 0 to below 1. Dropout is data: a step brings random bytes, a site takes one an element in the
 * order of the network's operations, keeps the element where byte ≥ {@link #threshold} and scales it by 256/(256 −
 * threshold). So a rate is rounded to 1/256, and every device and interpreter drops the same elements.
 */
public record DropoutRates(double hidden, double attention, double classifier, double adapter) {
    public static final DropoutRates NONE = new DropoutRates(0, 0, 0);

    public DropoutRates {
        check("hidden", hidden);
        check("attention", attention);
        check("classifier", classifier);
        check("adapter", adapter);
    }

    /** Of a network without adapters. */
    public DropoutRates(double hidden, double attention, double classifier) {
        this(hidden, attention, classifier, 0);
    }

    /** The byte from which on an element is kept; 0 means that the site drops nothing and takes no bytes. */
    public int threshold(DropoutSite site) {
        return (int) Math.round(256 * rate(site));
    }

    /** What a kept element is multiplied by. */
    public double scale(DropoutSite site) {
        return 256.0 / (256 - threshold(site));
    }

    private double rate(DropoutSite site) {
        return switch (site) {
            case HIDDEN -> hidden;
            case ATTENTION -> attention;
            case CLASSIFIER -> classifier;
            case ADAPTER -> adapter;
        };
    }

    private static void check(String name, double rate) {
        if (!(rate >= 0 && rate <= 0.99)) {
            throw new IllegalArgumentException(name + " dropout is " + rate + ", expected 0 to 0.99");
        }
    }
}
