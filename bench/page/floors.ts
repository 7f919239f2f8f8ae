/**
 * What the product is compared with: the same message in the same browser with nothing in between. `callback` stops at
 * MQTT.js's callback, `paint` puts the number in a map and in the row that shows it. Nothing is stored.
 */
import mqtt, { type MqttClient } from 'mqtt'

export interface FloorConnection {
  readonly url: string
  readonly username: string
  readonly password: string
  readonly protocolVersion: 4 | 5
  readonly topic: string
}

export interface FloorPage {
  /** Connects, subscribes and shows a row for each id. */
  open(connection: FloorConnection, ids: readonly number[]): Promise<void>
  run(floor: 'callback' | 'paint'): void
  /** Payloads with the time of their callback since `run('callback')`. */
  arrivals(): readonly { readonly at: number; readonly payload: string }[]
  arrivalCount(): number
}

declare global {
  interface Window {
    benchFloors: FloorPage
  }
}

interface FloorEvent {
  readonly data: { readonly product_id: number; readonly new_stock: number }
}

function createFloorPage(): FloorPage {
  const stocks = new Map<number, number>()
  const cells = new Map<number, HTMLElement>()
  let floor: 'callback' | 'paint' = 'callback'
  let arrived: { at: number; payload: Uint8Array }[] = []
  let client: MqttClient | null = null

  const onMessage = (_topic: string, payload: Uint8Array) => {
    if (floor === 'callback') {
      arrived.push({ at: window.benchProbe.now(), payload })
      return
    }
    const { data }: FloorEvent = JSON.parse(new TextDecoder().decode(payload))
    stocks.set(data.product_id, data.new_stock)
    const cell = cells.get(data.product_id)
    if (cell) cell.textContent = String(data.new_stock)
  }

  return {
    async open({ url, topic, ...credentials }, ids) {
      const rows = document.querySelector('tbody')
      for (const id of ids) {
        const cell = document.createElement('td')
        cell.dataset.testid = `stock-${id}`
        cell.textContent = '0'
        const row = document.createElement('tr')
        row.append(document.createElement('td'), cell)
        rows?.append(row)
        cells.set(id, cell)
      }
      client = await mqtt.connectAsync(url, { ...credentials, timerVariant: 'native', reconnectPeriod: 0 })
      client.on('message', onMessage)
      await client.subscribeAsync(topic, { qos: 1 })
    },
    run(next) {
      floor = next
      arrived = []
    },
    arrivals: () => arrived.map(({ at, payload }) => ({ at, payload: new TextDecoder().decode(payload) })),
    arrivalCount: () => arrived.length,
  }
}

window.benchFloors = createFloorPage()
