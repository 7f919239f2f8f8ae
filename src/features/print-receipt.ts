/**
 * Prints what carries `data-print` (see receipt-view.module.css), on a page of the roll's width that is as long as the receipt:
 * a roll has no pages, and a browser that saves it as PDF gets one page.
 */
export function printReceipt(paper: HTMLElement, widthMm: number, page: Window & typeof globalThis = window): void {
  const sheet = new page.CSSStyleSheet()
  const heightMm = Math.ceil((paper.offsetHeight / paper.offsetWidth) * widthMm) + SPARE_MM
  sheet.replaceSync(`@page { size: ${widthMm}mm ${heightMm}mm; margin: 0 }`)
  const { document } = page
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]
  page.addEventListener(
    'afterprint',
    () => {
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== sheet)
    },
    { once: true },
  )
  page.print()
}

/** Fonts are set a little wider on paper than on the screen: room for a line that breaks there. */
const SPARE_MM = 6
