/** The branch's past sales, asked of the server: those that are older than what is kept here, or not kept yet. Times out like every request. */
import { type UseQueryResult, useQuery } from '@tanstack/react-query'
import { PATHS } from '../../../contract/rest.ts'
import { type Transaction, type TransactionQuery, transactionListSchema } from '../../../contract/transactions.ts'
import type { HttpLike } from '../../../sync/ports.ts'
import { readAnswer } from '../../../sync/read-answer.ts'
import { useServices } from '../services.ts'

/** Pause between attempts while the server is out of reach, ms. */
const RETRY_MS = 10_000
/** Interval of the refetch, ms: another counter may undo a sale while it is on the screen. */
const REFRESH_MS = 30_000

/** Rejects with HttpFailure. */
export async function readBranchSales(http: HttpLike, query: TransactionQuery): Promise<Transaction[]> {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') parameters.set(name, String(value))
  }
  return readAnswer(transactionListSchema, await http({ path: `${PATHS.transactions}?${parameters}` })).data
}

/** One sale from the server; null: it has none. Fails while the server is out of reach. With `isWanted` false nothing is asked. */
export function useBranchSale(saleId: string, isWanted = true): UseQueryResult<Transaction | null> {
  const { http } = useServices()
  return useQuery({
    queryKey: ['branch-sale', saleId],
    queryFn: async () => {
      const sales = await readBranchSales(http, { offline_id: saleId, limit: 1 })
      return sales.find(({ offline_id: id }) => id === saleId) ?? null
    },
    enabled: isWanted,
    // Always refetch: the sale may have been undone since.
    staleTime: 0,
    refetchInterval: ({ state }) => (state.status === 'error' ? RETRY_MS : REFRESH_MS),
  })
}
