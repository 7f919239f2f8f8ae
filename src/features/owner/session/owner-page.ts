import type { LucideIcon } from 'lucide-react'
import type { ComponentType } from 'preact/compat'

/** One of the owner's pages. They are listed in src/app/owner-pages.tsx, because features do not know each other. */
export interface OwnerPage {
  /** `/owner/…` */
  readonly path: string
  /** Key of the word in the navigation. */
  readonly label: OwnerPageLabel
  readonly Icon: LucideIcon
  readonly Page: ComponentType
}

export type OwnerPageLabel =
  | 'owner.navProducts'
  | 'owner.navReceiving'
  | 'owner.navStocktake'
  | 'owner.navSettings'
  | 'owner.navReports'
  | 'owner.navStaff'
  | 'owner.navDevices'
  | 'owner.navSecurity'
