/** The only reader of the build's constants. */
export interface AppConfig {
  /** Where the server answers: the app's own origin. */
  readonly origin: string
  readonly build: { readonly version: string; readonly commit: string }
  /** False under the development server, which has no service worker. */
  readonly hasServiceWorker: boolean
}

export function readConfig(location: Location): AppConfig {
  return { origin: location.origin, build: __BUILD__, hasServiceWorker: import.meta.env.PROD }
}
