/**
 * Grows with every change of a wire schema (a test hashes them all). It is part of each page's ETag, so that a change of
 * the answers' shape is fetched anew.
 */
export const WIRE_VERSION = 6
