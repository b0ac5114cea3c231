package dev.exoflux.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ByteRangesTest {

    private static final int SIZE = 60;

    private final Random random = new Random(1);

    private List<ByteRange> anyRanges() {
        List<ByteRange> ranges = new ArrayList<>();
        for (int i = random.nextInt(8); i > 0; i--) {
            int from = random.nextInt(SIZE - 1);
            ranges.add(new ByteRange(from, from + 1 + random.nextInt(Math.min(12, SIZE - from - 1) + 1)));
        }
        return ranges;
    }

    private static BitSet bits(List<ByteRange> ranges) {
        BitSet bits = new BitSet();
        ranges.forEach(range -> bits.set((int) range.from(), (int) range.to()));
        return bits;
    }

    @Test
    void areSetsOfBytes() {
        for (int i = 0; i < 5000; i++) {
            List<ByteRange> some = anyRanges();
            List<ByteRange> others = anyRanges();
            ByteRanges a = ByteRanges.of(some);
            ByteRanges b = ByteRanges.of(others);
            BitSet bitsA = bits(some);
            BitSet bitsB = bits(others);

            BitSet union = (BitSet) bitsA.clone();
            union.or(bitsB);
            assertThat(bits(a.plus(b).list())).isEqualTo(union);
            BitSet difference = (BitSet) bitsA.clone();
            difference.andNot(bitsB);
            assertThat(bits(a.minus(b).list())).as("%s minus %s", a, b).isEqualTo(difference);
            assertThat(a.minus(b).bytes()).isEqualTo(difference.cardinality());
            assertThat(a.contains(b)).isEqualTo(subtract(bitsB, bitsA).isEmpty());
            assertThat(a.plus(b).minus(b)).isEqualTo(a.minus(b));
            assertSorted(a.plus(b));
            assertSorted(a.minus(b));
        }
    }

    private static BitSet subtract(BitSet from, BitSet what) {
        BitSet left = (BitSet) from.clone();
        left.andNot(what);
        return left;
    }

    private static void assertSorted(ByteRanges ranges) {
        for (int i = 1; i < ranges.list().size(); i++) {
            assertThat(ranges.list().get(i).from())
                    .isGreaterThan(ranges.list().get(i - 1).to());
        }
    }

    @Test
    void nothingIsAlwaysHere() {
        assertThat(ByteRanges.NONE.contains(5, 5)).isTrue();
        assertThat(ByteRanges.NONE.contains(5, 6)).isFalse();
        assertThat(ByteRanges.of(3, 3)).isEqualTo(ByteRanges.NONE);
    }

    @Test
    void refusesWhatIsNoRange() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ByteRange(-1, 2));
        assertThatIllegalArgumentException().isThrownBy(() -> new ByteRange(2, 2));
        assertThatIllegalArgumentException().isThrownBy(() -> ByteRanges.of(3, 2));
    }
}
