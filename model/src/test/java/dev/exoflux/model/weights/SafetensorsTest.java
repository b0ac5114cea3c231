package dev.exoflux.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.exoflux.model.DType;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTest {

    private static final String TENSOR = "\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}";

    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("model.safetensors");
    }

    @Test
    void readsEveryTypeItKnows() {
        new TensorFile()
                .bytes("odd", "U8", new long[] {1}, (byte) 255) // so that all that follows is unaligned
                .floats("f32", new long[] {2, 1}, 1.5f, -2f)
                .bytes("f16", "F16", new long[] {2}, (byte) 0, (byte) 0x3C, (byte) 1, (byte) 0)
                .bf16("bf16", -0.5f, 3)
                .bytes("u32", "U32", new long[] {1}, (byte) 1, (byte) 2, (byte) 3, (byte) 4)
                .bytes("i64", "I64", new long[] {}, new byte[8])
                .write(file);

        try (Safetensors tensors = Safetensors.open(file)) {
            assertThat(tensors.names()).containsExactly("odd", "f32", "f16", "bf16", "u32", "i64");
            assertThat(tensors.tensor("f32").toFloats()).containsExactly(1.5f, -2f);
            assertThat(tensors.tensor("f32").shape()).containsExactly(2L, 1L);
            assertThat(tensors.tensor("f16").toFloats()).containsExactly(1f, 0x1p-24f);
            assertThat(tensors.tensor("bf16").toFloats()).containsExactly(-0.5f, -0.5f, -0.5f);
            assertThat(tensors.tensor("u32").dtype()).isEqualTo(DType.U32);
            assertThat(tensors.tensor("u32").bytes().toArray(ValueLayout.JAVA_BYTE))
                    .containsExactly(1, 2, 3, 4);
            assertThat(tensors.tensor("i64").elements()).isEqualTo(1);
            assertThat(tensors.tensor("i64").shape()).isEmpty();
        }
    }

    @Test
    void readsEmptyFilesEmptyTensorsAndMetadata() {
        TensorFile.write(
                file,
                "{\"__metadata__\":{\"format\":\"pt\"},"
                        + "\"none\":{\"dtype\":\"F32\",\"shape\":[0,7],\"data_offsets\":[0,0]}}   ");

        try (Safetensors tensors = Safetensors.open(file)) {
            assertThat(tensors.names()).containsExactly("none");
            assertThat(tensors.tensor("none").toFloats()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"BOOL", "I8", "F8_E4M3", "F8_E5M2", "F8_E8M0"})
    void passesOverTypesItDoesNotKnowUntilAskedForThem(String dtype) {
        new TensorFile()
                .bytes("other", dtype, new long[] {2}, (byte) 1, (byte) 2)
                .floats("known", new long[] {1}, 7)
                .write(file);

        try (Safetensors tensors = Safetensors.open(file)) {
            assertThat(tensors.tensor("known").toFloats()).containsExactly(7);
            assertThatExceptionOfType(ExofluxException.class)
                    .isThrownBy(() -> tensors.tensor("other"))
                    .withMessageContainingAll(file.toString(), "other", dtype)
                    .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED));
        }
    }

    @Test
    void packsTypesSmallerThanAByte() {
        TensorFile.write(file, "{\"a\":{\"dtype\":\"F4\",\"shape\":[3,2],\"data_offsets\":[0,3]}}", new byte[3]);

        try (Safetensors tensors = Safetensors.open(file)) {
            assertThat(tensors.entry("a").shape()).isEqualTo(List.of(3L, 2L));
        }
    }

    @Test
    void saysWhichTensorIsMissing() {
        TensorFile.write(file, "{" + TENSOR + "}", new byte[4]);

        try (Safetensors tensors = Safetensors.open(file)) {
            assertThatExceptionOfType(ExofluxException.class)
                    .isThrownBy(() -> tensors.tensor("b"))
                    .withMessageContainingAll(file.toString(), "b");
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lies")
    void refusesAHeaderThatCannotBeTrue(String problem, String header, int dataBytes, String said) {
        TensorFile.write(file, header, new byte[dataBytes]);

        assertRefused(said);
    }

    static Stream<Arguments> lies() {
        return Stream.of(
                lie("no object", "[1]", 0, "not a JSON object"),
                lie("no JSON", "{\"a\":", 0, "not well-formed JSON"),
                lie("no UTF-8", "{\"\u0000\":1}", 0, "not well-formed JSON"),
                lie("goes on", "{} {}", 0, "goes on"),
                lie("duplicate name", "{" + TENSOR + "," + TENSOR + "}", 4, "tensor a is in the header more than once"),
                lie("duplicate metadata", "{\"__metadata__\":{},\"__metadata__\":{}}", 0, "more than once"),
                lie("metadata no object", "{\"__metadata__\":3}", 0, "__metadata__"),
                lie("deep JSON", "{\"__metadata__\":" + "[".repeat(5000) + "]".repeat(5000) + "}", 0, "__metadata__"),
                lie("deeper", "{\"__metadata__\":{\"a\":" + "[".repeat(5000) + "]".repeat(5000) + "}}", 0, "nesting"),
                lie("tensor no object", "{\"a\":[1]}", 0, "tensor a is not described"),
                lie("no dtype", tensor("\"shape\":[4],\"data_offsets\":[0,4]"), 4, "tensor a has no dtype"),
                lie("no shape", tensor("\"dtype\":\"U8\",\"data_offsets\":[0,4]"), 4, "tensor a has no shape"),
                lie("no offsets", tensor("\"dtype\":\"U8\",\"shape\":[4]"), 4, "tensor a has no data_offsets"),
                lie("unknown field", tensor("\"type\":\"U8\""), 4, "unknown field \"type\""),
                lie("two dtypes", tensor("\"dtype\":\"U8\",\"dtype\":\"U8\""), 4, "more than one dtype"),
                lie("unknown dtype", tensor("U9", "[4]", "[0,4]"), 4, "unknown dtype \"U9\""),
                lie("dtype no string", tensor("\"dtype\":8"), 4, "dtype that is no string: 8"),
                lie("shape no array", tensor("U8", "4", "[0,4]"), 4, "shape that is no array: 4"),
                lie("shape of text", tensor("U8", "[\"4\"]", "[0,4]"), 4, "shape with 4"),
                lie("nested shape", tensor("U8", "[[4]]", "[0,4]"), 4, "shape with ["),
                lie("fraction", tensor("U8", "[4.0]", "[0,4]"), 4, "4.0"),
                lie("negative", tensor("U8", "[-4]", "[0,4]"), 4, "-4"),
                lie("huge number", tensor("U8", "[99999999999999999999]", "[0,4]"), 4, "99999999999999999999"),
                lie("endless number", tensor("U8", "[" + "9".repeat(5000) + "]", "[0,4]"), 4, "model.safetensors"),
                lie("overflow", tensor("U8", "[4294967296,4294967296]", "[0,0]"), 4, "impossible shape"),
                lie("overflow in bits", tensor("F32", "[1152921504606846976]", "[0,4]"), 4, "impossible shape"),
                lie("many dimensions", tensor("U8", "[" + "1,".repeat(99) + "4]", "[0,4]"), 4, "more than 16"),
                lie("half a byte", tensor("F4", "[7]", "[0,3]"), 3, "ends within a byte"),
                lie("one offset", tensor("U8", "[4]", "[4]"), 4, "data_offsets [4]"),
                lie("three offsets", tensor("U8", "[4]", "[0,4,4]"), 4, "more than 2"),
                lie("offsets turned round", tensor("U8", "[4]", "[4,0]"), 4, "data_offsets [4, 0]"),
                lie("offsets beyond the file", tensor("U8", "[4]", "[1,5]"), 4, "data_offsets [1, 5]"),
                lie("far beyond", tensor("U8", "[4]", "[9223372036854775803,9223372036854775807]"), 4, "data_offsets"),
                lie("cut short", tensor("U8", "[4]", "[0,4]"), 3, "3 bytes of data"),
                lie("shape unlike offsets", tensor("U8", "[5]", "[0,4]"), 4, "takes 4 bytes, but U8[5] takes 5"),
                lie("hole at the start", tensor("U8", "[3]", "[1,4]"), 4, "leaving a hole"),
                lie(
                        "data left over",
                        tensor("U8", "[4]", "[0,4]"),
                        5,
                        "the tensors end at byte 4 of the data, the file at 5"),
                lie("overlap", two("[0,4]", "[2,6]"), 6, "tensor b begins at byte 2 of the data, inside"),
                lie("same place", two("[0,4]", "[0,4]"), 4, "inside"),
                lie("hole between", two("[0,4]", "[5,9]"), 9, "tensor b begins at byte 5 of the data, leaving a hole"));
    }

    private static Arguments lie(String problem, String header, int dataBytes, String said) {
        return Arguments.of(problem, header, dataBytes, said);
    }

    private static String tensor(String fields) {
        return "{\"a\":{" + fields + "}}";
    }

    private static String tensor(String dtype, String shape, String offsets) {
        return tensor("\"dtype\":\"" + dtype + "\",\"shape\":" + shape + ",\"data_offsets\":" + offsets);
    }

    private static String two(String a, String b) {
        return "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":" + a
                + "},\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":" + b + "}}";
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE, 0, 1, 100, 1L << 32})
    void refusesALengthThatTheHeaderCannotHave(long claimed) {
        TensorFile.write(file, claimed, "{}");

        assertRefused("the header says it is " + Long.toUnsignedString(claimed) + " bytes long");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7})
    void refusesAFileTooShortForItsLength(int bytes) throws Exception {
        Files.write(file, new byte[bytes]);

        assertRefused("too short");
    }

    @Test
    void refusesMoreTensorsThanAnyModelHas() {
        StringBuilder header = new StringBuilder("{");
        for (int i = 0; i <= 1 << 18; i++) {
            header.append(i == 0 ? "" : ",")
                    .append('"')
                    .append(i)
                    .append("\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}");
        }
        TensorFile.write(file, header.append('}').toString());

        assertRefused("more than 262144 tensors");
    }

    @Test
    void refusesWhatIsNoFile() {
        assertRefused("no such file");
        file = directory;
        assertRefused("not a file");
    }

    private void assertRefused(String said) {
        assertThatExceptionOfType(ExofluxException.class)
                .isThrownBy(() -> Safetensors.open(file).close())
                .withMessageContainingAll(file.toString(), said)
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.MODEL_INVALID));
    }
}
