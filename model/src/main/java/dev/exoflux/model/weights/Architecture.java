package dev.exoflux.model.weights;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** The decoder architectures that exoflux runs, named as {@code config.json} names them. */
public enum Architecture {
    LLAMA("llama", "LlamaForCausalLM"),
    MISTRAL("mistral", "MistralForCausalLM"),
    QWEN2("qwen2", "Qwen2ForCausalLM"),
    QWEN3("qwen3", "Qwen3ForCausalLM");

    private final String modelType;
    private final String className;

    Architecture(String modelType, String className) {
        this.modelType = modelType;
        this.className = className;
    }

    /** What {@code model_type} calls it. */
    public String modelType() {
        return modelType;
    }

    /** What {@code architectures} calls it. */
    String className() {
        return className;
    }

    static Optional<Architecture> ofModelType(String modelType) {
        return Arrays.stream(values())
                .filter(a -> a.modelType.equals(modelType))
                .findFirst();
    }

    static Optional<Architecture> ofClassName(String className) {
        return Arrays.stream(values())
                .filter(a -> a.className.equals(className))
                .findFirst();
    }

    /** All of them, for a message. */
    static String known() {
        return Arrays.stream(values()).map(Architecture::modelType).collect(Collectors.joining(", "));
    }
}
