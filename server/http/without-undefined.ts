type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> }
type Sent<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] }

/** A field that was not sent keeps its value; `undefined` would be one. */
export function withoutUndefined<T extends object>(fields: T): Given<T> & Sent<T> {
  // Only undefined values are taken out, which is what the type says.
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<T> & Sent<T>
}
