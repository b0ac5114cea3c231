package dev.exoflux.mesh.membership;

import dev.exoflux.mesh.membership.Wire.In;
import dev.exoflux.mesh.membership.Wire.Malformed;
import dev.exoflux.mesh.membership.Wire.Out;

/** {@link PeerMessage} as bytes: version, type, content. */
final class PeerCodec {

    private static final int VERSION = 2;

    private PeerCodec() {}

    static byte[] bytes(PeerMessage message) {
        Out out = new Out().u8(VERSION);
        switch (message) {
            case PeerMessage.Say say -> ReportCodec.write(out.u8(1), say.report());
            case PeerMessage.Propose propose ->
                out.u8(2).i64(propose.request()).text(propose.key()).optional(propose.value());
            case PeerMessage.Store store -> EntryCodec.write(out.u8(3), store.entry());
            case PeerMessage.Stored stored -> EntryCodec.write(out.u8(4), stored.version());
            case PeerMessage.Answer answer -> {
                out.u8(5).i64(answer.request()).text(answer.error());
                EntryCodec.write(out, answer.version());
            }
            case PeerMessage.Sum sum -> out.u8(6).i64(sum.sum());
            case PeerMessage.Snapshot snapshot ->
                out.u8(7).flag(snapshot.answer()).list(snapshot.entries(), entry -> EntryCodec.write(out, entry));
        }
        return out.bytes();
    }

    static PeerMessage message(byte[] bytes) throws Malformed {
        return In.read(bytes, PeerCodec::message);
    }

    private static PeerMessage message(In in) {
        int version = in.u8();
        if (version != VERSION) {
            throw new IllegalArgumentException("version %d of what peers say".formatted(version));
        }
        int type = in.u8();
        return switch (type) {
            case 1 -> new PeerMessage.Say(ReportCodec.report(in));
            case 2 -> new PeerMessage.Propose(in.i64(), in.text(), in.optional());
            case 3 -> new PeerMessage.Store(EntryCodec.entry(in));
            case 4 -> new PeerMessage.Stored(EntryCodec.version(in));
            case 5 -> answer(in);
            case 6 -> new PeerMessage.Sum(in.i64());
            case 7 -> snapshot(in);
            default -> throw new IllegalArgumentException("type %d of what peers say".formatted(type));
        };
    }

    private static PeerMessage answer(In in) {
        long request = in.i64();
        String error = in.text();
        return new PeerMessage.Answer(request, EntryCodec.version(in), error);
    }

    private static PeerMessage snapshot(In in) {
        boolean answer = in.flag();
        return new PeerMessage.Snapshot(in.list(() -> EntryCodec.entry(in)), answer);
    }
}
