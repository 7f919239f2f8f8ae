/**
 * The demo shop's goods: what a neighbourhood grocery in Indonesia sells, with prices in rupiah as of 2025. Data only; ids,
 * barcodes and stock come from make-demo-products.ts.
 */
import { drinks } from './goods/drinks.ts'
import { fresh } from './goods/fresh.ts'
import { household } from './goods/household.ts'
import { pantry } from './goods/pantry.ts'
import type { CatalogueSection } from './goods/section.ts'
import { treats } from './goods/treats.ts'

/** In this order: ids are given by it. */
export const catalogue: readonly CatalogueSection[] = [...drinks, ...pantry, ...treats, ...household, ...fresh]
