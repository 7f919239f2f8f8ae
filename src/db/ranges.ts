import type { IntervalTree, IntervalTreeNode } from 'dexie'

/** The ranges of one table or index in a write that Dexie tells, in order of their keys. */
export function rangesOf(tree: IntervalTree | null | undefined): IntervalTreeNode[] {
  return tree && 'from' in tree ? [...rangesOf(tree.l), tree, ...rangesOf(tree.r)] : []
}
