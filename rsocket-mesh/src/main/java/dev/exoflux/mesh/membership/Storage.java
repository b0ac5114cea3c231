package dev.exoflux.mesh.membership;

import java.io.IOException;
import java.util.List;

/** Where a replica keeps what it knows. */
interface Storage {

    /** What was written last; empty at the first start. */
    List<Entry> read();

    /** Returns when it is safe. */
    void write(List<Entry> entries) throws IOException;
}
