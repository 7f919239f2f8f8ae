import { useEffect, useRef } from 'preact/compat'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'

/** What a chart takes from the product's look. */
export interface ChartLook {
  /** A colour of tokens.css, by the name of its custom property. */
  colour(name: string): string
  /** Words and lines of an axis. */
  readonly axis: uPlot.Axis
}

interface CanvasChartProps {
  /** Accessible name. The chart is only a picture, so the page must also show its numbers as text. */
  label: string
  /** px */
  height: number
  /** Must keep its identity until the chart has to change. */
  options: (look: ChartLook) => Omit<uPlot.Options, 'width' | 'height'>
  data: uPlot.AlignedData
  className?: string | undefined
}

/** A chart on a canvas. The library comes with this file, so it is loaded only where a page imports it on demand. */
export function CanvasChart({ label, height, options, data, className }: CanvasChartProps) {
  const frame = useRef<HTMLDivElement>(null)

  // uPlot paints on its own canvas, outside components and CSS: create it again for new data or another theme, and
  // resize it by hand.
  useEffect(() => {
    const element = frame.current
    if (!element) return
    const size = () => ({ width: element.clientWidth, height })
    const paint = () => new uPlot({ ...STILL, ...options(readLook()), ...size() }, data, element)
    let chart = paint()
    const themes = new MutationObserver(() => {
      chart.destroy()
      chart = paint()
    })
    themes.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
    const sizes = new ResizeObserver(() => chart.setSize(size()))
    sizes.observe(element)
    return () => {
      themes.disconnect()
      sizes.disconnect()
      chart.destroy()
    }
  }, [options, data, height])

  return <div ref={frame} className={className} style={{ height, overflow: 'hidden' }} role="img" aria-label={label} />
}

/** Nothing follows the pointer. */
const STILL = { legend: { show: false }, cursor: { show: false } } as const

function readLook(): ChartLook {
  const css = getComputedStyle(document.documentElement)
  const colour = (name: string) => css.getPropertyValue(name).trim()
  return {
    colour,
    axis: { stroke: colour('--ink-muted'), font: `14px ${colour('--font')}`, ticks: { show: false } },
  }
}
