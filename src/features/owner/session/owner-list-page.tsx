import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'preact/compat'
import { OwnerAnswer } from './owner-answer.tsx'
import list from './owner-list.module.css'

interface OwnerListPageProps<Row> {
  title: string
  text: string
  /** Beside the title. */
  action?: ReactNode
  /** What was done last, for everybody to read. */
  said?: string
  query: UseQueryResult<{ data: Row[] }>
  /** In the list's place when there is nothing in it. */
  empty?: ReactNode
  row(row: Row): ReactNode
  /** In which order the rows stand; the server's without it. */
  order?: (a: Row, b: Row) => number
  /** Dialogs. */
  children?: ReactNode
}

/** A page of the owner that is one list of the server's. */
export function OwnerListPage<Row>(props: OwnerListPageProps<Row>) {
  const { title, text, action, said, query, empty, row, order, children } = props
  return (
    <div className={list.screen}>
      <header className={list.head}>
        <div>
          <h1>{title}</h1>
          <p className={list.muted}>{text}</p>
        </div>
        {action}
      </header>
      {said === undefined ? null : (
        <p role="status" className={list.said}>
          {said}
        </p>
      )}
      <OwnerAnswer query={query}>
        {({ data }) =>
          data.length === 0 ? (
            empty
          ) : (
            <ul className={list.list}>{(order ? data.toSorted(order) : data).map((one) => row(one))}</ul>
          )
        }
      </OwnerAnswer>
      {children}
    </div>
  )
}
