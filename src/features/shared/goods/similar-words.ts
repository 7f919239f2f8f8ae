/** Search that forgives a slip of the finger, for when nothing is spelled as it was typed. */
import uFuzzy from '@leeoniya/ufuzzy'

/** Shorter words are too near to too many others, and a code with a wrong digit is another product's. */
const FORGIVEN = /^[a-z]{5,}$/
/** One letter too many, too few, another one, or two in the wrong order, also at the beginning of a word. */
const ONE_EDIT: uFuzzy.Options['intraRules'] = () => ({
  intraSlice: [0, Number.POSITIVE_INFINITY],
  intraIns: 1,
  intraSub: 1,
  intraTrn: 1,
  intraDel: 1,
})
// Words are compared from where they begin: in the middle of one nearly everything is one edit away.
const fuzzy = new uFuzzy({ intraMode: 1, interLft: 2, intraRules: ONE_EDIT })

/**
 * Where each word is found, one of five letters or more also with one edit; all other words as they are, anywhere.
 * @param texts folded (`foldText`)
 * @param words folded (`searchWords`)
 * @returns indices into `texts`, ascending; none when no word can be forgiven anything
 */
export function findSimilar(texts: string[], words: readonly string[]): readonly number[] {
  if (!words.some((word) => FORGIVEN.test(word))) return []
  const asTyped = words.filter((word) => !FORGIVEN.test(word))
  let found = [...texts.keys()].filter((index) => asTyped.every((word) => texts[index]?.includes(word)))
  for (const word of words) {
    if (FORGIVEN.test(word)) found = fuzzy.filter(texts, word, found) ?? []
  }
  return found
}
