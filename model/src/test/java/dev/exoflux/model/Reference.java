package dev.exoflux.model;

import dev.exoflux.model.weights.Safetensors;
import dev.exoflux.model.weights.StoredTensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What another implementation computed for one prompt; see tools/conformance/README.md.
 *
 * @param greedy the tokens that greedy decoding appends
 * @param logitsAt positions of the prompt that {@code logits} holds
 * @param greedyLogits row {@code i} chose {@code greedy[i]}
 * @param range largest less smallest logit of the whole prompt
 */
@SuppressWarnings("ArrayRecordComponent") // read only
record Reference(
        String text, int[] ids, int[] greedy, int[] logitsAt, float[][] logits, float[][] greedyLogits, float range) {

    static List<Reference> of(Path checkpoint) {
        JsonNode root = new JsonMapper().readTree(checkpoint.resolve("reference.json"));
        List<Reference> references = new ArrayList<>();
        Path file = checkpoint.resolve(root.required("logitsFile").asString());
        try (Safetensors tensors = Safetensors.open(file)) {
            for (JsonNode prompt : root.required("prompts")) {
                int i = references.size();
                references.add(new Reference(
                        prompt.required("text").asString(),
                        ints(prompt.required("ids")),
                        ints(prompt.required("greedy")),
                        ints(prompt.required("logitsAt")),
                        rows(tensors.tensor("logits." + i)),
                        rows(tensors.tensor("greedyLogits." + i)),
                        prompt.required("logitsRange").floatValue()));
            }
        }
        return references;
    }

    private static int[] ints(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .mapToInt(JsonNode::intValue)
                .toArray();
    }

    private static float[][] rows(StoredTensor tensor) {
        float[] values = tensor.toFloats();
        int width = Math.toIntExact(tensor.shape().getLast());
        float[][] rows = new float[values.length / width][width];
        for (int row = 0; row < rows.length; row++) {
            System.arraycopy(values, row * width, rows[row], 0, width);
        }
        return rows;
    }
}
