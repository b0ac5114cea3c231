package dev.exoflux.mesh.membership;

import dev.exoflux.mesh.membership.Wire.In;
import dev.exoflux.mesh.membership.Wire.Out;
import dev.exoflux.model.LayerRange;
import dev.exoflux.pipeline.placement.HeldModel;
import dev.exoflux.pipeline.placement.HeldShard;
import dev.exoflux.pipeline.placement.Link;
import dev.exoflux.pipeline.placement.PeerInfo;
import dev.exoflux.pipeline.placement.PeerInterface;

/** {@link Report} as bytes. */
final class ReportCodec {

    private ReportCodec() {}

    static void write(Out out, Report report) {
        out.i64(report.start()).i64(report.number()).i32(report.probePort());
        write(out, report.peer());
        out.list(report.links(), link -> write(out, link));
    }

    static Report report(In in) {
        long start = in.i64();
        long number = in.i64();
        int probePort = in.i32();
        PeerInfo peer = peer(in);
        return new Report(start, number, peer, probePort, in.list(() -> link(in)));
    }

    private static void write(Out out, PeerInfo peer) {
        out.text(peer.id())
                .text(peer.name())
                .text(peer.host())
                .i32(peer.httpPort())
                .i32(peer.meshPort());
        out.text(peer.device())
                .i32(peer.cores())
                .list(peer.backends(), out::text)
                .text(peer.backend());
        out.i64(peer.memoryFreeBytes()).i64(peer.memoryTotalBytes());
        out.f64(peer.weightBytesPerSecond()).f64(peer.gflops());
        out.i64(peer.diskFreeBytes()).flag(peer.rdmaEnabled());
        out.list(
                peer.interfaces(),
                its -> out.text(its.name()).text(its.kind().spelling()).list(its.addresses(), out::text));
        out.list(
                peer.models(),
                held -> out.text(held.id())
                        .i64(held.bytes())
                        .flag(held.complete())
                        .list(held.layers(), layers -> write(out, layers))
                        .text(held.fingerprint()));
        out.list(peer.shards(), held -> write(out, held));
        out.list(peer.labels(), out::text).flag(peer.leaving());
    }

    private static void write(Out out, HeldShard held) {
        write(out.text(held.model()), held.layers());
        out.i64(held.epoch()).i64(held.memoryBytes()).text(held.state().name());
        out.f64(held.progress()).text(held.reason());
    }

    private static HeldShard shard(In in) {
        return new HeldShard(
                in.text(), layers(in), in.i64(), in.i64(), HeldShard.State.valueOf(in.text()), in.f64(), in.text());
    }

    private static PeerInfo peer(In in) {
        return PeerInfo.builder(in.text())
                .name(in.text())
                .host(in.text())
                .httpPort(in.i32())
                .meshPort(in.i32())
                .device(in.text())
                .cores(in.i32())
                .backends(in.list(in::text))
                .backend(in.text())
                .memoryFreeBytes(in.i64())
                .memoryTotalBytes(in.i64())
                .weightBytesPerSecond(in.f64())
                .gflops(in.f64())
                .diskFreeBytes(in.i64())
                .rdmaEnabled(in.flag())
                .interfaces(in.list(() -> new PeerInterface(in.text(), kind(in), in.list(in::text))))
                .models(in.list(() -> model(in)))
                .shards(in.list(() -> shard(in)))
                .labels(in.list(in::text))
                .leaving(in.flag())
                .build();
    }

    private static HeldModel model(In in) {
        return new HeldModel(in.text(), in.i64(), in.flag(), in.list(() -> layers(in)), in.text());
    }

    private static void write(Out out, LayerRange layers) {
        out.i32(layers.from()).i32(layers.to());
    }

    private static LayerRange layers(In in) {
        return new LayerRange(in.i32(), in.i32());
    }

    private static void write(Out out, Link link) {
        out.text(link.from()).text(link.to()).text(link.kind().spelling()).text(link.address());
        out.f64(link.roundTripMicros()).f64(link.bytesPerSecond()).optional(link.rdmaDevice());
    }

    private static Link link(In in) {
        return new Link(in.text(), in.text(), kind(in), in.text(), in.f64(), in.f64(), in.optional());
    }

    /** A newer peer may know kinds that this one does not. */
    private static Link.Kind kind(In in) {
        return Link.Kind.of(in.text()).orElse(Link.Kind.UNKNOWN);
    }
}
