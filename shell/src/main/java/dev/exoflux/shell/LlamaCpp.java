package dev.exoflux.shell;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * llama.cpp's own benchmark programs, to be run in turn with ours: {@code llama-bench} for one sequence, {@code
 * llama-batched-bench} for several at once. Only the processor computes.
 */
final class LlamaCpp {

    private static final String FOLDER = """
            Maybe name a folder with build/bin/llama-bench, build/bin/llama-batched-bench and random-1b-{Q4_0,Q8_0,bf16}.gguf,
            or a llama-bench itself and its model by --compare-gguf FILE.""";

    private static final int ERROR_LINES = 5;

    private final Path programs;
    private final Path gguf;

    private LlamaCpp(Path programs, Path gguf) {
        this.programs = programs;
        this.gguf = gguf;
    }

    /**
     * What one run showed, in tokens a second.
     *
     * @param decode of one sequence
     * @param aggregate of all sequences together
     * @param parameters of its model, 0 where the program does not tell
     */
    record Round(double prefill, double decode, double aggregate, long parameters) {}

    /**
     * Programs and model as {@code --compare-llama-cpp} and {@code --compare-gguf} name them.
     *
     * @param quantization of the model it is compared with, as {@code exoflux models} lists it
     * @throws ExofluxException INVALID_REQUEST where something is missing
     */
    static LlamaCpp find(Path place, Optional<Path> gguf, String quantization) {
        boolean folder = Files.isDirectory(place);
        Path program = folder ? place.resolve("build/bin/llama-bench") : place;
        if (!Files.isExecutable(program)) {
            throw invalid("--compare-llama-cpp", "there is no program " + program + ".");
        }
        if (!folder && gguf.isEmpty()) {
            throw invalid("--compare-gguf", "a program alone does not say which model it is to run.");
        }
        Path model = gguf.orElseGet(() -> place.resolve(fileName(quantization)));
        if (!Files.isReadable(model)) {
            throw invalid("--compare-gguf", "there is no model " + model + ".");
        }
        return new LlamaCpp(program.toAbsolutePath().resolveSibling("."), model);
    }

    static Path path(String option, String value) {
        try {
            return Path.of(value);
        } catch (InvalidPathException e) {
            throw ExofluxException.invalid(option, "%s %s is not a path.".formatted(option, value));
        }
    }

    private static String fileName(String quantization) {
        String packing = quantization.replaceAll("[ ,].*", "");
        return switch (packing) {
            case "4-bit", "mxfp4" -> "random-1b-Q4_0.gguf";
            case "8-bit" -> "random-1b-Q8_0.gguf";
            case "bf16", "f16" -> "random-1b-bf16.gguf";
            default -> throw invalid("--compare-gguf", "there is no usual counterpart of weights in " + packing + ".");
        };
    }

    private static ExofluxException invalid(String option, String what) {
        return ExofluxException.invalid(option, what + "\n" + FOLDER);
    }

    /** The model's file. */
    Path gguf() {
        return gguf;
    }

    /**
     * One run, after the program's own warm-up.
     *
     * @throws ExofluxException INVALID_CONFIGURATION if the program fails or says something else than expected
     */
    Round run(int promptTokens, int generate, int concurrency, int threads) {
        return concurrency == 1
                ? single(promptTokens, generate, threads)
                : batched(promptTokens, generate, concurrency, threads);
    }

    private Round single(int promptTokens, int generate, int threads) {
        Measured prefill = measure("n_prompt", threads, "-p", promptTokens, "-n", 0);
        Measured decode = measure("n_gen", threads, "-p", 0, "-n", generate, "-d", promptTokens);
        return new Round(
                prefill.tokensPerSecond(), decode.tokensPerSecond(), decode.tokensPerSecond(), prefill.parameters());
    }

    private record Measured(double tokensPerSecond, long parameters) {}

    /** @param tokens the field that counts them in the test that is wanted */
    private Measured measure(String tokens, int threads, Object... test) {
        List<Object> arguments = new ArrayList<>(List.of("-m", gguf, "-t", threads, "-ngl", 0));
        arguments.addAll(List.of(test));
        arguments.addAll(List.of("-r", 1, "-o", "json"));
        String out = output("llama-bench", arguments.toArray());
        for (JsonNode each : parse("llama-bench", out)) {
            double speed = each.path("avg_ts").asDouble(0);
            if (each.path(tokens).asInt(0) > 0 && speed > 0) {
                return new Measured(speed, each.path("model_n_params").asLong(0));
            }
        }
        throw unexpected("llama-bench", out);
    }

    private Round batched(int promptTokens, int generate, int concurrency, int threads) {
        int context = concurrency * (promptTokens + generate);
        String out = output(
                "llama-batched-bench",
                "-m",
                gguf,
                "-t",
                threads,
                "-ngl",
                0,
                "-c",
                context,
                "-npp",
                promptTokens,
                "-ntg",
                generate,
                "-npl",
                concurrency,
                "--output-format",
                "jsonl");
        String line = out.lines()
                .filter(each -> each.startsWith("{") && each.contains("\"speed_tg\""))
                .findFirst()
                .orElseThrow(() -> unexpected("llama-batched-bench", out));
        JsonNode figures = parse("llama-batched-bench", line);
        double aggregate = figures.path("speed_tg").asDouble(0);
        return checked(
                "llama-batched-bench",
                new Round(figures.path("speed_pp").asDouble(0), aggregate / concurrency, aggregate, 0),
                out);
    }

    private static Round checked(String program, Round round, String out) {
        if (!(round.prefill() > 0 && round.decode() > 0)) {
            throw unexpected(program, out);
        }
        return round;
    }

    private static JsonNode parse(String program, String json) {
        try {
            return JsonMapper.shared().readTree(json);
        } catch (JacksonException e) {
            throw unexpected(program, json);
        }
    }

    private static ExofluxException unexpected(String program, String out) {
        return failure(
                "%s did not print the figures that were asked for, but:\n%s\nMaybe it is of a version too old, or too new."
                        .formatted(program, tail(out)));
    }

    /** What a program writes to its standard output; it is ended with the thread that waits for it. */
    private String output(String program, Object... arguments) {
        List<String> words =
                new ArrayList<>(List.of(programs.resolve(program).normalize().toString()));
        List.of(arguments).forEach(argument -> words.add(argument.toString()));
        try {
            Process process = new ProcessBuilder(words).start();
            try {
                process.getOutputStream().close();
                CompletableFuture<String> errors =
                        CompletableFuture.supplyAsync(() -> text(process.getErrorStream()), Thread::startVirtualThread);
                String out = text(process.getInputStream());
                int code = process.waitFor();
                if (code != 0) {
                    throw failure(
                            "%s failed with exit code %d:\n%s".formatted(words.getFirst(), code, tail(errors.join())));
                }
                return out;
            } finally {
                process.destroy();
            }
        } catch (IOException e) {
            throw failure("%s cannot be run: %s".formatted(words.getFirst(), e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure(words.getFirst() + " was interrupted.");
        }
    }

    private static String text(InputStream stream) {
        try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return e.toString(); // the exit code says the rest
        }
    }

    private static String tail(String text) {
        List<String> lines = text.strip().lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - ERROR_LINES), lines.size()));
    }

    private static ExofluxException failure(String message) {
        return new ExofluxException(ErrorCode.INVALID_CONFIGURATION, message);
    }
}
