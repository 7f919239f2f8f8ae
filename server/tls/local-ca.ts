/**
 * A certificate authority for one shop's network, so that tablets get the secure context that service workers and Web
 * Locks need. The CA is made once and trusted by hand on each tablet; the server's certificate is issued anew as addresses
 * change and days pass, always by the same CA.
 */
import { createPrivateKey, KeyObject, X509Certificate } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { join } from 'node:path'
import {
  BasicConstraintsExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'
import { generate } from 'selfsigned'
import { isConstrained, mayHold, NAME_CONSTRAINTS, nameConstraints } from './name-constraints.ts'

export interface LocalTls {
  /** Server certificate followed by the CA's, and the server's key, PEM. */
  readonly cert: string
  readonly key: string
  readonly ca: { readonly cert: string; readonly fingerprint: string }
  /** Of the machine's names and addresses those that came after the authority, which must not sign for them. */
  readonly leftOut: readonly string[]
  /** The authority is of an earlier version and may sign any name. */
  readonly isUnbounded: boolean
}

const DAY_MS = 86_400_000
const CA_DAYS = 3_650
/** Safari and Chrome refuse more than 398. */
const SERVER_DAYS = 397
const RENEW_BEFORE_DAYS = 30
/** A tablet whose clock runs behind must accept a certificate made a moment ago. */
const BACKDATED_DAYS = 1

/** Reads or makes CA and certificate in `folder`, files readable by their owner alone. `names` are host names and addresses. */
export async function keepLocalTls(folder: string, names: readonly string[], now: number): Promise<LocalTls> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const ca = await keepPair(
    join(folder, 'ca'),
    (pair) => isUsable(pair.cert, now),
    () => makeCa(names, now),
  )
  const authority = new X509Certificate(ca.cert)
  // One name that its authority may not sign for would make a browser refuse all of them.
  const held = names.filter((name) => mayHold(authority.raw, name))
  const server = await keepPair(
    join(folder, 'server'),
    (pair) => isUsable(pair.cert, now) && isIssuedFor(pair.cert, ca.cert, held),
    () => makeServerCertificate(ca, held, now),
  )
  return {
    cert: `${server.cert.trim()}\n${ca.cert.trim()}\n`,
    key: server.key,
    ca: { cert: ca.cert, fingerprint: authority.fingerprint256 },
    leftOut: names.filter((name) => !held.includes(name)),
    isUnbounded: !isConstrained(authority.raw),
  }
}

interface Pair {
  readonly cert: string
  readonly key: string
}

async function keepPair(path: string, isGood: (pair: Pair) => boolean, make: () => Promise<Pair>): Promise<Pair> {
  const kept = readPair(path)
  if (kept && isGood(kept)) return kept
  const made = await make()
  // The key first: after a crash between the two, the pair does not match and is made anew.
  writePrivately(`${path}.key`, made.key)
  writePrivately(`${path}.crt`, made.cert)
  return made
}

function readPair(path: string): Pair | null {
  let pair: Pair
  try {
    pair = { cert: readFileSync(`${path}.crt`, 'utf8'), key: readFileSync(`${path}.key`, 'utf8') }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
  return isMatching(pair) ? pair : null
}

function isMatching({ cert, key }: Pair): boolean {
  try {
    return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))
  } catch {
    return false
  }
}

/** Under its own name only when complete, so that a crash leaves the old file or the new one. */
function writePrivately(path: string, content: string): void {
  const draft = `${path}.new`
  writeFileSync(draft, content, { mode: 0o600 })
  renameSync(draft, path)
}

function isUsable(cert: string, now: number): boolean {
  const { validFromDate, validToDate } = new X509Certificate(cert)
  return validFromDate.getTime() <= now && validToDate.getTime() - now > RENEW_BEFORE_DAYS * DAY_MS
}

/** True when this CA signed it and it names everything that the machine is called now. Names that went away do no harm. */
function isIssuedFor(cert: string, caCert: string, names: readonly string[]): boolean {
  const certificate = new X509Certificate(cert)
  if (!certificate.verify(new X509Certificate(caCert).publicKey)) return false
  return names.every((name) =>
    isIP(name) ? certificate.checkIP(name) !== undefined : certificate.checkHost(name) !== undefined,
  )
}

const CURVE = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const

async function makeCa(names: readonly string[], now: number): Promise<Pair> {
  const keys = await crypto.subtle.generateKey(CURVE, true, ['sign', 'verify'])
  const made = await X509CertificateGenerator.createSelfSigned({
    // The date tells two CAs of one shop apart in a tablet's list.
    name: `CN=MStore Counter Local CA ${new Date(now).toISOString().slice(0, 10)}`,
    keys,
    signingAlgorithm: CURVE,
    notBefore: new Date(now - BACKDATED_DAYS * DAY_MS),
    notAfter: new Date(now + CA_DAYS * DAY_MS),
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      new Extension(NAME_CONSTRAINTS, true, Uint8Array.from(nameConstraints(names))),
    ],
  })
  const key = KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' })
  return { cert: made.toString('pem'), key: String(key) }
}

async function makeServerCertificate(ca: Pair, names: readonly string[], now: number): Promise<Pair> {
  const made = await generate([{ name: 'commonName', value: 'MStore Counter' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(now - BACKDATED_DAYS * DAY_MS),
    notAfterDate: new Date(now + (SERVER_DAYS - BACKDATED_DAYS) * DAY_MS),
    ca,
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: names.map((name) => (isIP(name) ? { type: 7, ip: name } : { type: 2, value: name })),
      },
    ],
  })
  return { cert: made.cert, key: made.private }
}
