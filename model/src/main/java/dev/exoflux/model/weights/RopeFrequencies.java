package dev.exoflux.model.weights;

import dev.exoflux.model.Rope;

/**
 * The angle each pair of a head's elements turns by from one position to the next, worked out in f32 step by step as
 * transformers does, so that far positions agree with it too.
 */
public final class RopeFrequencies {

    private RopeFrequencies() {}

    /** The rotation a model's attention uses. */
    public static Rope of(ModelConfig config) {
        return of(config.rope(), config.headDim());
    }

    static Rope of(RopeSettings settings, int headDim) {
        float[] frequencies = plain(settings.theta(), headDim);
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = switch (settings) {
                case RopeSettings.Plain _ -> frequencies[i];
                case RopeSettings.Linear linear -> frequencies[i] / (float) linear.factor();
                case RopeSettings.Llama3 llama3 -> llama3(frequencies[i], llama3);
            };
        }
        return new Rope(headDim, frequencies, 1);
    }

    private static float[] plain(double theta, int headDim) {
        float[] frequencies = new float[headDim / 2];
        for (int i = 0; i < frequencies.length; i++) {
            float exponent = 2f * i / headDim;
            frequencies[i] = 1f / (float) Math.pow(theta, exponent);
        }
        return frequencies;
    }

    /** Grattafiori et al. 2024, as in transformers' {@code _compute_llama3_parameters}. */
    private static float llama3(float frequency, RopeSettings.Llama3 settings) {
        double wavelength = 2 * Math.PI / frequency;
        double context = settings.originalContext();
        if (wavelength < context / settings.highFrequencyFactor()) {
            return frequency;
        }
        if (wavelength > context / settings.lowFrequencyFactor()) {
            return (float) (frequency / settings.factor());
        }
        double smooth = (context / wavelength - settings.lowFrequencyFactor())
                / (settings.highFrequencyFactor() - settings.lowFrequencyFactor());
        return (float) ((1 - smooth) * frequency / settings.factor() + smooth * frequency);
    }
}
