package dev.exoflux.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.exoflux.model.AttentionShape;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.SmallFloatForm;
import dev.exoflux.model.weights.Quantization.Affine;
import dev.exoflux.model.weights.Quantization.SmallFloats;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ModelConfigTest {

    private static final int FULL = AttentionShape.FULL;

    @TempDir
    private Path directory;

    @Test
    void readsALlamaInTheOlderForm() throws IOException {
        ModelConfig config = read("""
                {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 2048, "intermediate_size": 8192,
                 "num_hidden_layers": 16, "num_attention_heads": 32, "num_key_value_heads": 8, "head_dim": 64,
                 "rms_norm_eps": 1e-05, "vocab_size": 128256, "max_position_embeddings": 131072, "hidden_act": "silu",
                 "tie_word_embeddings": true, "attention_bias": false, "mlp_bias": true, "rope_theta": 500000.0,
                 "rope_scaling": {"factor": 32.0, "high_freq_factor": 4.0, "low_freq_factor": 1.0,
                     "original_max_position_embeddings": 8192, "rope_type": "llama3"},
                 "bos_token_id": 128000, "eos_token_id": [128001, 128008, 128009], "torch_dtype": "bfloat16",
                 "sliding_window": 7, "something_new": {"a": Infinity}}""");

        assertThat(config.architecture()).isEqualTo(Architecture.LLAMA);
        assertThat(config.hiddenSize()).isEqualTo(2048);
        assertThat(config.intermediateSize()).isEqualTo(8192);
        assertThat(config.layers()).isEqualTo(16);
        assertThat(config.heads()).isEqualTo(32);
        assertThat(config.kvHeads()).isEqualTo(8);
        assertThat(config.headDim()).isEqualTo(64);
        assertThat(config.rmsNormEpsilon()).isEqualTo(1e-5f);
        assertThat(config.vocabularySize()).isEqualTo(128256);
        assertThat(config.contextLength()).isEqualTo(131072);
        assertThat(config.tiedEmbeddings()).isTrue();
        assertThat(config.attentionBias()).isFalse();
        assertThat(config.mlpBias()).isTrue();
        assertThat(config.windows()).hasSize(16).containsOnly(FULL);
        assertThat(config.rope()).isEqualTo(new RopeSettings.Llama3(500_000, 32, 1, 4, 8192));
        assertThat(config.eosIds()).containsExactly(128001, 128008, 128009);
        assertThat(config.bosId()).hasValue(128000);
        assertThat(config.dtype()).isEqualTo("bfloat16");
        assertThat(config.quantization().common()).isEmpty();
    }

    @Test
    void fillsInTheArchitecturesDefaults() throws IOException {
        ModelConfig config = read(with(""));

        assertThat(config.kvHeads()).isEqualTo(4);
        assertThat(config.headDim()).isEqualTo(16);
        assertThat(config.rmsNormEpsilon()).isEqualTo(1e-6f);
        assertThat(config.tiedEmbeddings()).isFalse();
        assertThat(config.rope()).isEqualTo(new RopeSettings.Plain(10_000));
        assertThat(config.eosIds()).isEmpty();
        assertThat(config.bosId()).isEmpty();
        assertThat(read(with("\"model_type\": \"qwen3\"")).headDim()).isEqualTo(128);
    }

    @Test
    void takesNullForAbsent() throws IOException {
        ModelConfig config = read(with(
                "\"rope_scaling\": null, \"head_dim\": null, \"eos_token_id\": null, \"quantization_config\": null"));

        assertThat(config.headDim()).isEqualTo(16);
        assertThat(config.rope()).isEqualTo(new RopeSettings.Plain(10_000));
        assertThat(config.eosIds()).isEmpty();
    }

    @Test
    void readsRopeInItsNewerForm() throws IOException {
        assertThat(read(with("\"rope_parameters\": {\"rope_type\": \"default\", \"rope_theta\": 7}"))
                        .rope())
                .isEqualTo(new RopeSettings.Plain(7));
        assertThat(read(with("\"rope_parameters\": {\"rope_theta\": 7}")).rope())
                .isEqualTo(new RopeSettings.Plain(7));
        assertThat(read(with("\"rope_theta\": 9, \"rope_parameters\": {\"rope_type\": \"linear\", \"factor\": 2.5}"))
                        .rope())
                .isEqualTo(new RopeSettings.Linear(9, 2.5));
        assertThat(read(with("\"rope_scaling\": {\"type\": \"linear\", \"factor\": 4}"))
                        .rope())
                .isEqualTo(new RopeSettings.Linear(10_000, 4));
    }

    @Test
    void readsSlidingWindowsAsEachArchitectureMeansThem() throws IOException {
        assertThat(windows("\"model_type\": \"mistral\", \"sliding_window\": 8"))
                .containsExactly(8, 8, 8);
        assertThat(windows("\"model_type\": \"mistral\", \"sliding_window\": null"))
                .containsExactly(FULL, FULL, FULL);
        assertThat(windows("\"model_type\": \"mistral\"")).containsExactly(4096, 4096, 4096);
        assertThat(windows("\"model_type\": \"qwen2\", \"sliding_window\": 8")).containsExactly(FULL, FULL, FULL);
        assertThat(windows("\"model_type\": \"qwen2\", \"sliding_window\": 8, \"use_sliding_window\": true"))
                .containsExactly(FULL, FULL, FULL);
        assertThat(windows("\"model_type\": \"qwen2\", \"sliding_window\": 8, \"use_sliding_window\": true, "
                        + "\"max_window_layers\": 1"))
                .containsExactly(FULL, 8, 8);
        assertThat(windows("\"model_type\": \"qwen3\", \"sliding_window\": 8, \"use_sliding_window\": true, "
                        + "\"max_window_layers\": 0, "
                        + "\"layer_types\": [\"sliding_attention\", \"full_attention\", \"sliding_attention\"]"))
                .containsExactly(8, FULL, 8);
    }

    private List<Integer> windows(String fields) throws IOException {
        return read(with(fields)).windows();
    }

    @Test
    void readsQuantisationByLayer() throws IOException {
        QuantizationSettings settings = read(with("""
                "quantization": {"group_size": 64, "bits": 4, "a": false, "b": {"bits": 6, "group_size": 32},
                    "c": {"mode": "mxfp4", "group_size": 32, "bits": 4}, "d": true, "e": {"bits": 8}},
                "quantization_config": {"bits": 8}""")).quantization();

        Optional<Quantization> common = Optional.of(new Affine(4, 64));
        assertThat(settings.common()).isEqualTo(common);
        assertThat(settings.of("a", true)).isEmpty();
        assertThat(settings.of("b", true)).contains(new Affine(6, 32));
        assertThat(settings.of("c", true)).contains(new SmallFloats(SmallFloatForm.MXFP4));
        assertThat(settings.of("d", false)).isEqualTo(common);
        assertThat(settings.of("e", true)).contains(new Affine(8, 64));
        assertThat(settings.of("other", true)).isEqualTo(common);
        assertThat(settings.of("other", false)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void readsSmallFloatsWithAndWithoutTheSizeOfAGroup(SmallFloatForm form) throws IOException {
        String fields = "\"mode\": \"%s\", \"bits\": %d".formatted(form.label(), form.bits());
        String group = ", \"group_size\": " + form.groupSize();
        for (String said : List.of(fields, fields + group)) {
            assertThat(read(with("\"quantization\": {" + said + "}"))
                            .quantization()
                            .common())
                    .contains(new SmallFloats(form));
        }
    }

    @Test
    void readsMlxQuantisationUnderItsOtherName() throws IOException {
        assertThat(read(with("\"quantization_config\": {\"bits\": 4, \"group_size\": 32, \"mode\": \"mxfp4\"}"))
                        .quantization()
                        .common())
                .contains(new SmallFloats(SmallFloatForm.MXFP4));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "model_type": "mamba"                                       | model_type "mamba" is not supported
            "model_type": "llama", "architectures": ["LlamaForTokenClassification"] | LlamaForTokenClassification
            "model_type": null, "architectures": ["GPT2LMHeadModel"]     | GPT2LMHeadModel
            "hidden_act": "gelu"                                         | hidden_act "gelu"
            "rope_scaling": {"type": "yarn", "factor": 4}                | rope_scaling.type "yarn"
            "rope_scaling": {"rope_type": "dynamic", "factor": 4}        | rope_scaling.rope_type "dynamic"
            "rope_parameters": {"rope_type": "longrope"}                 | rope_parameters.rope_type "longrope"
            "rope_parameters": {"full_attention": {"rope_type": "default"}} | rope_parameters.full_attention
            "rope_parameters": {"partial_rotary_factor": 0.5}            | partial_rotary_factor 0.5
            "partial_rotary_factor": 0.25                               | partial_rotary_factor 0.25
            "quantization": {"bits": 7, "group_size": 64}                | quantization.bits 7
            "quantization": {"bits": 4, "group_size": 16}                | quantization.group_size 16
            "quantization": {"bits": 4, "mode": "fp3"}                   | quantization.mode "fp3"
            "quantization": {"bits": 4, "a": {"bits": 1}}                | quantization.a.bits 1
            "quantization_config": {"quant_method": "gptq", "bits": 4}   | quantization_config.quant_method "gptq"
            "quantization_config": {"quant_method": "fp8"}               | quantization_config.quant_method "fp8"
            "quantization_config": {"quant_method": "bitsandbytes"}      | quantization_config.quant_method "bitsandbytes"
            "model_type": "qwen2", "layer_types": ["a", "full_attention", "full_attention"] | layer_types
            """)
    void refusesWhatItCannotRun(String fields, String said) {
        assertRefused(with(fields), ErrorCode.UNSUPPORTED, said);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "model_type": null                       | model_type is missing
            "hidden_size": null                      | hidden_size is missing
            "hidden_size": "64"                      | hidden_size is "64", not a whole number from 1
            "hidden_size": 0                         | hidden_size is 0
            "hidden_size": -64                       | hidden_size is -64
            "hidden_size": 64.5                      | hidden_size is 64.5
            "hidden_size": 99999999999               | hidden_size is 99999999999
            "hidden_size": 62                        | hidden_size is 62, not an even number of elements
            "num_hidden_layers": 1000000             | num_hidden_layers is 1000000
            "num_key_value_heads": 3                 | num_key_value_heads is 3, not a divisor of the 4
            "head_dim": 15                           | head_dim is 15, not an even number
            "vocab_size": true                       | vocab_size is true
            "rms_norm_eps": -1                       | rms_norm_eps is -1
            "rms_norm_eps": NaN                      | rms_norm_eps is
            "tie_word_embeddings": 1                 | tie_word_embeddings is 1, not true or false
            "architectures": "LlamaForCausalLM"      | architectures is "LlamaForCausalLM", not an array of strings
            "eos_token_id": -1                       | eos_token_id is -1, not a token id
            "eos_token_id": ["</s>"]                 | eos_token_id is
            "rope_theta": 0                          | rope_theta is 0, not a number greater than 0
            "rope_scaling": 4                        | rope_scaling is 4, not an object
            "rope_scaling": {"type": "linear"}       | rope_scaling.factor is missing
            "rope_scaling": {"type": 4}              | rope_scaling.type is 4, not a string
            "rope_scaling": {"rope_type": "llama3", "factor": 8, "low_freq_factor": 4, "high_freq_factor": 4, "original_max_position_embeddings": 8} | high_freq_factor is 4
            "model_type": "qwen2", "layer_types": ["full_attention"] | one type for each of the 3 layers
            "model_type": "qwen2", "layer_types": ["sliding_attention", "full_attention", "full_attention"] | no sliding window
            "quantization": {"group_size": 64}       | quantization.bits is missing
            "quantization": {"bits": 4, "a": 3}      | quantization.a is 3
            "quantization": {"bits": 5, "mode": "mxfp4", "group_size": 32} | quantization.bits is 5
            "quantization": {"bits": 4, "mode": "mxfp8"}                   | quantization.bits is 4
            "quantization": {"bits": 4, "group_size": 32, "mode": "nvfp4"} | quantization.group_size is 32
            """)
    void refusesWhatCannotBe(String fields, String said) {
        assertRefused(with(fields), ErrorCode.MODEL_INVALID, said);
    }

    @Test
    void refusesWhatIsNoObject() {
        assertRefused("[]", ErrorCode.MODEL_INVALID, "not a JSON object");
        assertRefused("", ErrorCode.MODEL_INVALID, "not");
        assertRefused("{\"a\":1,\"a\":1}", ErrorCode.MODEL_INVALID, "not well-formed");
        assertRefused("{} {}", ErrorCode.MODEL_INVALID, "not well-formed");
        assertRefused("{\"a\":" + "[".repeat(9999), ErrorCode.MODEL_INVALID, "nesting");
        assertRefused(" ".repeat(17 << 20), ErrorCode.MODEL_INVALID, "bytes long");
    }

    @Test
    void readsGenerationSettings() throws IOException {
        Path file = directory.resolve("generation_config.json");
        assertThat(GenerationConfig.read(file)).isEqualTo(GenerationConfig.ABSENT);

        Files.writeString(file, "{}");
        assertThat(GenerationConfig.read(file)).isEqualTo(GenerationConfig.ABSENT);

        Files.writeString(
                file,
                "{\"eos_token_id\": [1, 2], \"do_sample\": true, \"temperature\": 0.6, \"top_p\": 0.9, \"top_k\": 20, "
                        + "\"min_p\": 0.05, \"repetition_penalty\": 1.1}");
        assertThat(GenerationConfig.read(file))
                .isEqualTo(new GenerationConfig(List.of(1, 2), 0.6f, 0.9f, 20, 0.05f, 1.1f));

        Files.writeString(file, "{\"eos_token_id\": 3, \"do_sample\": false, \"temperature\": 0.6}");
        assertThat(GenerationConfig.read(file)).isEqualTo(new GenerationConfig(List.of(3), 0, 1, 0, 0, 1));

        Files.writeString(file, "{\"top_p\": 1.5}");
        assertThatExceptionOfType(ExofluxException.class)
                .isThrownBy(() -> GenerationConfig.read(file))
                .withMessage(file + ": top_p is 1.5, not a number from 0 to 1");
    }

    /** A small llama's configuration, the given fields in place of its own. */
    private static String with(String fields) {
        StringBuilder json = new StringBuilder("{").append(fields);
        String[] all = {
            "\"model_type\": \"llama\"",
            "\"hidden_size\": 64",
            "\"intermediate_size\": 96",
            "\"num_hidden_layers\": 3",
            "\"num_attention_heads\": 4",
            "\"vocab_size\": 311",
            "\"max_position_embeddings\": 256"
        };
        for (String field : all) {
            if (!fields.contains(field.substring(0, field.indexOf(':') + 1))) {
                json.append(json.length() > 1 ? ", " : "").append(field);
            }
        }
        return json.append('}').toString();
    }

    private ModelConfig read(String json) throws IOException {
        return ModelConfig.read(Files.writeString(directory.resolve("config.json"), json));
    }

    private void assertRefused(String json, ErrorCode code, String said) {
        assertThatExceptionOfType(ExofluxException.class)
                .isThrownBy(() -> read(json))
                .withMessageContainingAll(directory.resolve("config.json").toString(), said)
                .satisfies(e -> assertThat(e.code()).isEqualTo(code));
    }
}
