/** 64 bits of SHA-256 in hexadecimal digits, as the server's `checksum` gives them (rule R2). */
export async function checksum(content: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(content))
  return Array.from(new Uint8Array(digest, 0, 8), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
