import { useMutation } from '@tanstack/react-query'
import type { TFunction } from 'i18next'
import ArrowLeft from 'lucide-react/icons/arrow-left'
import FileUp from 'lucide-react/icons/file-up'
import Upload from 'lucide-react/icons/upload'
import { useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import * as v from 'valibot'
import { type ImportChange, type ImportOutcome, OWNER_PATHS, ownerImportAnswerSchema } from '../../../contract/owner.ts'
import { IDEMPOTENCY_HEADER } from '../../../contract/rest.ts'
import { decodeText } from '../../../domain/decode-text.ts'
import { useFormat } from '../../../i18n/use-format.ts'
import { HttpFailure } from '../../../sync/errors.ts'
import { Button } from '../../../ui/button.tsx'
import { FileButton } from '../../../ui/file-button.tsx'
import { Notice } from '../notice.tsx'
import styles from '../owner-page.module.css'
import { notSaved } from '../session/failure-words.ts'
import { useOwnerSession } from '../session/owner-session.ts'

const IMPORT_TIMEOUT_MS = 120_000
const PROBLEMS_SHOWN = 200

/** A catalogue from a file: first what it would change, then the change. */
export function ImportPanel({ onClose }: { onClose(): void }) {
  const { t, i18n } = useTranslation()
  const { ownerHttp } = useOwnerSession()
  const [file, setFile] = useState<ChosenFile | null>(null)

  /** `requestId`: the same file again, after an answer that got lost, is the same import. */
  const send = async (csv: string, dryRun: boolean, requestId?: string): Promise<ImportOutcome> => {
    const language = i18n.language === 'en' ? 'en' : 'id'
    const answer = await ownerHttp({
      method: 'POST',
      path: OWNER_PATHS.productImport,
      body: { csv, dry_run: dryRun, language },
      timeoutMs: IMPORT_TIMEOUT_MS,
      ...(requestId === undefined ? {} : { headers: { [IDEMPOTENCY_HEADER]: requestId } }),
    })
    return v.parse(ownerImportAnswerSchema, answer.body).data
  }
  const importing = useMutation({ mutationFn: ({ csv, requestId }: ChosenFile) => send(csv, false, requestId) })
  const looking = useMutation({
    mutationFn: async (chosen: File) => {
      const csv = decodeText(new Uint8Array(await chosen.arrayBuffer()))
      setFile({ name: chosen.name, csv, requestId: crypto.randomUUID() })
      return await send(csv, true)
    },
    onMutate: () => {
      setFile(null)
      importing.reset()
    },
  })
  const plan = looking.data
  const done = importing.data
  const isReady = plan !== undefined && plan.problems.length === 0 && plan.created + plan.updated > 0 && !done
  return (
    <div className={styles.form}>
      <div className={styles.line}>
        <Button kind="quiet" icon={<ArrowLeft size={20} aria-hidden />} onClick={onClose}>
          {t('ownerProducts.backToList')}
        </Button>
      </div>
      <h1>{t('ownerProducts.importTitle')}</h1>
      <p className={styles.muted}>{t('ownerProducts.importText')}</p>
      <FileButton
        label={t('ownerProducts.chooseFile')}
        icon={<FileUp size={20} aria-hidden />}
        accept=".csv,text/csv,text/plain"
        disabled={looking.isPending || importing.isPending}
        onFile={(chosen) => looking.mutate(chosen)}
      />
      {looking.isPending ? <p role="status">{t('ownerProducts.looking')}</p> : null}
      {importing.error ? (
        <Notice tone="bad">
          {isUnsure(importing.error) ? t('ownerProducts.importUnsure') : importProblem(importing.error, t)}
        </Notice>
      ) : looking.error ? (
        <Notice tone="bad">{importProblem(looking.error, t)}</Notice>
      ) : null}
      {importing.isPending ? <p role="status">{t('ownerProducts.importingText')}</p> : null}
      {done ? (
        <Notice tone="good">
          {t('ownerProducts.imported', { created: done.created, updated: done.updated, unchanged: done.unchanged })}
        </Notice>
      ) : plan && file ? (
        <>
          <Plan plan={plan} fileName={file.name} />
          {isReady ? (
            <div className={styles.line}>
              <Button
                kind="primary"
                icon={<Upload size={20} aria-hidden />}
                disabled={importing.isPending}
                onClick={() => importing.mutate(file)}
              >
                {importing.isPending ? t('ownerProducts.importing') : t('ownerProducts.importNow')}
              </Button>
            </div>
          ) : null}
        </>
      ) : null}
    </div>
  )
}

interface ChosenFile {
  readonly name: string
  readonly csv: string
  readonly requestId: string
}

function importProblem(error: Error, t: TFunction): string {
  const isBusy = error instanceof HttpFailure && error.kind === 'conflict'
  return isBusy ? t('ownerProducts.importBusy') : notSaved(error, t)
}

/** The server may have begun all the same: only the same request tells. */
function isUnsure(error: Error): boolean {
  if (!(error instanceof HttpFailure)) return true
  return error.kind === null || error.kind === 'unavailable' || error.kind === 'internal'
}

function Plan({ plan, fileName }: { plan: ImportOutcome; fileName: string }) {
  const { t } = useTranslation()
  const { created, updated, unchanged, problems, changes } = plan
  if (problems.length > 0) {
    return (
      <section className={styles.section}>
        <Notice tone="bad">{t('ownerProducts.problems', { count: problems.length, file: fileName })}</Notice>
        <ol className={styles.section} aria-label={t('ownerProducts.problemList')}>
          {problems.slice(0, PROBLEMS_SHOWN).map(({ line, reason }) => (
            <li key={`${line} ${reason}`}>{t('ownerProducts.problem', { line, reason })}</li>
          ))}
        </ol>
      </section>
    )
  }
  return (
    <section className={styles.section}>
      <p role="status">
        <strong>{t('ownerProducts.plan', { created, updated, unchanged, file: fileName })}</strong>
      </p>
      {changes.length > 0 ? (
        <table className={styles.table}>
          <caption>
            {changes.length < created + updated
              ? t('ownerProducts.firstChanges', { count: changes.length })
              : t('ownerProducts.allChanges')}
          </caption>
          <thead>
            <tr>
              <th scope="col">{t('ownerProducts.fileLine')}</th>
              <th scope="col">{t('ownerProducts.name')}</th>
              <th scope="col">{t('ownerProducts.change')}</th>
            </tr>
          </thead>
          <tbody>
            {changes.map((change) => (
              <tr key={change.line}>
                <td>{change.line}</td>
                <td>{change.name}</td>
                <td>
                  <Change change={change} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
    </section>
  )
}

const FIELD_WORDS = {
  name: 'ownerProducts.name',
  sku: 'detail.sku',
  barcode: 'ownerProducts.barcode',
  category: 'ownerProducts.category',
  price: 'ownerProducts.price',
  unit: 'ownerProducts.unit',
  active: 'ownerProducts.sold',
  stock: 'ownerProducts.firstStock',
} as const

function Change({ change }: { change: ImportChange }) {
  const { t } = useTranslation()
  const format = useFormat()
  const show = (field: string, value: unknown): string => {
    if (value === null || value === undefined) return t('app.none')
    if (field === 'price' && typeof value === 'number') return format.rupiah(value)
    if (typeof value === 'number') return format.quantity(value)
    if (typeof value === 'boolean') return value ? t('ownerProducts.yes') : t('ownerProducts.no')
    return String(value)
  }
  const parts = Object.entries(change.after).filter(
    ([field]) => isField(field) && !(change.kind === 'create' && field === 'name'),
  )
  return (
    <>
      {change.kind === 'create' ? <strong>{t('ownerProducts.newProduct')} </strong> : null}
      {parts.map(([field, value]) => (
        <div key={field}>
          {isField(field) ? t(FIELD_WORDS[field]) : field}:{' '}
          {change.kind === 'update' ? `${show(field, change.before[field])} → ` : ''}
          {show(field, value)}
        </div>
      ))}
    </>
  )
}

function isField(field: string): field is keyof typeof FIELD_WORDS {
  return Object.hasOwn(FIELD_WORDS, field)
}
