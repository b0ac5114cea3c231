package dev.exoflux.mlx;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What MLX is to do, as plain numbers that any thread, or another process, can read: verbs with their operands, and apart from
 * them what changes from one token to the next (ids, positions, hidden states). So two decode steps of the same sequences have
 * the same {@linkplain #sameStepsAs steps}, as long as no cache has moved.
 *
 * <p>Written from front to back, then read from front to back. Used by one thread at a time.
 */
final class Program {

    /** In place of a number that names nothing. */
    static final int NONE = -1;

    private static final int HEADER = 3 * Integer.BYTES;

    private int[] steps = new int[256];
    private int stepsEnd;
    private int[] inputs = new int[64];
    private int inputsEnd;
    private float[] uploads = {};
    private int uploadsEnd;
    private long work;
    private @Nullable MemorySegment arrived;

    // where a reader is
    private int step;
    private int input;
    private int upload;

    // ---- writing

    Program verb(Verb verb) {
        return with(verb.code());
    }

    /** An operand. */
    Program with(int operand) {
        if (stepsEnd == steps.length) {
            steps = Arrays.copyOf(steps, 2 * stepsEnd);
        }
        steps[stepsEnd++] = operand;
        return this;
    }

    Program with(float operand) {
        return with(Float.floatToRawIntBits(operand));
    }

    /** What is not part of the steps. */
    Program input(int... values) {
        if (inputsEnd + values.length > inputs.length) {
            inputs = Arrays.copyOf(inputs, Math.max(2 * inputs.length, inputsEnd + values.length));
        }
        System.arraycopy(values, 0, inputs, inputsEnd, values.length);
        inputsEnd += values.length;
        return this;
    }

    /** A copy of {@code values}. */
    Program upload(float[] values) {
        if (uploadsEnd + values.length > uploads.length) {
            uploads = Arrays.copyOf(uploads, uploadsEnd + values.length);
        }
        System.arraycopy(values, 0, uploads, uploadsEnd, values.length);
        uploadsEnd += values.length;
        return this;
    }

    /** It reads so many bytes more, if each row is computed on its own. */
    void works(long bytes) {
        work += bytes;
    }

    /** Bytes that it reads as {@link #works} has counted them; not known of a program that was read. */
    long work() {
        return work;
    }

    boolean isEmpty() {
        return stepsEnd == 0;
    }

    /** Empty again, to be written anew. */
    void clear() {
        stepsEnd = 0;
        inputsEnd = 0;
        uploadsEnd = 0;
        work = 0;
        step = 0;
        input = 0;
        upload = 0;
    }

    /** Whether both do the same with the same arrays, if perhaps for other tokens. */
    boolean sameStepsAs(Program other) {
        return Arrays.equals(steps, 0, stepsEnd, other.steps, 0, other.stepsEnd);
    }

    /** Whether both do the same for the same tokens, if they have no hidden states. */
    boolean sameAs(Program other) {
        return sameStepsAs(other) && Arrays.equals(inputs, 0, inputsEnd, other.inputs, 0, other.inputsEnd);
    }

    /** A copy to be read from its front, without uploads. */
    Program again() {
        Program copy = new Program();
        copy.steps = Arrays.copyOf(steps, stepsEnd);
        copy.stepsEnd = stepsEnd;
        copy.inputs = Arrays.copyOf(inputs, inputsEnd);
        copy.inputsEnd = inputsEnd;
        return copy;
    }

    int inputAt(int place) {
        return inputs[place];
    }

    void inputAt(int place, int value) {
        inputs[place] = value;
    }

    // ---- reading

    /** Where among the inputs a reader is. */
    int inputPlace() {
        return input;
    }

    boolean hasNext() {
        return step < stepsEnd;
    }

    Verb nextVerb() {
        return Verb.of(next());
    }

    int next() {
        return steps[step++];
    }

    float nextFloat() {
        return Float.intBitsToFloat(next());
    }

    int[] nextInputs(int count) {
        int from = input;
        input += count;
        return Arrays.copyOfRange(inputs, from, input);
    }

    /** F32, good as long as what the program was {@linkplain #read read} from. */
    MemorySegment nextUploads(int count) {
        MemorySegment all = arrived == null ? MemorySegment.ofArray(uploads) : arrived;
        int from = upload;
        upload += count;
        return all.asSlice(4L * from, 4L * count);
    }

    // ---- between processes

    /** Bytes that {@link #write} takes. */
    long bytes() {
        return HEADER + 4L * (stepsEnd + inputsEnd + uploadsEnd);
    }

    void write(MemorySegment to) {
        to.set(JAVA_INT_UNALIGNED, 0, stepsEnd);
        to.set(JAVA_INT_UNALIGNED, 4, inputsEnd);
        to.set(JAVA_INT_UNALIGNED, 8, uploadsEnd);
        long at = HEADER;
        MemorySegment.copy(steps, 0, to, JAVA_INT_UNALIGNED, at, stepsEnd);
        at += 4L * stepsEnd;
        MemorySegment.copy(inputs, 0, to, JAVA_INT_UNALIGNED, at, inputsEnd);
        at += 4L * inputsEnd;
        MemorySegment.copy(uploads, 0, to, JAVA_FLOAT_UNALIGNED, at, uploadsEnd);
    }

    /** What was written; of its uploads no copy is made. */
    static Program read(MemorySegment from) {
        Program program = new Program();
        program.steps = new int[from.get(JAVA_INT_UNALIGNED, 0)];
        program.stepsEnd = program.steps.length;
        program.inputs = new int[from.get(JAVA_INT_UNALIGNED, 4)];
        program.inputsEnd = program.inputs.length;
        int uploads = from.get(JAVA_INT_UNALIGNED, 8);
        long at = HEADER;
        MemorySegment.copy(from, JAVA_INT_UNALIGNED, at, program.steps, 0, program.stepsEnd);
        at += 4L * program.stepsEnd;
        MemorySegment.copy(from, JAVA_INT_UNALIGNED, at, program.inputs, 0, program.inputsEnd);
        at += 4L * program.inputsEnd;
        program.arrived = from.asSlice(at, 4L * uploads);
        return program;
    }
}
