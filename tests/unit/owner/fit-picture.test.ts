import { describe, expect, it } from 'vitest'
import { fitPicture } from '../../../src/features/owner/shop/fit-picture.ts'

const url = (type: string, length: number) => `data:${type};base64,${'A'.repeat(length)}`

describe('a picture for the settings', () => {
  it('is the largest that fits, without loss where that fits', () => {
    const asked: string[] = []
    const fitted = fitPicture(
      (side, type) => {
        asked.push(`${side} ${type}`)
        return url(type, type === 'image/png' ? side * side : side * 50)
      },
      1000,
      30_000,
    )
    expect(fitted?.startsWith('data:image/webp')).toBe(true)
    expect(asked.slice(0, 5)).toEqual([
      '720 image/png',
      '720 image/webp',
      '720 image/jpeg',
      '560 image/png',
      '560 image/webp',
    ])
    expect(fitted?.length).toBeLessThanOrEqual(30_000)
  })

  it('is never made larger than it is', () => {
    const sides: number[] = []
    fitPicture(
      (side) => {
        sides.push(side)
        return url('image/png', 99_999)
      },
      300,
      1000,
    )
    expect(Math.max(...sides)).toBe(300)
  })

  it('is none when it fits at no size, or the browser writes something else', () => {
    expect(fitPicture((_side, type) => url(type, 99_999), 500, 1000)).toBeNull()
    expect(fitPicture(() => 'data:,', 500, 1000)).toBeNull()
  })
})
