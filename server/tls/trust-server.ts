import { X509Certificate } from 'node:crypto'
import type http from 'node:http'
import { createWebServer } from '../http/web-server.ts'
import { renderTrustPage } from './trust-page.ts'

const CERTIFICATE_PATH = '/mstore-ca.crt'
const HOST = /^[A-Za-z0-9.-]+$|^\[[0-9A-Fa-f:.]+\]$/

/**
 * The plain HTTP server beside the HTTPS one: the page about trust, and the CA certificate. `appUrl` is where the app is; a
 * visitor who came by another name of this machine is sent to the app by that name, on `appPort`.
 */
export function createTrustServer(facts: {
  readonly appUrl: string
  readonly appPort: number
  readonly caCert: string
  readonly fingerprint: string
}): http.Server {
  // Android and iPadOS take the binary form under this type without questions.
  const certificate = new X509Certificate(facts.caCert).raw
  return createWebServer((request, response) => {
    response.setHeader('x-content-type-options', 'nosniff')
    response.setHeader('cache-control', 'no-store')
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end()
      return
    }
    const path = (request.url ?? '/').split('?', 1)[0]
    if (path === CERTIFICATE_PATH) {
      response
        .writeHead(200, {
          'content-type': 'application/x-x509-ca-cert',
          'content-disposition': 'attachment; filename="mstore-ca.crt"',
          'content-length': certificate.length,
        })
        .end(certificate)
      return
    }
    if (path !== '/') {
      response.writeHead(302, { location: '/' }).end()
      return
    }
    const page = renderTrustPage({
      appUrl: appUrlFor(request.headers.host, facts),
      certificatePath: CERTIFICATE_PATH,
      fingerprint: facts.fingerprint,
    })
    response
      .writeHead(200, {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
      })
      .end(page)
  })
}

function appUrlFor(host: string | undefined, { appUrl, appPort }: { appUrl: string; appPort: number }): string {
  const name = host?.replace(/:\d{1,5}$/, '') ?? ''
  return HOST.test(name) ? `https://${name}:${appPort}` : appUrl
}
