package dev.exoflux.kernels;

/** What keys and values are kept in. */
public enum KvType {
    F32,
    /** Half the memory, and half the time that long sequences take to read; rounded to the nearest. */
    BF16,
    /** A quarter: whole numbers, each key and each value of a head with a step of its own; queries are rounded likewise. */
    INT8
}
