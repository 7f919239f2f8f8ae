import { useMutation } from '@tanstack/react-query'
import Bluetooth from 'lucide-react/icons/bluetooth'
import Cable from 'lucide-react/icons/cable'
import Unplug from 'lucide-react/icons/unplug'
import Usb from 'lucide-react/icons/usb'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../../i18n/use-format.ts'
import { Button } from '../../../ui/button.tsx'
import { Segmented } from '../../../ui/segmented.tsx'
import { PaperChoice } from './paper-choice.tsx'
import { BAUD_RATES, type BaudRate, type PrinterWay, waysOf } from './printer-choice.ts'
import { usePrinter } from './printer-provider.tsx'
import styles from './printer-section.module.css'

const WAYS = {
  usb: { words: 'printer.usb', Icon: Usb },
  serial: { words: 'printer.serial', Icon: Cable },
  bluetooth: { words: 'printer.bluetooth', Icon: Bluetooth },
} as const satisfies Record<PrinterWay, { words: string; Icon: typeof Usb }>

type Done = 'chosen' | 'notChosen' | 'tested' | 'testFailed'

/** Paper and receipt printer of this device. What this browser cannot do is not offered. */
export function PrinterSection() {
  const { t } = useTranslation()
  const format = useFormat()
  const { choice, setChoice, link, atWork } = usePrinter()
  const ways = waysOf(navigator)
  const working = useMutation<Done, Error, () => Promise<Done>>({ mutationFn: atWork })
  const { way, printer } = choice

  const choose = (wanted: PrinterWay) => async (): Promise<Done> => {
    const found = await link.choose(wanted, choice)
    if (found === null) return 'notChosen'
    setChoice({ ...choice, way: wanted, printer: found })
    return 'chosen'
  }

  const test = async (): Promise<Done> => {
    if (way === null || printer === null) return 'notChosen'
    const { encodeReceipt } = await import('./printer-bytes.ts')
    const bytes = encodeReceipt({
      rows: [
        { kind: 'text', text: t('printer.testTitle'), look: 'title' },
        { kind: 'rule' },
        { kind: 'pair', left: t('receipt.time'), right: format.dateTime(Date.now()), look: 'plain' },
        { kind: 'pair', left: t('receipt.total'), right: format.rupiah(1_234_567), look: 'large' },
      ],
      paper: choice.paper,
      dialect: printer,
      opensDrawer: choice.opensDrawer,
      picture: null,
    })
    return (await link.print(way, printer, choice, bytes)) === 'printed' ? 'tested' : 'testFailed'
  }

  return (
    <section className={styles.section}>
      <h2>{t('printer.title')}</h2>
      <PaperChoice label={t('receipt.paper')} />
      {ways.length === 0 ? (
        <p className={styles.muted}>{t('printer.none')}</p>
      ) : (
        <>
          <p className={styles.muted}>
            {way === null ? t('printer.intro') : t('printer.current', { way: t(WAYS[way].words) })}
          </p>
          {ways.includes('serial') ? (
            <Segmented<`${BaudRate}`>
              label={t('printer.baudRate')}
              value={`${choice.baudRate}`}
              onChange={(chosen) => setChoice({ ...choice, baudRate: rateOf(chosen) })}
              options={BAUD_RATES.map((rate) => ({ value: `${rate}`, label: String(rate) }))}
            />
          ) : null}
          <div className={styles.buttons}>
            {ways.map((candidate) => {
              const { words, Icon } = WAYS[candidate]
              return (
                <Button
                  key={candidate}
                  icon={<Icon size={20} aria-hidden />}
                  disabled={working.isPending}
                  onClick={() => working.mutate(choose(candidate))}
                >
                  {t(words)}
                </Button>
              )
            })}
          </div>
        </>
      )}
      {way === null ? null : (
        <>
          <label className={styles.check}>
            <input
              type="checkbox"
              checked={choice.opensDrawer}
              onChange={(event) => setChoice({ ...choice, opensDrawer: event.currentTarget.checked })}
            />
            {t('printer.drawer')}
          </label>
          <div className={styles.buttons}>
            <Button disabled={working.isPending} onClick={() => working.mutate(test)}>
              {t('printer.test')}
            </Button>
            <Button
              icon={<Unplug size={20} aria-hidden />}
              onClick={() => setChoice({ ...choice, way: null, printer: null })}
            >
              {t('printer.forget')}
            </Button>
          </div>
        </>
      )}
      <p role="status" className={styles.outcome}>
        {working.isPending
          ? t('receipt.working')
          : working.isError
            ? t('printer.testFailed')
            : working.data
              ? t(`printer.${working.data}`)
              : null}
      </p>
    </section>
  )
}

function rateOf(text: `${BaudRate}`): BaudRate {
  return BAUD_RATES.find((rate) => `${rate}` === text) ?? BAUD_RATES[0]
}
