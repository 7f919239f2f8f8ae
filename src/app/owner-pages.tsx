import type { OwnerPage } from '../features/owner-page.ts'

/** The owner's pages in the order of their navigation; `/owner` opens the first. */
export const OWNER_PAGES: readonly OwnerPage[] = []
