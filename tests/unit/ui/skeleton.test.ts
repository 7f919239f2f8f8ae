import { createElement } from 'preact/compat'
import { renderToStaticMarkup } from 'preact-render-to-string'
import { expect, it } from 'vitest'
import { Skeleton } from '../../../src/ui/skeleton.tsx'

/** What a screen reader is given. */
const heard = (markup: string) => markup.replace(/<span[^>]*aria-hidden[^>]*><\/span>/g, '').replace(/<[^>]*>/g, '')

it('is silent, but for the label that a heading would be empty without', () => {
  expect(heard(renderToStaticMarkup(createElement(Skeleton, { width: '4rem' })))).toBe('')
  expect(heard(renderToStaticMarkup(createElement(Skeleton, { width: '4rem', label: 'Memuat…' })))).toBe('Memuat…')
})
