package dev.exoflux.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code exoflux flow} makes of a server's answer. */
final class FlowCommandTest {

    private static final String FLOW = """
            {"models":[
               {"model":"exoflux/tiny","head":"aaaa",
                "ring":{"running":3,"waiting":2,"setAside":1,"timesSetAside":4,"credit":2,"inFlight":2,"roundMillis":8.25,
                        "tokensPerSecond":120.5,"cacheReservedBytes":12582912,"cacheBudgetBytes":67108864},
                "stages":[{"peer":"aaaa","from":0,"to":3,"credit":14,"inFlight":0.97,"stepMillis":4.0},
                          {"peer":"bbbb","from":3,"to":4,"inFlight":0.5,"stepMillis":2.0}]},
               {"model":"org/other","head":"bbbb","stages":[{"peer":"bbbb","from":0,"to":2}]},
               {"model":"org/waits","stages":[]}],
             "pipelines":[{"pipeline":"careful-chat","running":3,"waiting":1,"maxConcurrency":32,"queue":128}],
             "silent":["bbbb"]}""";

    @TempDir
    private Path home;

    private CannedServer server;

    @BeforeEach
    void start() throws IOException {
        server = new CannedServer().answer("GET /api/flow", 200, FLOW);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void printsALineForEachRingAndEachOfItsStages() {
        server.answer("GET /api/peers", 200, """
                {"peers":[{"id":"aaaa","name":"desk"},{"id":"bbbb","name":"shelf"}]}""");
        CommandRun run = new CommandRun(home);
        assertThat(run.run("flow", "--url", server.url())).isZero();
        assertThat(run.out()).isEqualTo("""
                MODEL         STAGE  PEER   LAYERS  CREDIT  IN FLIGHT  QUEUE                   MS/STEP  TOKENS/S
                exoflux/tiny  ring   -      -       2       2          3 run, 2 wait, 1 aside  8.3      120.5
                              1      desk   [0, 3)  14      1.0        -                       4.0      120.5
                              2      shelf  [3, 4)  -       0.5        -                       2.0      120.5
                org/other     ring   -      -       -       -          -                       -        -
                              1      shelf  [0, 2)  -       -          -                       -        -
                org/waits     ring   -      -       -       -          -                       -        -
                exoflux/tiny: 12 of 64 MiB for caches are promised; set aside 4 times.
                org/other: its batches are made by shelf, which does not answer now.
                org/waits: it is on no peer now.

                PIPELINE      RUNNING  OF  WAITING  OF
                careful-chat  3        32  1        128
                """);
    }

    @Test
    void callsPeersByTheirIdsWhereNobodyKnowsTheirNames() {
        CommandRun run = new CommandRun(home);
        assertThat(run.run("flow", "--once", "--url", server.url())).isZero();
        assertThat(run.out()).contains("aaaa  [0, 3)", "made by bbbb,");
    }

    @Test
    void printsJsonAsItCame() {
        CommandRun run = new CommandRun(home);
        assertThat(run.run("flow", "--json", "--url", server.url())).isZero();
        assertThat(run.out().strip()).isEqualTo(FLOW);
    }
}
