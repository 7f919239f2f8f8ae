import { useCallback, useMemo } from 'preact/compat'
import uPlot from 'uplot'
import { CanvasChart, type ChartLook } from '../../shared/canvas-chart.tsx'
import type { Bar } from './report-view.ts'
import styles from './reports.module.css'

const HEIGHT = 240
const AXIS_WIDTH = 64
const BAR_SHARE = 0.66
const MAX_BAR = 44

interface TakingsChartProps {
  label: string
  bars: readonly Bar[]
  /** A slot below its bar: `08`, `22 Nov`. */
  slotName: (slot: string) => string
  /** An amount at the left, short: `1,5 jt`. */
  amount: (rupiah: number) => string
}

/** Takings as bars. The same numbers stand in a table beside it. Loaded when it is first shown. */
export function TakingsChart({ label, bars, slotName, amount }: TakingsChartProps) {
  const data = useMemo((): uPlot.AlignedData => [bars.map((_, at) => at), bars.map(({ sales }) => sales)], [bars])
  const options = useCallback((look: ChartLook) => drawBars(look, { bars, slotName, amount }), [bars, slotName, amount])
  return <CanvasChart className={styles.chart} label={label} height={HEIGHT} data={data} options={options} />
}

function drawBars({ colour, axis }: ChartLook, { bars, slotName, amount }: Omit<TakingsChartProps, 'label'>) {
  return {
    padding: [12, 8, 0, 0],
    scales: {
      x: { time: false, range: [-0.6, bars.length - 0.4] },
      y: { range: (_chart, _low, high) => [0, high > 0 ? high * 1.05 : 1] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        space: 48,
        incrs: [1, 2, 3, 4, 7, 14, 30, 60],
        values: (_chart, at) => at.map((place) => slotName(bars[place]?.slot ?? '')),
      },
      {
        ...axis,
        size: AXIS_WIDTH,
        grid: { stroke: colour('--hairline'), width: 1 },
        values: (_chart, sums) => sums.map(amount),
      },
    ],
    series: [
      {},
      {
        fill: colour('--brand'),
        width: 0,
        points: { show: false },
        ...(uPlot.paths.bars ? { paths: uPlot.paths.bars({ size: [BAR_SHARE, MAX_BAR], radius: 0.15 }) } : {}),
      },
    ],
  } satisfies Omit<uPlot.Options, 'width' | 'height'>
}
