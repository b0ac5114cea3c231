package dev.exoflux.mesh.membership;

import dev.exoflux.mesh.membership.Wire.In;
import dev.exoflux.mesh.membership.Wire.Out;

/** {@link Entry} and {@link Version} as bytes, on the wire and on disk. */
final class EntryCodec {

    private EntryCodec() {}

    static void write(Out out, Entry entry) {
        out.text(entry.key()).optional(entry.value());
        write(out, entry.version());
    }

    static void write(Out out, Version version) {
        out.i64(version.number()).i32(version.peers()).text(version.coordinator());
    }

    static Entry entry(In in) {
        return new Entry(in.text(), in.optional(), version(in));
    }

    static Version version(In in) {
        return new Version(in.i64(), in.i32(), in.text());
    }
}
