import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
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

/** Takings as bars. A picture only: the same numbers stand in a table beside it. Loaded when it is first shown. */
export function TakingsChart({ label, bars, slotName, amount }: TakingsChartProps) {
  const frame = useRef<HTMLDivElement>(null)

  // uPlot paints on a canvas of its own, which knows neither React nor CSS: it is made anew for other numbers and another
  // theme, and told its width.
  useEffect(() => {
    const element = frame.current
    if (!element) return
    const paint = () => createChart(element, { bars, slotName, amount })
    let chart = paint()
    const themes = new MutationObserver(() => {
      chart.destroy()
      chart = paint()
    })
    themes.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
    const sizes = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: HEIGHT }))
    sizes.observe(element)
    return () => {
      themes.disconnect()
      sizes.disconnect()
      chart.destroy()
    }
  }, [bars, slotName, amount])

  return <div ref={frame} className={styles.chart} role="img" aria-label={label} />
}

function createChart(element: HTMLElement, { bars, slotName, amount }: Omit<TakingsChartProps, 'label'>): uPlot {
  const css = getComputedStyle(document.documentElement)
  const colour = (name: string) => css.getPropertyValue(name).trim()
  const font = `14px ${colour('--font')}`
  const axis: uPlot.Axis = { stroke: colour('--ink-muted'), font, ticks: { show: false } }
  const places = bars.map((_, at) => at)
  return new uPlot(
    {
      width: element.clientWidth,
      height: HEIGHT,
      legend: { show: false },
      cursor: { show: false },
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
    },
    [places, bars.map(({ sales }) => sales)],
    element,
  )
}
