package dev.exoflux.kernels;

import static dev.exoflux.kernels.Lanes.F;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** Twins of {@link ScalarMath}, operation for operation, so that the bits are equal. */
final class VectorMath {

    private VectorMath() {}

    static FloatVector exp(FloatVector x) {
        FloatVector shifted = x.mul(ScalarMath.LOG2_E).add(ScalarMath.ROUND);
        FloatVector n = shifted.sub(ScalarMath.ROUND);
        FloatVector r = n.fma(FloatVector.broadcast(F, -ScalarMath.LN2_HIGH), x);
        r = n.fma(FloatVector.broadcast(F, -ScalarMath.LN2_LOW), r);
        FloatVector p = FloatVector.broadcast(F, ScalarMath.C7).fma(r, FloatVector.broadcast(F, ScalarMath.C6));
        p = p.fma(r, FloatVector.broadcast(F, ScalarMath.C5));
        p = p.fma(r, FloatVector.broadcast(F, ScalarMath.C4));
        p = p.fma(r, FloatVector.broadcast(F, ScalarMath.C3));
        p = p.fma(r, FloatVector.broadcast(F, ScalarMath.C2));
        p = p.fma(r, FloatVector.broadcast(F, 1f));
        p = p.fma(r, FloatVector.broadcast(F, 1f));
        IntVector exponent = shifted.reinterpretAsInts().sub(ScalarMath.ROUND_BITS);
        IntVector half = exponent.lanewise(VectorOperators.ASHR, 1);
        FloatVector y = p.mul(powerOfTwo(half)).mul(powerOfTwo(exponent.sub(half)));
        VectorMask<Float> small = x.compare(VectorOperators.LT, ScalarMath.EXP_MIN);
        VectorMask<Float> large = x.compare(VectorOperators.GT, ScalarMath.EXP_MAX);
        return y.blend(0f, small).blend(Float.POSITIVE_INFINITY, large);
    }

    private static FloatVector powerOfTwo(IntVector exponent) {
        return exponent.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
    }

    static FloatVector silu(FloatVector x) {
        return x.div(exp(x.neg()).add(1f));
    }
}
