/**
 * Prints what carries `data-print` (see receipt-view.module.css), on a page of the roll's width that is as long as the receipt:
 * a roll has no pages, and a browser that saves it as PDF gets one page. `onPrinted` runs when the browser's print dialog is closed.
 * While a non-blocking dialog is open, the paper is marked as work in progress (rule U1).
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
      // Only now: a change before the dialog closes would be printed too.
      onPrinted?.()
    },
    { once: true },
  )
  window.print()
}

/** Extra page length, mm: text is slightly wider in print than on the screen, so one more line may wrap. */
const SPARE_MM = 6
