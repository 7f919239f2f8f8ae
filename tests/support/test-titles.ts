/** Titles of tests as their files spell them, for what checks or quotes them. */

/**
 * What stands first in a call of `test`, `it`, `describe` or a part of them (`test.step`), or in the second call of `….each(…)(…)`:
 * a string in any quotes. It reads text and no syntax: a title that is a variable, or joined with `+`, is not seen; a value that
 * `%s`, `$name` or `${…}` puts in counts by how that is written; and a string that a comment calls `it(…)` with counts too.
 */
const TITLE = /(?:\b(?:test|it|describe)(?:\.\w+)*|\))\(\s*('(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`)/g

/** Where a browser test runs; no part of what it says (`e2e/support/tags.ts`). */
const TAGS = /(?: @[\w-]+)+$/

/** With the line where each stands. */
export function titles(source: string): { title: string; line: number }[] {
  return [...source.matchAll(TITLE)].map((match) => ({
    title: (match[1] ?? '').slice(1, -1).replaceAll(/\\(.)/g, '$1').replace(TAGS, ''),
    line: source.slice(0, match.index).split('\n').length,
  }))
}

/** `…` in a quote stands for anything. */
export const isPartOf = (quote: string, title: string) => quote.split('…').every((part) => title.includes(part.trim()))
