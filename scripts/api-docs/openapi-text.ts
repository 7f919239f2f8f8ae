/** What the OpenAPI document says in words. */
export const INTRODUCTION = `
What counters, owner's pages and administrators ask of a server of MStore Counter. What it publishes by MQTT is another document: see the
page *Events*. How a backend of another make plugs in is told in \`docs/other-backends.md\` of the source.

**Answers.** \`{"code": 200, "data": …}\`, pages also with \`meta\`; a refusal is \`{"code", "error": {"kind", "message"}}\`. \`code\` repeats the
HTTP status. Decide by \`error.kind\`, never by \`message\`; a kind that you do not know is \`internal\`. Fields and event types that you do not
know do no harm: pass over them.

**Values.** Money is whole rupiah. Quantities have at most three decimals and may be negative. Times are ISO 8601 in UTC.

**Who asks.** A device has a token from its enrolment. When it showed a public key there (or later), the token is good only with a proof
in the header \`DPoP\` (RFC 9449): a JWT of type \`dpop+jwt\`, ES256, with \`htm\`, \`htu\` (its path is compared), \`jti\`, \`iat\`, \`ath\` and the
\`nonce\` of the last answer's \`DPoP-Nonce\`. The scheme stays \`Bearer\`. A proof without a nonce of now is 401 \`proof_needed\`, and that answer
brings one; each answer to a bound device brings the next. A device without a key sends its token alone. An owner's page sends the token of
a PIN's session as well (\`X-Staff-Token\`). The admin token is the server's \`ADMIN_TOKEN\`.

**Asking again.** Pages and checksums have an \`ETag\`: with \`If-None-Match\` an unchanged branch answers 304 without a body. A request that
books something has an id of the sender's in it (\`offline_id\`, \`request_id\`); an import takes \`Idempotency-Key\`. The same id again is the same
request, booked once. 429 and 503 say in \`Retry-After\` how many seconds to wait.
`.trim()

export const TAGS: Readonly<Record<string, string>> = {
  Device: 'How a device becomes one of a branch, its key, and its password for the broker.',
  Records: "The branch's records: pages, lists, checksums, and the log of changes.",
  Selling: 'What counters upload, and past sales.',
  Staff: "Signing in with a PIN. The owner's pages need the token that it gives.",
  'Owner: goods': 'Catalogue, goods received, stock counted.',
  'Owner: staff and devices': 'Who works here and which tablets there are.',
  'Owner: reports': `What the owner reads. \`from\` and \`to\` are days in Asia/Jakarta, both included, at most 366.`,
  Admin: 'Whoever runs the server.',
}

/** What a status means, where its kinds do not say it all. */
export const STATUS_WORDS: Readonly<Record<number, string>> = {
  400: 'The request is not valid',
  401: 'Not known, or no proof',
  403: 'Known, and without this right',
  404: 'There is no such thing in this branch',
  409: 'Something else stands against it',
  410: 'Gone',
  413: 'Too large',
  415: 'A content type that is not taken',
  429: 'Too many; wait as Retry-After says',
  500: 'The server failed',
  503: 'Not now; try again',
}
