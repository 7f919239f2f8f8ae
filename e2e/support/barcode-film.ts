/** A film for Chromium's pretended camera that shows one EAN-13 barcode. */
const LEFT = [
  '0001101',
  '0011001',
  '0010011',
  '0111101',
  '0100011',
  '0110001',
  '0101111',
  '0111011',
  '0110111',
  '0001011',
]
/** Which of the six digits on the left are written mirrored (G): that is how the first digit is told. */
const FIRST = ['LLLLLL', 'LLGLGG', 'LLGGLG', 'LLGGGL', 'LGLLGG', 'LGGLLG', 'LGGGLL', 'LGLGLG', 'LGLGGL', 'LGGLGL']
const WIDTH = 640
const HEIGHT = 480
const BAR = 5
const FRAMES = 10

/** The digits with the check digit that EAN-13 asks for. */
export function withCheckDigit(twelve: string): string {
  const sum = [...twelve].reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 1 : 3), 0)
  return `${twelve}${(10 - (sum % 10)) % 10}`
}

/** YUV4MPEG2, ten frames. */
export function barcodeFilm(code: string): Buffer {
  const bars = barsOf(code)
  const row = Buffer.alloc(WIDTH, 255)
  const from = Math.floor((WIDTH - bars.length * BAR) / 2)
  ;[...bars].forEach((bar, index) => {
    if (bar === '1') row.fill(0, from + index * BAR, from + (index + 1) * BAR)
  })
  const blank = Buffer.alloc(WIDTH, 255)
  const isInCode = (y: number) => y > HEIGHT / 4 && y < (HEIGHT * 3) / 4
  const picture = Buffer.concat(Array.from({ length: HEIGHT }, (_, y) => (isInCode(y) ? row : blank)))
  const frame = Buffer.concat([Buffer.from('FRAME\n'), picture, Buffer.alloc((WIDTH * HEIGHT) / 2, 128)])
  const head = Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420jpeg\n`)
  return Buffer.concat([head, ...Array.from({ length: FRAMES }, () => frame)])
}

export function barsOf(code: string): string {
  const digits = [...code].map(Number)
  const invert = (bits: string) => [...bits].map((bit) => (bit === '1' ? '0' : '1')).join('')
  const mirror = (bits: string) => [...bits].reverse().join('')
  const order = FIRST[digits[0] ?? 0] ?? ''
  const left = digits.slice(1, 7).map((digit, index) => {
    const bits = LEFT[digit] ?? ''
    return order[index] === 'L' ? bits : mirror(invert(bits))
  })
  const right = digits.slice(7).map((digit) => invert(LEFT[digit] ?? ''))
  return ['101', ...left, '01010', ...right, '101'].join('')
}
