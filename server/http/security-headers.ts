import type { IncomingMessage } from 'node:http'
import type { FastifyHelmetOptions } from '@fastify/helmet'

const HALF_A_YEAR_S = 15_552_000
const HOST = /^[A-Za-z0-9.:[\]-]+$/

/** What a page of this origin may ask a tablet for; a page inside of it, or a script that got in, asks for nothing more. */
const ALLOWED = ['camera', 'usb', 'serial', 'bluetooth', 'clipboard-write', 'web-share', 'fullscreen']
const DENIED = [
  'accelerometer',
  'clipboard-read',
  'display-capture',
  'geolocation',
  'gyroscope',
  'hid',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'publickey-credentials-get',
  'screen-wake-lock',
  'xr-spatial-tracking',
]

/** Helmet does not write this header. */
export const PERMISSIONS_POLICY = [
  ...ALLOWED.map((feature) => `${feature}=(self)`),
  ...DENIED.map((feature) => `${feature}=()`),
].join(', ')

/**
 * Of the pages at /docs, whose viewer is a large script of others on the origin that a till's token and sales lie on. So they are
 * sandboxed: the browser takes them for an origin of their own, without the app's storage, cookies or service worker, which sends no form
 * and opens no window. They load what lies here, which everybody may read, and nothing else.
 */
export const DOCS_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    'sandbox allow-scripts',
  ].join(';'),
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
  'permissions-policy': [...ALLOWED, ...DENIED].map((feature) => `${feature}=()`).join(', '),
}

/**
 * Helmet's options. Nothing but this origin is loaded, no inline script runs. `brokerOrigin` is the broker's `ws://` or
 * `wss://` origin when it is elsewhere; the server's own host is always named with both, because older WebKit does not
 * count WebSockets to the same host as 'self'.
 *
 * `hsts` only with a certificate that browsers trust by themselves: a tablet that trusts ours by hand must still reach the
 * plain page that explains how.
 */
export function securityHeaders(options: { brokerOrigin: string | null; hsts: boolean }): FastifyHelmetOptions {
  const ownSockets = ({ headers }: IncomingMessage): string =>
    headers.host !== undefined && HOST.test(headers.host) ? `ws://${headers.host} wss://${headers.host}` : "'self'"
  return {
    strictTransportSecurity: options.hsts ? { maxAge: HALF_A_YEAR_S, includeSubDomains: false } : false,
    referrerPolicy: { policy: 'no-referrer' },
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        // The manifest's too: WebKit without web app manifests writes an error about a directive `manifest-src`.
        defaultSrc: ["'self'"],
        // WebAssembly: the barcode reader where the browser has none of its own. It allows no script that is not ours.
        scriptSrc: ["'self'", "'wasm-unsafe-eval'"],
        scriptSrcAttr: ["'none'"],
        styleSrc: ["'self'"],
        fontSrc: ["'self'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        mediaSrc: ["'self'", 'blob:'],
        connectSrc: ["'self'", ownSockets, ...(options.brokerOrigin === null ? [] : [options.brokerOrigin])],
        workerSrc: ["'self'"],
        objectSrc: ["'none'"],
        frameAncestors: ["'none'"],
        baseUri: ["'self'"],
        formAction: ["'self'"],
      },
    },
  }
}
