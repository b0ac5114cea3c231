package dev.exoflux.shell;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Stand-ins for llama.cpp's programs: they write down how they were called and print what the real ones printed once. */
final class PeerProgram {

    /** {@code llama-bench -p 40 -n 8 -r 1 -o json}, without what names the machine it ran on. */
    private static final String BENCH = """
            [
              {
                "build_commit": "unknown",
                "build_number": 0,
                "backends": "CPU",
                "model_filename": "random-1b-Q4_0.gguf",
                "model_type": "llama 1B Q4_0",
                "model_size": 695369728,
                "model_n_params": 1235814432,
                "n_batch": 2048,
                "n_threads": 2,
                "n_gpu_layers": 0,
                "n_prompt": 40,
                "n_gen": 0,
                "n_depth": 0,
                "avg_ns": 640000000,
                "stddev_ns": 0,
                "avg_ts": 62.500000,
                "stddev_ts": 0.000000,
                "samples_ns": [ 640000000 ],
                "samples_ts": [ 62.5 ]
              },
              {
                "build_commit": "unknown",
                "build_number": 0,
                "backends": "CPU",
                "model_filename": "random-1b-Q4_0.gguf",
                "model_type": "llama 1B Q4_0",
                "model_size": 695369728,
                "model_n_params": 1235814432,
                "n_batch": 2048,
                "n_threads": 2,
                "n_gpu_layers": 0,
                "n_prompt": 0,
                "n_gen": 8,
                "n_depth": 0,
                "avg_ns": 320000000,
                "stddev_ns": 0,
                "avg_ts": 25.000000,
                "stddev_ts": 0.000000,
                "samples_ns": [ 320000000 ],
                "samples_ts": [ 25 ]
              }
            ]
            """;

    private static final String BATCHED = """

            {"n_kv_max": 384, "n_batch": 2048, "n_ubatch": 512, "flash_attn": 0, "is_pp_shared": 0, "n_gpu_layers": 0, "n_threads": 2, \
            "n_threads_batch": 2, "pp": 40, "tg": 8, "pl": 4, "n_kv": 192, "t_pp": 2.580000, "speed_pp": 62.015503, "t_tg": 0.800000, \
            "speed_tg": 40.000000, "t": 3.380000, "speed": 56.804733}

            """;

    private PeerProgram() {}

    /** A folder as llama.cpp is built in, with a model of 4 bits that holds nothing. */
    static Path folder(Path root) throws IOException {
        Path programs = Files.createDirectories(root.resolve("build/bin"));
        script(programs.resolve("llama-bench"), "cat <<'END'\n" + BENCH + "END\n");
        script(programs.resolve("llama-batched-bench"), "cat <<'END'\n" + BATCHED + "END\n");
        Files.createFile(root.resolve("random-1b-Q4_0.gguf"));
        return root;
    }

    /** A program that does {@code what} after it has written its arguments to {@code <itself>.arguments}, and complained. */
    static Path script(Path file, String what) throws IOException {
        Files.writeString(file, "#!/bin/sh\necho \"$@\" >>\"$0.arguments\"\necho 'load: a message' >&2\n" + what);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** How a program was called, a line for each time. */
    static String arguments(Path program) throws IOException {
        return Files.readString(program.resolveSibling(program.getFileName() + ".arguments"));
    }
}
