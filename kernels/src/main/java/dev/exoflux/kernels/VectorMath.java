package dev.exoflux.kernels;

import static dev.exoflux.kernels.Lanes.F;
import static dev.exoflux.kernels.Lanes.LENGTH;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** The twin of {@link ScalarMath#exp}, operation for operation, so that the bits are equal. */
final class VectorMath {

    private VectorMath() {}

    /** {@code out = exp(sign * in - shift)} for a whole number of vectors; both may be the same place. */
    static void exp(float[] in, int inAt, float sign, float shift, float[] out, int outAt, int count) {
        for (int i = 0; i < count; i += LENGTH) {
            FloatVector x = FloatVector.fromArray(F, in, inAt + i).mul(sign).sub(shift);
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
            IntVector half = exponent.lanewise(ASHR, 1);
            IntVector rest = exponent.sub(half);
            p.mul(half.add(127).lanewise(LSHL, 23).reinterpretAsFloats())
                    .mul(rest.add(127).lanewise(LSHL, 23).reinterpretAsFloats())
                    .blend(0f, x.compare(LT, ScalarMath.EXP_MIN))
                    .blend(Float.POSITIVE_INFINITY, x.compare(GT, ScalarMath.EXP_MAX))
                    .intoArray(out, outAt + i);
        }
    }
}
