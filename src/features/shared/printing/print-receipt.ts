/**
 * Prints what carries `data-print` (see receipt-view.module.css), on a page of the roll's width that is as long as the receipt:
 * a roll has no pages, and a browser that saves it as PDF gets one page. `onPrinted` is called when the browser’s dialog is closed.
 * Where that dialog lets the page go on, the paper is at work until then (rule U1).
 */
export function printReceipt(paper: HTMLElement, widthMm: number, onPrinted?: () => void): void {
  const sheet = new CSSStyleSheet()
  const heightMm = Math.ceil((paper.offsetHeight / paper.offsetWidth) * widthMm) + SPARE_MM
  sheet.replaceSync(`@page { size: ${widthMm}mm ${heightMm}mm; margin: 0 }`)
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]
  paper.setAttribute('data-at-work', '')
  window.addEventListener(
    'afterprint',
    () => {
      paper.removeAttribute('data-at-work')
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== sheet)
      // Not before: what changes on the paper now would be printed too.
      onPrinted?.()
    },
    { once: true },
  )
  window.print()
}

/** Fonts are set a little wider on paper than on the screen: room for a line that breaks there. */
const SPARE_MM = 6
