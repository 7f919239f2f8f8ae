/**
 * The page that shows the AsyncAPI document: plain HTML, drawn by the build, without a script. The viewer that AsyncAPI has compiles
 * schemas in the page, for which a content security policy would have to allow `unsafe-eval`.
 */
import type { JsonObject } from './json-schema.ts'

interface Message {
  readonly name: string
  readonly summary: string
  readonly payload: JsonObject
  readonly examples: readonly { readonly summary: string; readonly payload: unknown }[]
}
interface Document {
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  readonly servers: Readonly<Record<string, { protocol: string; host: string; pathname: string; description: string }>>
  readonly channels: Readonly<
    Record<string, { address: string; description: string; messages: Readonly<Record<string, unknown>> }>
  >
  readonly components: {
    readonly messages: Readonly<Record<string, Message>>
    readonly schemas: Readonly<Record<string, JsonObject>>
  }
}

/** @param head what every page of the documents has in its head */
export function drawEventsPage(head: string, asyncApi: JsonObject): string {
  const document = asyncApi as unknown as Document
  const { info, servers, channels, components } = document
  const rows = Object.values(servers).map(
    ({ protocol, host, pathname, description }) =>
      `<tr><td><code>${escaped(`${protocol}://${host}${pathname}`)}</code></td><td>${inline(description)}</td></tr>`,
  )
  return `<!doctype html>
<html lang="en">
  <head>
    ${head.trim()}
    <title>Events · MStore Counter</title>
    <link rel="stylesheet" href="docs.css" />
  </head>
  <body>
    <header>
      <strong>MStore Counter</strong>
      <nav aria-label="Documents">
        <a href="./">REST</a>
        <a href="events.html" aria-current="page">Events</a>
        <a href="openapi.json">openapi.json</a>
        <a href="asyncapi.json">asyncapi.json</a>
      </nav>
    </header>
    <main class="page">
      <h1>${escaped(info.title)} <small class="quiet">${escaped(info.version)}</small></h1>
      ${blocks(info.description)}
      <section><h2>Where</h2>${table(['Address', 'How'], rows)}</section>
      ${Object.values(channels)
        .map((channel) => drawChannel(channel, document))
        .join('\n')}
      <section><h2 id="shapes">Shapes</h2>
      ${Object.entries(components.schemas)
        .map(
          ([name, schema]) =>
            `<article id="shape-${escaped(name)}"><h3>${escaped(name)}</h3>${drawSchema(schema)}</article>`,
        )
        .join('\n')}</section>
    </main>
  </body>
</html>
`
}

function drawChannel(
  { address, description, messages }: Document['channels'][string],
  { components }: Document,
): string {
  const names = Object.keys(messages)
  const links = names.map((name) => `<li><a href="#event-${name}"><code>${name}</code></a></li>`)
  const drawn = names.map((name) => {
    const message = components.messages[name]
    if (!message) throw new Error(`${address} has a message without a description: ${name}`)
    const examples = message.examples.map(
      ({ summary, payload }) =>
        `<h4>${inline(summary)}</h4><pre tabindex="0">${escaped(JSON.stringify(payload, null, 2))}</pre>`,
    )
    return `<article id="event-${name}"><h3><code>${name}</code></h3><p>${inline(message.summary)}</p>
      ${drawSchema(message.payload)}${examples.join('')}</article>`
  })
  return `<section><h2><code>${escaped(address)}</code></h2><p>${inline(description)}</p>
    <ul class="contents">${links.join('')}</ul>${drawn.join('\n')}</section>`
}

function drawSchema(schema: JsonObject): string {
  const {
    description,
    properties,
    required = [],
  } = schema as {
    description?: string
    properties?: Record<string, JsonObject>
    required?: readonly string[]
  }
  const words = description === undefined ? '' : `<p>${inline(description)}</p>`
  if (!properties) return `${words}<p>${typeOf(schema)}</p>`
  const rows = Object.entries(properties).map(
    ([name, field]) =>
      `<tr><td><code>${escaped(name)}</code></td><td>${typeOf(field)}</td><td>${required.includes(name) ? 'yes' : 'no'}</td></tr>`,
  )
  return `${words}${table(['Field', 'Value', 'Needed'], rows)}`
}

function table(heads: readonly string[], rows: readonly string[]): string {
  const head = heads.map((text) => `<th scope="col">${text}</th>`).join('')
  return `<div class="scroll" tabindex="0"><table><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`
}

/** What a value may be, in a few words. */
function typeOf(schema: JsonObject): string {
  const {
    $ref,
    const: only,
    enum: words,
    anyOf,
    oneOf,
    type,
    items,
    properties,
    format,
    minimum,
    maximum,
    pattern,
  } = schema as JsonObject & { anyOf?: JsonObject[]; oneOf?: JsonObject[]; enum?: unknown[]; items?: JsonObject }
  if (typeof $ref === 'string') {
    const name = $ref.split('/').at(-1) ?? ''
    return `<a href="#shape-${escaped(name)}">${escaped(name)}</a>`
  }
  if (only !== undefined) return `<code>${escaped(JSON.stringify(only))}</code>`
  if (words) return words.map((word) => `<code>${escaped(JSON.stringify(word))}</code>`).join(' or ')
  const choices = anyOf ?? oneOf
  if (choices) return choices.map(typeOf).join(' or ')
  if (type === 'array') return `list of ${items ? typeOf(items) : 'anything'}`
  if (type === 'object' && properties) {
    const fields = Object.entries(properties as Record<string, JsonObject>)
    return `{${fields.map(([name, field]) => `${escaped(name)}: ${typeOf(field)}`).join(', ')}}`
  }
  const bounds = [
    typeof format === 'string' ? escaped(format) : '',
    minimum === undefined ? '' : `from ${minimum}`,
    maximum === undefined ? '' : `to ${maximum}`,
    typeof pattern === 'string' ? `<code>${escaped(pattern)}</code>` : '',
  ].filter((bound) => bound !== '')
  const name = typeof type === 'string' ? type : 'anything'
  return bounds.length > 0 ? `${name}, ${bounds.join(' ')}` : name
}

/** Paragraphs and lists of the little Markdown that our own texts have. */
function blocks(markdown: string): string {
  const drawn = markdown.split('\n\n').map((block) => {
    if (!block.startsWith('- ')) return `<p>${inline(block)}</p>`
    const items = block.slice(2).split('\n- ')
    return `<ul>${items.map((item) => `<li>${inline(item)}</li>`).join('')}</ul>`
  })
  return drawn.join('\n')
}

function inline(text: string): string {
  return escaped(text)
    .replaceAll(/`([^`]+)`/g, '<code>$1</code>')
    .replaceAll(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>')
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
