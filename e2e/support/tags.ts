/**
 * Ends the title of a browser test whose outcome depends on the database or the broker below the server: what they lose, repeat,
 * reorder or refuse. These run on every pair of them; the others run once.
 */
export const STACK_TAG = '@stack'
