/**
 * Gives the catalogue ids, SKUs, barcodes and stock. Pure and without chance: the same shop every time, so that documents and
 * tests can name a product. Product 1386 with inventory 6486 is the specification's sample.
 */
import { addQuantities, fromThousandths } from '../../src/domain/quantity.ts'
import { catalogue } from './catalogue.ts'
import type { CatalogueSection } from './goods/section.ts'

export interface DemoInventory {
  readonly id: number
  readonly place: string
  readonly quantity: number
}

export interface DemoProduct {
  readonly id: number
  readonly name: string
  readonly sku: string
  readonly barcode: string | null
  readonly category: string
  readonly price: number
  readonly unit: string
  /** The sum of its inventory. */
  readonly stock: number
  readonly inventory: readonly DemoInventory[]
}

/** The specification's product and its only storage place. */
const SAMPLE = { id: 1386, name: 'Chicken Breast sadia 2 kg', stock: 100 } as const
const INVENTORY_OFFSET = 5_100
const STORE_ROOM_OFFSET = 10_100
const SECOND_BRANCH_FIRST_ID = 2_001
const SECOND_BRANCH_SHARE = 2

const SHOP = 'Toko'
const STORE_ROOM = 'Gudang'

interface CatalogueLine {
  readonly section: CatalogueSection
  readonly name: string
  readonly price: number
  readonly unit: string
  /** Position in the whole catalogue. */
  readonly index: number
  readonly sku: string
}

/** The first branch sells everything. */
export function makeFirstBranchProducts(): readonly DemoProduct[] {
  const lines = catalogueLines()
  const sampleIndex = lines.findIndex(({ name }) => name === SAMPLE.name)
  return lines.map((line) => makeProduct(line, SAMPLE.id - sampleIndex + line.index, 1))
}

/** The second, a smaller one, sells every other product, with the same barcodes and a stock of its own. */
export function makeSecondBranchProducts(): readonly DemoProduct[] {
  const lines = catalogueLines().filter(({ index }) => index % SECOND_BRANCH_SHARE === 0)
  return lines.map((line, position) => makeProduct(line, SECOND_BRANCH_FIRST_ID + position, 2))
}

/** The check digit that belongs behind the first twelve digits of an EAN-13. */
export function ean13CheckDigit(digits: string): number {
  const sum = [...digits].reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 1 : 3), 0)
  return (10 - (sum % 10)) % 10
}

function catalogueLines(): readonly CatalogueLine[] {
  return catalogue
    .flatMap((section) =>
      section.items.map(([name, price, unit = section.unit], position) => ({
        section,
        name,
        price,
        unit,
        sku: `${section.code}-${String(position + 1).padStart(4, '0')}`,
      })),
    )
    .map((line, index) => ({ ...line, index }))
}

function makeProduct(line: CatalogueLine, id: number, branch: number): DemoProduct {
  const { section, name, price, unit, sku, index } = line
  const inventory = makeInventory(line, id, branch)
  return {
    id,
    name,
    sku,
    barcode: section.weighed ? null : makeBarcode(index),
    category: section.category,
    price,
    unit,
    stock: addQuantities(...inventory.map(({ quantity }) => quantity)),
    inventory,
  }
}

/** 899 is Indonesia; then a maker's number, and a product's that is different for each. */
function makeBarcode(index: number): string {
  const digits = `899${String(100_000 + ((index * 7_919) % 900_000))}${String(index).padStart(3, '0')}`
  return digits + ean13CheckDigit(digits)
}

function makeInventory(line: CatalogueLine, id: number, branch: number): readonly DemoInventory[] {
  if (id === SAMPLE.id) return [{ id: id + INVENTORY_OFFSET, place: SHOP, quantity: SAMPLE.stock }]
  const draw = createDraw(line.index * 2 + branch)
  const fate = draw(100)
  const shop = { id: id + INVENTORY_OFFSET, place: SHOP }
  const storeRoom = { id: id + STORE_ROOM_OFFSET, place: STORE_ROOM }
  // Sold out, then nearly so: what the screen has to make visible.
  if (fate < 3) return [{ ...shop, quantity: 0 }]
  if (line.section.weighed) {
    return [{ ...shop, quantity: fromThousandths(fate < 10 ? 350 + draw(90) * 50 : 5_000 + draw(600) * 50) }]
  }
  if (fate < 10) return [{ ...shop, quantity: 1 + draw(5) }]
  const dozens = line.price > 50_000 ? 2 : 6
  const onShelf = { ...shop, quantity: 6 + draw(dozens * 8) }
  return fate < 30 ? [onShelf] : [onShelf, { ...storeRoom, quantity: (1 + draw(dozens * 2)) * 12 }]
}

/** Whole numbers below a bound, the same ones for the same seed (mulberry32). */
function createDraw(seed: number): (below: number) => number {
  let state = Math.imul(seed + 1, 0x9e3779b1)
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}
