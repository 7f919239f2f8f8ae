/**
 * What search and cold start are compared with: the catalogue in memory and the rows in sight as plain elements. It comes by one
 * request, is kept nowhere, and a key looks at each product, as the product's own search does.
 */
interface FloorProduct {
  readonly id: number
  readonly name: string
  readonly sku: string
  readonly barcode: string
  readonly category: string
  readonly price: number
  readonly stock: number
}

interface Listed extends FloorProduct {
  readonly haystack: string
}

const ROWS_IN_SIGHT = 20

async function showList(): Promise<void> {
  const grid = document.querySelector('tbody')
  // What the probe knows the product's list by.
  document.querySelector('table')?.setAttribute('role', 'grid')
  const status = document.querySelector('[role="status"]')
  const field = document.querySelector('input')
  const response = await fetch('/catalogue.json')
  const products: readonly FloorProduct[] = await response.json()
  const listed: Listed[] = products
    .map((product) => ({ ...product, haystack: `${product.name}\n${product.sku}\n${product.barcode}`.toLowerCase() }))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.id - b.id))

  const show = () => {
    const words = (field?.value ?? '').toLowerCase().split(/\s+/)
    const found = listed.filter(({ haystack }) => words.every((word) => haystack.includes(word)))
    grid?.replaceChildren(...found.slice(0, ROWS_IN_SIGHT).map(toRow))
    if (status) status.textContent = String(found.length)
  }
  field?.addEventListener('input', show)
  show()
}

function toRow({ id, name, sku, barcode, category, price, stock }: Listed, index: number): HTMLElement {
  const row = document.createElement('tr')
  row.dataset.index = String(index)
  const heading = document.createElement('th')
  heading.textContent = `${name} ${sku} · ${barcode}`
  row.append(heading)
  for (const text of [category, price.toLocaleString('id-ID'), stock > 10 ? 'Aman' : 'Menipis', String(stock)]) {
    const cell = document.createElement('td')
    cell.textContent = text
    row.append(cell)
  }
  row.lastElementChild?.setAttribute('data-testid', `stock-${id}`)
  return row
}

void showList()
