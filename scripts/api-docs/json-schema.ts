import { type ConversionConfig, toJsonSchema, toJsonSchemaDefs } from '@valibot/to-json-schema'
import type { GenericSchema } from 'valibot'

/** JSON, as it stands in a document. */
export type JsonObject = { [key: string]: unknown }

export interface SchemaWriter {
  /** The named schemas by name. */
  readonly components: Readonly<Record<string, JsonObject>>
  /** What goes over the wire. Named schemas in it are referred to. */
  write(schema: GenericSchema): JsonObject
}

/**
 * JSON Schemas of valibot's. `named`: those that are written once, under `#/components/schemas/`. What JSON Schema cannot say (a check of
 * two fields against each other) stands in the description, in the words that a refused request is answered with.
 */
export function createSchemaWriter(
  target: 'draft-07' | 'draft-2020-12',
  named: Readonly<Record<string, readonly [schema: GenericSchema, description: string, example?: unknown]>>,
): SchemaWriter {
  const config: ConversionConfig = {
    target,
    errorMode: 'ignore',
    overrideRef: ({ referenceId }) => `#/components/schemas/${referenceId}`,
    overrideAction: ({ valibotAction, jsonSchema }) => overridden(valibotAction, jsonSchema as JsonObject) as never,
  }
  const definitions = Object.fromEntries(Object.entries(named).map(([name, [schema]]) => [name, schema]))
  const written = toJsonSchemaDefs(definitions, config)
  const components = Object.fromEntries(
    Object.entries(named).map(([name, [, description, example]]) => {
      const { description: checks, ...schema } = plain(written[name])
      const words = checks === undefined ? description : `${description} ${checks}`
      return [name, { description: words, ...schema, ...(example === undefined ? {} : { examples: [example] }) }]
    }),
  )
  return { components, write: (schema) => plain(toJsonSchema(schema, { ...config, definitions })) }
}

interface Action {
  readonly type: string
  readonly requirement?: unknown
  readonly message?: unknown
}

/** A number in a query is text that is read as one: `integerParam` of src/contract/queries.ts. */
const NUMBER_IN_TEXT = String(/^\d{1,16}$/)

function overridden(action: Action, json: JsonObject): JsonObject | null {
  const { type, requirement, message } = action
  if (type === 'regex' && String(requirement) === NUMBER_IN_TEXT) return { ...json, type: 'integer' }
  if (json.type === 'integer' && type === 'min_value') return { ...json, minimum: requirement }
  if (json.type === 'integer' && type === 'max_value') return { ...json, maximum: requirement }
  if (type !== 'check' || typeof message !== 'string') return null
  const before = typeof json.description === 'string' ? `${json.description} ` : ''
  return { ...json, description: `${before}Refused: ${message}.` }
}

/** Without what is said once for the whole document. */
function plain(schema: unknown): JsonObject {
  const { $schema: _schema, $defs: _defs, definitions: _definitions, ...rest } = schema as JsonObject
  return rest
}
