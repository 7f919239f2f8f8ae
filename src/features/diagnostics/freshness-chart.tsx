import { useCallback, useMemo } from 'preact/compat'
import uPlot from 'uplot'
import { useFormat } from '../../i18n/use-format.ts'
import { CanvasChart, type ChartLook } from '../shared/canvas-chart.tsx'
import { clockOf, type Slot } from './live-share.ts'

const LATENCY_HEIGHT = 150
const CONNECTION_HEIGHT = 72
/** Both have the same, so that the same time stands at the same place. */
const AXIS_WIDTH = 56
const RIGHT = 24
const TIME_HEIGHT = 28
/** Height of a bar, of 1: the states differ in form, not only in colour, and a cut of a second is seen. */
const LIVE_BAR = 0.4
const AWAY_BAR = 1

interface FreshnessChartProps {
  slots: readonly Slot[]
  latencyLabel: string
  connectionLabel: string
}

/** Latency above connection, over the same time. The same numbers stand in a table beside it. Loaded when it is first shown. */
export function FreshnessChart({ slots, latencyLabel, connectionLabel }: FreshnessChartProps) {
  const format = useFormat()
  const times = useMemo(() => slots.map(({ from }) => from / 1000), [slots])
  const latencies = useMemo(
    (): uPlot.AlignedData => [
      times,
      slots.map(({ latencyMax }) => latencyMax),
      slots.map(({ latencyP50 }) => latencyP50),
    ],
    [times, slots],
  )
  const connection = useMemo(
    (): uPlot.AlignedData => [
      times,
      slots.map((slot) => (slot.open > 0 && !wasAway(slot) ? LIVE_BAR : null)),
      slots.map((slot) => (wasAway(slot) ? AWAY_BAR : null)),
    ],
    [times, slots],
  )
  const latencyOptions = useCallback((look: ChartLook) => drawLatency(look, (ms) => format.quantity(ms)), [format])
  const hasLatency = slots.some(({ latencyP50 }) => latencyP50 !== null)
  return (
    <>
      {hasLatency ? (
        <CanvasChart label={latencyLabel} height={LATENCY_HEIGHT} data={latencies} options={latencyOptions} />
      ) : null}
      <CanvasChart label={connectionLabel} height={CONNECTION_HEIGHT} data={connection} options={drawConnection} />
    </>
  )
}

function wasAway({ open, live }: Slot): boolean {
  return open > live
}

function drawLatency({ colour, axis }: ChartLook, amount: (ms: number) => string) {
  return {
    padding: [8, RIGHT, 8, 0],
    scales: { y: { range: (_chart, _low, high) => [0, high > 0 ? high * 1.1 : 1] } },
    axes: [
      { show: false },
      {
        ...axis,
        size: AXIS_WIDTH,
        grid: { stroke: colour('--hairline'), width: 1 },
        values: (_chart, values) => values.map(amount),
      },
    ],
    series: [
      {},
      { stroke: colour('--ink-muted'), width: 1, dash: [4, 4], points: { size: 4, fill: colour('--ink-muted') } },
      { stroke: colour('--brand'), width: 2, points: { size: 6, fill: colour('--brand') } },
    ],
  } satisfies Omit<uPlot.Options, 'width' | 'height'>
}

function drawConnection({ colour, axis }: ChartLook) {
  const bars = uPlot.paths.bars ? { paths: uPlot.paths.bars({ size: [1, Number.POSITIVE_INFINITY], align: 1 }) } : {}
  return {
    padding: [4, RIGHT, 0, 0],
    scales: { y: { range: [0, 1] } },
    axes: [
      {
        ...axis,
        size: TIME_HEIGHT,
        grid: { show: false },
        space: 56,
        values: (_chart, values) => values.map((seconds) => clockOf(seconds * 1000)),
      },
      { ...axis, size: AXIS_WIDTH, grid: { show: false }, values: (_chart, values) => values.map(() => '') },
    ],
    series: [
      {},
      { fill: colour('--live'), width: 0, points: { show: false }, ...bars },
      { fill: colour('--amber'), width: 0, points: { show: false }, ...bars },
    ],
  } satisfies Omit<uPlot.Options, 'width' | 'height'>
}
