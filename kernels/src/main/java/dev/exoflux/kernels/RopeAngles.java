package dev.exoflux.kernels;

import dev.exoflux.model.Rope;

/**
 * Cosines and sines of one rope for the rows of one batch, computed once for all layers: {@code [rows, half]} each.
 *
 * <p>The angle is the product rounded to f32, as transformers computes it; {@link StrictMath} gives the same bits on every
 * machine.
 */
final class RopeAngles {

    private final Rope rope;
    private final Places places;
    private final float[] cos;
    private final float[] sin;

    RopeAngles(Rope rope, Places places) {
        this.rope = rope;
        this.places = places;
        int half = rope.frequencies().length;
        cos = new float[places.rows() * half];
        sin = new float[places.rows() * half];
        for (int row = 0; row < places.rows(); row++) {
            for (int i = 0; i < half; i++) {
                float angle = places.position(row) * rope.frequencies()[i];
                cos[row * half + i] = (float) StrictMath.cos(angle) * rope.magnitude();
                sin[row * half + i] = (float) StrictMath.sin(angle) * rope.magnitude();
            }
        }
    }

    @SuppressWarnings("ReferenceEquality") // a model has one object for each rope
    boolean describes(Rope otherRope, Places otherPlaces) {
        return rope == otherRope && places == otherPlaces;
    }

    float[] cos() {
        return cos;
    }

    float[] sin() {
        return sin;
    }
}
