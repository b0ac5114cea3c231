package dev.exoflux.mesh.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.weights.ByteRange;
import dev.exoflux.model.weights.ByteRanges;
import dev.exoflux.model.weights.ModelFile;
import dev.exoflux.model.weights.ModelInventory;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What peers ask each other for weights with, byte for byte, and what happens to bytes that nobody sent. */
final class WeightCodecTest {

    private static final WeightRequest DESCRIBE = new WeightRequest.Describe("org/é");
    private static final WeightRequest READ =
            new WeightRequest.Read("org/m", "0123456789abcdef", "a.safetensors", new ByteRange(7, 0x123456L));
    private static final ModelInventory INVENTORY = new ModelInventory(
            "0123456789abcdef",
            List.of(
                    new ModelFile("config.json", 5, 0, "ab", ByteRanges.of(0, 5)),
                    new ModelFile(
                            "a.safetensors",
                            0x1122334455L,
                            16,
                            "",
                            ByteRanges.of(List.of(new ByteRange(0, 16), new ByteRange(0x20, 0x1122334455L))))));

    private static final String GOLDEN_DESCRIBE = golden("0101 06000000 6f72672fc3a9");
    private static final String GOLDEN_READ = golden("""
            0102 05000000 6f72672f6d 10000000 30313233343536373839616263646566
            0d000000 612e7361666574656e736f7273 0700000000000000 5634120000000000
            """);
    private static final String GOLDEN_INVENTORY = golden("""
            01 10000000 30313233343536373839616263646566 02000000
            0b000000 636f6e6669672e6a736f6e 0500000000000000 0000000000000000 02000000 6162
            01000000 0000000000000000 0500000000000000
            0d000000 612e7361666574656e736f7273 5544332211000000 1000000000000000 00000000
            02000000 0000000000000000 1000000000000000 2000000000000000 5544332211000000
            """);

    private static String golden(String spaced) {
        return spaced.replaceAll("\\s", "");
    }

    private static WeightRequest request(byte[] frame) {
        return WeightRequest.decode(Unpooled.wrappedBuffer(frame));
    }

    private static ModelInventory inventory(byte[] frame) {
        return InventoryCodec.decode(Unpooled.wrappedBuffer(frame));
    }

    @Test
    void writesTheGoldenFramesAndReadsThem() {
        assertThat(HexFormat.of().formatHex(DESCRIBE.encode())).isEqualTo(GOLDEN_DESCRIBE);
        assertThat(HexFormat.of().formatHex(READ.encode())).isEqualTo(GOLDEN_READ);
        assertThat(HexFormat.of().formatHex(InventoryCodec.encode(INVENTORY))).isEqualTo(GOLDEN_INVENTORY);
        assertThat(request(DESCRIBE.encode())).isEqualTo(DESCRIBE);
        assertThat(request(READ.encode())).isEqualTo(READ);
        assertThat(inventory(InventoryCodec.encode(INVENTORY))).isEqualTo(INVENTORY);
    }

    @Test
    void refusesWhatIsCutOffOrGoesOn() {
        for (byte[] frame : List.of(DESCRIBE.encode(), READ.encode())) {
            for (int length = 0; length < frame.length; length++) {
                byte[] cut = Arrays.copyOf(frame, length);
                refuses(() -> request(cut));
            }
            refuses(() -> request(Arrays.copyOf(frame, frame.length + 1)));
        }
        byte[] frame = InventoryCodec.encode(INVENTORY);
        for (int length = 0; length < frame.length; length++) {
            byte[] cut = Arrays.copyOf(frame, length);
            refuses(() -> inventory(cut));
        }
        refuses(() -> inventory(Arrays.copyOf(frame, frame.length + 1)));
    }

    @Test
    void takesBitsThatFlippedAsWhatTheySayOrRefusesThem() {
        Random random = new Random(1);
        List<byte[]> frames = List.of(DESCRIBE.encode(), READ.encode(), InventoryCodec.encode(INVENTORY));
        for (int i = 0; i < 60_000; i++) {
            byte[] frame = frames.get(i % 3).clone();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                int bit = random.nextInt(8 * frame.length);
                frame[bit >> 3] ^= (byte) (1 << (bit & 7));
            }
            readsOrRefuses(i % 3 == 2 ? () -> inventory(frame) : () -> request(frame));
        }
    }

    @Test
    void refusesNoise() {
        Random random = new Random(2);
        for (int i = 0; i < 20_000; i++) {
            byte[] noise = new byte[random.nextInt(200)];
            random.nextBytes(noise);
            if (noise.length > 1 && random.nextBoolean()) {
                noise[0] = 1;
                noise[1] = (byte) (1 + random.nextInt(2));
            }
            readsOrRefuses(() -> request(noise));
            readsOrRefuses(() -> inventory(noise));
        }
    }

    @Test
    void asksForNoMoreThanTheBound() {
        byte[] frame = READ.encode();
        Unpooled.wrappedBuffer(frame).setLongLE(frame.length - 8, 7 + WeightRequest.MAX_BYTES + 1L);
        refuses(() -> request(frame));
        Unpooled.wrappedBuffer(frame).setLongLE(frame.length - 8, 7L);
        refuses(() -> request(frame));
    }

    @Test
    void believesNoNameThatIsNoFileOfAModel() {
        for (String name : List.of("../config.json", "/etc/passwd", "a/b.safetensors", ".safetensors", "x.so", "")) {
            byte[] frame = InventoryCodec.encode(INVENTORY);
            String hex = HexFormat.of().formatHex(frame);
            String other = HexFormat.of().formatHex(name.getBytes(StandardCharsets.UTF_8));
            String length = "%02x000000".formatted(name.length());
            for (String file : List.of("0b000000636f6e6669672e6a736f6e", "0d000000612e7361666574656e736f7273")) {
                byte[] renamed = HexFormat.of().parseHex(hex.replace(file, length + other));
                refuses(() -> inventory(renamed));
            }
        }
    }

    private static void refuses(Runnable reading) {
        assertThatExceptionOfType(ExofluxException.class)
                .isThrownBy(reading::run)
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.PROTOCOL));
    }

    private static void readsOrRefuses(Supplier<?> reading) {
        try {
            assertThat(reading.get()).isNotNull();
        } catch (ExofluxException refused) {
            assertThat(refused.code()).isEqualTo(ErrorCode.PROTOCOL);
        }
    }
}
