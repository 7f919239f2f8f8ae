/** Bytes of a text in UTF-8. A half of a pair that stands alone counts as two of them, where an encoder writes three. */
export function utf8Length(text: string): number {
  let bytes = text.length
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at)
    const isHalfOfPair = unit >= 0xd800 && unit <= 0xdfff
    if (unit > 0x7f) bytes += unit > 0x7ff && !isHalfOfPair ? 2 : 1
  }
  return bytes
}
