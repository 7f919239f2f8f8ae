import { useMutation } from '@tanstack/react-query'
import Save from 'lucide-react/icons/save'
import { type FormEvent, useId, useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import * as v from 'valibot'
import { settingsAnswerSchema } from '../../../contract/pages.ts'
import type { Settings } from '../../../contract/records/settings.ts'
import { PATHS } from '../../../contract/rest.ts'
import { PAYMENT_METHODS, type PaymentMethod } from '../../../contract/sales.ts'
import { parseShopSettings, type ShopSettingKey, type ShopSettings } from '../../../contract/settings.ts'
import { useFormat } from '../../../i18n/use-format.ts'
import { Button } from '../../../ui/button.tsx'
import { Segmented } from '../../../ui/segmented.tsx'
import { TextField } from '../../../ui/text-field.tsx'
import { methodName } from '../../shared/sales/payment-method.ts'
import { useServices } from '../../shared/services.ts'
import { Notice } from '../notice.tsx'
import styles from '../owner-page.module.css'
import { notSaved } from '../session/failure-words.ts'
import { useOwnerSession } from '../session/owner-session.ts'
import { PictureField } from './picture-field.tsx'
import { isSame, isStored, type ShopFields, toFields, toSettings } from './shop-fields.ts'
import textArea from './text-area.module.css'

const ROUNDINGS = ['1', '50', '100', '500', '1000'] as const

/** All of the shop's settings. What this version does not know of is sent back as it came. */
export function ShopForm({ stored }: { stored: Settings }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { ownerHttp } = useOwnerSession()
  const { status } = useServices()
  const [base, setBase] = useState(stored)
  const [fields, setFields] = useState<ShopFields>(() => toFields(parseShopSettings(stored.values)))
  const [wrong, setWrong] = useState<readonly ShopSettingKey[]>([])
  const set =
    <K extends keyof ShopFields>(key: K) =>
    (value: ShopFields[K]) =>
      setFields((current) => ({ ...current, [key]: value }))

  const saving = useMutation({
    mutationFn: async (settings: ShopSettings): Promise<'saved' | 'outdone'> => {
      const values = { ...base.values, ...settings }
      // The last write wins: by the server's clock, and in any case after what this was made from.
      const now = Math.max(Date.now() + status.get().clockSkewMs, Date.parse(base.updated_at) + 1)
      const body = { values, updated_at: new Date(now).toISOString() }
      const answer = await ownerHttp({ method: 'PUT', path: PATHS.settings, body })
      const { data } = v.parse(settingsAnswerSchema, answer.body)
      setBase(data)
      return isSame(parseShopSettings(data.values), settings) ? 'saved' : 'outdone'
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const settings = toSettings(fields)
    setWrong('wrong' in settings ? settings.wrong : [])
    if (!('wrong' in settings)) saving.mutate(settings)
  }
  const isKept = isStored(fields, parseShopSettings(base.values))
  const errorOf = (key: ShopSettingKey, words: string) => (wrong.includes(key) ? words : null)
  const toggle = (method: PaymentMethod, isOn: boolean) => {
    const chosen = new Set<PaymentMethod>(fields.payment_methods)
    if (isOn) chosen.add(method)
    else chosen.delete(method)
    set('payment_methods')(PAYMENT_METHODS.filter((each) => chosen.has(each)))
  }

  return (
    <form
      className={styles.form}
      data-at-work={!isKept || undefined}
      data-at-rest={isKept || undefined}
      onSubmit={submit}
      noValidate
    >
      <h1>{t('ownerSettings.title')}</h1>
      <p className={styles.muted}>{t('ownerSettings.text')}</p>
      <section className={styles.section}>
        <h2>{t('ownerSettings.shop')}</h2>
        <div className={styles.pair}>
          <TextField
            label={t('ownerSettings.shopName')}
            hint={t('ownerSettings.shopNameHint')}
            maxLength={100}
            value={fields.shop_name}
            onValue={set('shop_name')}
          />
          <TextField
            label={t('ownerSettings.taxNumber')}
            maxLength={50}
            value={fields.tax_number}
            onValue={set('tax_number')}
          />
        </div>
        <TextArea label={t('ownerSettings.address')} maxLength={300} value={fields.address} onValue={set('address')} />
      </section>
      <section className={styles.section}>
        <h2>{t('ownerSettings.receipt')}</h2>
        <div className={styles.pair}>
          <TextArea
            label={t('ownerSettings.header')}
            maxLength={300}
            value={fields.receipt_header}
            onValue={set('receipt_header')}
          />
          <TextArea
            label={t('ownerSettings.footer')}
            maxLength={300}
            value={fields.receipt_footer}
            onValue={set('receipt_footer')}
          />
        </div>
        <PictureField
          label={t('ownerSettings.logo')}
          hint={t('ownerSettings.logoHint')}
          value={fields.receipt_logo}
          onValue={set('receipt_logo')}
        />
      </section>
      <section className={styles.section}>
        <h2>{t('ownerSettings.tax')}</h2>
        <div className={styles.pair}>
          <TextField
            label={t('ownerSettings.taxRate')}
            hint={t('ownerSettings.taxRateHint')}
            inputMode="decimal"
            value={fields.tax_rate}
            onValue={set('tax_rate')}
            error={errorOf('tax_rate_bp', t('ownerSettings.percentWrong'))}
          />
          <label className={styles.check}>
            <input
              type="checkbox"
              checked={fields.tax_included}
              onChange={(event) => set('tax_included')(event.currentTarget.checked)}
            />
            <span>{t('ownerSettings.taxIncluded')}</span>
          </label>
        </div>
        <Segmented
          label={t('ownerSettings.rounding')}
          value={String(fields.cash_rounding)}
          onChange={(value) => set('cash_rounding')(roundingOf(value))}
          options={ROUNDINGS.map((value) => ({
            value,
            label: value === '1' ? t('ownerSettings.noRounding') : format.rupiah(Number(value)),
          }))}
        />
        {fields.cash_rounding === 1 ? null : (
          <Segmented
            label={t('ownerSettings.roundingMode')}
            value={fields.cash_rounding_mode}
            onChange={set('cash_rounding_mode')}
            options={[
              { value: 'nearest', label: t('ownerSettings.nearest') },
              { value: 'down', label: t('ownerSettings.down') },
              { value: 'up', label: t('ownerSettings.up') },
            ]}
          />
        )}
      </section>
      <section className={styles.section}>
        <h2>{t('ownerSettings.payment')}</h2>
        <fieldset className={styles.group}>
          <legend>{t('ownerSettings.methods')}</legend>
          <div className={styles.line}>
            {PAYMENT_METHODS.map((method) => (
              <label key={method} className={styles.check}>
                <input
                  type="checkbox"
                  checked={fields.payment_methods.includes(method)}
                  onChange={(event) => toggle(method, event.currentTarget.checked)}
                />
                <span>{methodName(method, t)}</span>
              </label>
            ))}
          </div>
          {wrong.includes('payment_methods') ? <Notice tone="bad">{t('ownerSettings.noMethod')}</Notice> : null}
        </fieldset>
        <PictureField
          label={t('ownerSettings.qris')}
          hint={t('ownerSettings.qrisHint')}
          value={fields.qris_picture}
          onValue={set('qris_picture')}
        />
      </section>
      <section className={styles.section}>
        <h2>{t('ownerSettings.limits')}</h2>
        <div className={styles.pair}>
          <TextField
            label={t('ownerSettings.discountLimit')}
            hint={t('ownerSettings.discountLimitHint')}
            inputMode="decimal"
            value={fields.discount_limit}
            onValue={set('discount_limit')}
            error={errorOf('discount_limit_bp', t('ownerSettings.percentWrong'))}
          />
          <TextField
            label={t('ownerSettings.lockAfter')}
            hint={t('ownerSettings.lockAfterHint')}
            inputMode="decimal"
            value={fields.lock_after}
            onValue={set('lock_after')}
            error={errorOf('lock_after_s', t('ownerSettings.lockWrong'))}
          />
          <TextField
            label={t('ownerSettings.lowStock')}
            hint={t('ownerSettings.lowStockHint')}
            inputMode="numeric"
            value={fields.low_stock}
            onValue={set('low_stock')}
            error={errorOf('low_stock', t('ownerSettings.lowStockWrong'))}
          />
        </div>
      </section>
      <div className={styles.saveBar}>
        {wrong.length > 0 ? <Notice tone="bad">{t('ownerSettings.wrong')}</Notice> : null}
        {saving.isError ? <Notice tone="bad">{notSaved(saving.error, t)}</Notice> : null}
        {saving.data === 'saved' ? <Notice tone="good">{t('ownerSettings.saved')}</Notice> : null}
        {saving.data === 'outdone' ? <Notice tone="bad">{t('ownerSettings.outdone')}</Notice> : null}
        <Button kind="primary" type="submit" icon={<Save size={20} aria-hidden />} disabled={saving.isPending}>
          {saving.isPending ? t('ownerProducts.saving') : t('ownerSettings.save')}
        </Button>
      </div>
    </form>
  )
}

function roundingOf(value: string): ShopSettings['cash_rounding'] {
  return parseShopSettings({ cash_rounding: Number(value) }).cash_rounding
}

interface TextAreaProps {
  label: string
  hint?: string
  maxLength: number
  value: string
  onValue(value: string): void
}

/** A few lines of text. */
function TextArea({ label, hint, maxLength, value, onValue }: TextAreaProps) {
  const id = useId()
  return (
    <div className={textArea.field}>
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        rows={3}
        maxLength={maxLength}
        value={value}
        aria-describedby={hint ? `${id}-note` : undefined}
        onChange={(event) => onValue(event.currentTarget.value)}
      />
      {hint ? <p id={`${id}-note`}>{hint}</p> : null}
    </div>
  )
}
